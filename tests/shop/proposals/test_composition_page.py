"""The page of composition without a script: every step keeps what was typed."""

import re
from datetime import timedelta
from decimal import Decimal as D

from django.utils import timezone

import pytest

from mail.models import OutgoingMessage
from shop.models import Proposal
from shop.proposals.actions import withdraw_proposal
from tests.one_day import TODAY
from users.roles import Role

pytestmark = pytest.mark.django_db


def address(proposal, page="composer"):
    return f"/gestion/propositions/{proposal.pk}/{page}/"


@pytest.fixture
def sales(staff):
    return staff(Role.SALES)


@pytest.fixture
def waiting(ask):
    """A request for two people on a public session whose billing has to be looked at."""
    return ask(country="BE", siren="", siret="")


@pytest.fixture
def step(sales):
    """Opens the page as it is shown, changes what is typed, and presses a button."""

    def step(proposal, name, page="composer", **changes):
        shown = sales.get(address(proposal)).context["composer"]
        typed = posted(shown)
        return sales.post(address(proposal, page), typed | {"step": name} | changes)

    return step


def posted(composer):
    """What a browser would send back."""
    forms = [composer.form, composer.lines.management_form, *composer.lines.forms]
    found = {}
    for form in forms:
        for field in form:
            value = field.field.widget.format_value(field.value())
            value = value[0] if isinstance(value, list) else value
            found[field.html_name] = "" if value is None else value
    return found


def line(at, **values):
    return {f"lines-{at}-{name}": value for name, value in values.items()}


SECOND = line(
    1, description="Support imprimé", quantity="2", unit="exemplaires", unit_price="10,50",
    rate="0.20", discount="",
) | {"lines-TOTAL_FORMS": "2"}  # fmt: skip


def test_page_starts_from_the_session_and_its_list_price(sales, waiting, session):
    composer = sales.get(address(waiting)).context["composer"]
    first = posted(composer)

    assert first["lines-0-unit_price"] == "990,00"
    assert (first["lines-0-quantity"], first["lines-0-unit"]) == ("2", "participants")
    assert first["timetable"] == f"{session.starts_on:%d/%m/%Y} : 9h-12h30, 13h30-17h"
    assert (first["formula"], first["session"]) == ("inter", str(session.pk))
    assert composer.totals.incl_vat == D("2376.00")


def test_course_at_the_client_starts_from_the_price_of_a_day(sales, ask, session):
    session.course.intra_price_excl_vat = D("1500.00")
    session.course.save()
    asked = ask(session=None, wished_place="Salle du conseil")
    first = posted(sales.get(address(asked)).context["composer"])

    assert (first["lines-0-unit_price"], first["lines-0-unit"]) == ("1500,00", "jour")
    assert (first["formula"], first["place"]) == ("intra", "Salle du conseil")
    assert first["starts_on"] == ""


def test_totals_come_back_without_a_script(step, waiting):
    page = step(waiting, "recalculate", **SECOND).content.decode()
    assert "2\u202f401,20\u00a0€" in page
    assert "720,36\u00a0€" in page


def test_script_asks_the_server_for_the_same_totals(step, waiting):
    answer = step(waiting, "", page="totaux", **SECOND)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2\u202f401,20\u00a0€" in page
    assert "<form" not in page


def test_line_that_cannot_be_read_is_left_out_of_the_totals_and_said_so(step, waiting):
    wrong = SECOND | line(1, unit_price="dix")
    page = step(waiting, "", page="totaux", **wrong).content.decode()
    assert "2\u202f376,00\u00a0€" in page
    assert "1 ligne à compléter" in page


def test_line_is_added_below_what_was_typed(step, waiting):
    response = step(waiting, "add", conditions="Repas compris", place="")
    after = posted(response.context["composer"])
    assert after["lines-TOTAL_FORMS"] == "2"
    assert (after["lines-0-unit_price"], after["lines-1-description"]) == ("990,00", "")
    assert (after["conditions"], after["place"]) == ("Repas compris", "")
    assert "error-message" not in response.content.decode()


def test_line_is_removed_and_the_others_stay_as_typed(step, waiting):
    response = step(waiting, "remove:0", **SECOND | line(1, unit_price="dix"))
    after = posted(response.context["composer"])
    assert after["lines-TOTAL_FORMS"] == "1"
    assert (after["lines-0-description"], after["lines-0-unit_price"]) == ("Support imprimé", "dix")


@pytest.mark.parametrize("place", ["7", "", "x", "-1"])
def test_line_that_does_not_exist_is_not_removed(step, waiting, place):
    after = posted(step(waiting, f"remove:{place}").context["composer"])
    assert after["lines-TOTAL_FORMS"] == "1"


def test_empty_line_counts_for_nothing(step, waiting):
    empty = line(1, description="", quantity="1", unit="", unit_price="", rate="0.20", discount="")
    response = step(waiting, "confirm", **empty, **{"lines-TOTAL_FORMS": "2"})
    assert len(response.context["composed"].offer.lines) == 1


BAD_INPUT = [
    ({"headcount": ""}, "Indiquez le nombre de participants."),
    ({"headcount": "0"}, "Indiquez au moins un participant."),
    ({"headcount": "deux"}, "Indiquez un nombre entier de participants."),
    ({"headcount": "9" * 5000}, "participants."),
    ({"headcount": "1", "participants": "Alix\nCamille"}, "2 noms pour 1 participant."),
    ({"participants": "x" * 121}, "Écrivez un seul nom par ligne."),
    ({"formula": "autre"}, "Choisissez la formule."),
    ({"formula": "intra"}, "n’a pas lieu chez le client"),
    ({"session": "987654"}, "n’est pas proposée"),
    ({"session": "", "starts_on": ""}, "Indiquez la date."),
    ({"starts_on": "31/02/2027"}, "Écrivez la date ainsi"),
    ({"starts_on": "01/01/2030"}, "La session choisie dit"),
    ({"session": "", "starts_on": f"{TODAY - timedelta(days=1):%d/%m/%Y}"}, "est passé :"),
    ({"session": "", "ends_on": f"{TODAY:%d/%m/%Y}"}, "précède le premier"),
    ({"timetable": "le matin"}, "Écrivez « le matin » ainsi"),
    ({"timetable": "12/01/2031 : 9h-12h"}, "n’est pas entre les deux dates"),
    ({"session": "", "timetable": ""}, "Indiquez les horaires"),
    ({"session": "", "place": ""}, "Indiquez le lieu"),
    ({"trainer": "987654"}, "Choisissez un formateur"),
    (line(0, description=""), "Décrivez la prestation."),
    (line(0, quantity=""), "Indiquez la quantité."),
    (line(0, quantity="0"), "Indiquez une quantité supérieure à zéro."),
    (line(0, quantity="-2"), "Indiquez une quantité supérieure à zéro."),
    (line(0, quantity="NaN"), "Écrivez le nombre ainsi"),
    (line(0, unit_price="gratuit"), "Écrivez le nombre ainsi"),
    (line(0, unit_price="-1"), "Indiquez un prix positif ou nul"),
    (line(0, unit_price="1,234"), "Deux décimales au plus."),
    (line(0, unit_price="99999999999"), "Ce nombre est trop grand."),
    (line(0, unit_price="1e99"), "Ce nombre est trop grand."),
    (line(0, unit_price="0"), "supérieur à zéro"),
    (line(0, unit_price="9999999", quantity="99999"), "Le total dépasse"),
    (line(0, rate="0.055"), "Choisissez le taux de TVA."),
    (line(0, discount="101"), "Indiquez une remise entre 0 et 100"),
    (line(0, discount="-1"), "Indiquez une remise entre 0 et 100"),
    (line(0, discount="100"), "supérieur à zéro"),
    ({"lines-TOTAL_FORMS": "0"}, "Ajoutez au moins une ligne"),
    ({"lines-TOTAL_FORMS": "21"}, "au plus 20 lignes"),
    ({"lines-TOTAL_FORMS": "x"}, "ouvrez-la de nouveau"),
]


def told(step, proposal, changes, name="confirm"):
    """Status and text of what comes back, typed conditions included."""
    response = step(proposal, name, **{"conditions": "Repas compris"} | changes)
    return response.status_code, re.sub(r"[\u00a0\u202f]", " ", response.content.decode())


def test_bad_input_is_told_beside_its_field_and_nothing_is_lost(step, waiting):
    found = {
        (sentence, str(changes)[:60]): told(step, waiting, changes)
        for changes, sentence in BAD_INPUT
    }
    missed = [
        (case, status)
        for case, (status, page) in found.items()
        if status != 422 or case[0] not in page or "Repas compris" not in page
    ]
    assert missed == []
    assert len(found) == len(BAD_INPUT)


def test_one_fault_does_not_hide_another(step, ask):
    asked = ask(session=None)
    changes = line(0, unit_price="10", discount="120") | line(1, description="Autre")
    changes |= {"starts_on": "12/01/2020", "lines-TOTAL_FORMS": "2"}
    status, page = told(step, asked, changes)
    assert status == 422
    for sentence in (
        "Le 12 janvier 2020 est passé",
        "Indiquez la date.",
        "entre 0 et 100",
        "le prix unitaire",
    ):
        assert sentence in page


def test_expiry_written_down_meanwhile_loses_nothing(step, sales, proposal):
    typed = posted(sales.get(address(proposal)).context["composer"])
    Proposal.objects.filter(pk=proposal.pk).update(state="expired")
    response = sales.post(address(proposal), typed | {"step": "confirm"})
    assert "composed" in response.context


@pytest.mark.parametrize("name", ["issue", "preview", "recalculate"])
def test_bad_input_goes_nowhere(step, waiting, name):
    status, page = told(step, waiting, line(0, quantity="0"), name)
    assert (status, "Indiquez une quantité supérieure à zéro." in page) == (422, True)
    assert Proposal.objects.get(pk=waiting.pk).state == "asked"


def test_what_the_session_knows_need_not_be_typed(step, waiting, session):
    empty = dict.fromkeys(("starts_on", "ends_on", "timetable", "place"), "")
    composed = step(waiting, "confirm", **empty).context["composed"]
    assert (composed.offer.starts_on, composed.offer.place) == (
        session.starts_on, "Salle de Privas, 07000 Privas",
    )  # fmt: skip
    assert len(composed.offer.timetable) == 1


def test_usual_hours_follow_the_first_day(step, ask):
    asked = ask(session=None)
    after = posted(step(asked, "usual", starts_on="12/01/2027").context["composer"])
    assert (after["ends_on"], after["timetable"]) == (
        "12/01/2027", "12/01/2027 : 9h-12h30, 13h30-17h",
    )  # fmt: skip
    assert "premier jour" in step(asked, "usual", starts_on="bientôt").content.decode()


def test_days_of_another_session_are_taken_over(step, ask, session):
    asked = ask(session=None)
    after = posted(step(asked, "session", session=str(session.pk)).context["composer"])
    assert after["starts_on"] == f"{session.starts_on:%d/%m/%Y}"
    assert after["formula"] == "inter"
    assert "Choisissez d’abord" in step(asked, "session", session="x").content.decode()


def confirmed(response):
    """The fields that the page of confirmation sends."""
    return dict(response.context["carried"]) | {"shown": response.context["shown"], "step": "issue"}


def test_confirmation_shows_totals_and_the_last_day_and_keeps_nothing(step, waiting):
    response = step(waiting, "confirm")
    page = response.content.decode()
    for text in ("2\u202f376,00\u00a0€", "712,80\u00a0€", "inclus", "camille@example.org"):
        assert text in page
    assert Proposal.objects.get(pk=waiting.pk).state == "asked"


def test_proposal_is_issued_as_it_was_confirmed(step, sales, waiting):
    fields = confirmed(step(waiting, "confirm", headcount="3", **SECOND))

    response = sales.post(address(waiting), fields)

    issued = Proposal.objects.get(pk=waiting.pk)
    assert response["Location"] == f"/gestion/propositions/{waiting.pk}/"
    assert (issued.state, issued.headcount, issued.incl_vat) == ("issued", 3, D("2401.20"))
    assert len(issued.facts.offer.lines) == 2


def test_second_click_issues_nothing_more_and_says_so(step, sales, waiting):
    fields = confirmed(step(waiting, "confirm"))
    sales.post(address(waiting), fields)

    response = sales.post(address(waiting), fields, follow=True)

    assert "cette proposition est déjà émise" in response.content.decode()
    assert Proposal.objects.filter(number=Proposal.objects.get(pk=waiting.pk).number).count() == 1


def test_what_changed_since_it_was_read_is_read_again(step, sales, waiting, session):
    fields = confirmed(step(waiting, "confirm"))
    session.course.means = "Autre salle"
    session.course.save()

    response = sales.post(address(waiting), fields)

    assert response.status_code == 409
    assert "relisez" in response.content.decode()
    assert Proposal.objects.get(pk=waiting.pk).state == "asked"
    assert sales.post(address(waiting), confirmed(response)).status_code == 302


def test_what_is_missing_is_told_at_the_top_and_forbids_the_issue(step, sales, waiting, session):
    session.course.means = ""
    session.course.save()
    response = step(waiting, "confirm")
    page = response.content.decode()
    assert response.status_code == 409
    assert "moyens pédagogiques et techniques" in page


def test_preview_is_marked_and_keeps_nothing(step, waiting):
    messages = OutgoingMessage.objects.count()
    response = step(waiting, "preview")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert "no-store" in response["Cache-Control"]
    asked = Proposal.objects.get(pk=waiting.pk)
    assert (asked.state, asked.number, asked.document) == ("asked", "", None)
    assert OutgoingMessage.objects.count() == messages


def test_new_version_starts_from_the_old_one(step, sales, proposal):
    first = posted(sales.get(address(proposal)).context["composer"])
    assert first["lines-0-unit_price"] == "990,00"

    fields = confirmed(
        step(proposal, "confirm", headcount="1", participants="", conditions="Repas")
    )
    sales.post(address(proposal), fields)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.successor.version) == ("superseded", 2)
    assert (proposal.successor.headcount, proposal.successor.facts.offer.conditions) == (1, "Repas")
    again = sales.post(address(proposal), fields, follow=True)
    assert "déjà remplacée" in again.content.decode()
    assert again.redirect_chain[-1][0] == f"/gestion/propositions/{proposal.successor.pk}/"


def test_what_is_over_is_not_composed(sales, proposal):
    withdraw_proposal(proposal_id=proposal.pk, reason="x", actor="x", now=timezone.now())
    response = sales.get(address(proposal), follow=True)
    assert "déjà retirée" in response.content.decode()


def test_unknown_proposal_is_not_found(sales, home):
    for page in ("composer", "retirer"):
        assert sales.get(f"/gestion/propositions/987654/{page}/").status_code == 404
    assert sales.post("/gestion/propositions/987654/totaux/").status_code == 404


@pytest.mark.parametrize("name", ["add", "remove:0", "usual", "session", "split", "issue", "autre"])
def test_form_that_says_nothing_is_answered(sales, waiting, name):
    fields = {"mode": "issue", "step": name}
    assert sales.post(address(waiting), fields).status_code in {200, 422}
    assert sales.post(address(waiting), {"step": name}).status_code == 302
