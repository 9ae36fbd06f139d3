from datetime import timedelta

from django.utils import timezone

import pytest
import time_machine

from mail.models import OutgoingMessage
from mail.rules import State
from shop.proposals.actions import expire_proposal, replace_proposal
from shop.proposals.laying_out import lay_out
from tests.factories.orders import paris
from users.roles import Role

pytestmark = pytest.mark.django_db

LIST = "/gestion/propositions/"


def test_list_shows_what_was_asked_and_what_was_issued(ask, staff):
    issued, asked = ask(), ask(session=None, company_name="Société d’essai", siren="")
    client = staff(Role.SALES)

    page = client.get(LIST).content.decode()
    for text in (issued.number, "2\u202f376,00\u00a0€", "Société d’essai", "intra", "demandée"):
        assert text in page
    found = client.get(LIST, {"q": "Société"}).context["object_list"]
    assert list(found) == [asked]
    found = client.get(LIST, {"state": "issued"}).context["object_list"]
    assert list(found) == [issued]


def test_list_costs_the_same_whatever_its_length(ask, staff, django_assert_num_queries):
    ask()
    client = staff(Role.SALES)
    client.get(LIST)
    with django_assert_num_queries(18):
        client.get(LIST)
    ask(), ask(session=None)
    with django_assert_num_queries(18):
        client.get(LIST)


def test_page_of_a_request_shows_how_to_reach_the_company(ask, staff):
    asked = ask(session=None, phone="04 65 00 00 00", wishes="Trois niveaux")
    page = staff(Role.ACCOUNTING).get(f"{LIST}{asked.pk}/").content.decode()
    for text in ("camille@example.org", "04 65 00 00 00", "Trois niveaux", "Dominique Essai"):
        assert text in page


def test_export_holds_every_row(ask, staff):
    ask()
    rows = staff(Role.SALES).get(LIST, {"export": "csv"}).getvalue().decode().splitlines()
    assert "PC-" in rows[1]


def test_editors_do_not_see_proposals(ask, staff):
    proposal = ask()
    client = staff(Role.EDITING)
    assert client.get(LIST).status_code == 302
    assert client.get(f"{LIST}{proposal.pk}/").status_code == 302


def page_of(client, proposal):
    return client.get(f"{LIST}{proposal.pk}/")


def test_page_tells_state_money_and_what_comes_next(ask, staff):
    proposal = ask()
    response = page_of(staff(Role.SALES), proposal)
    page = response.content.decode()
    for text in (
        "2\u202f376,00\u00a0€", "712,80\u00a0€", "Mise en page en cours", "Proposition émise",
        f"/proposition/{proposal.token}/", "SIRET 510 869 274 00066", "9 h",
    ):  # fmt: skip
        assert text in page.replace("9\u00a0h", "9 h"), text
    assert [link.label for link in response.context["links"]] == [
        "Signature", "Remplacer ou prolonger", "Retirer",
    ]  # fmt: skip


def test_page_of_a_request_offers_to_compose(ask, staff):
    response = page_of(staff(Role.SALES), ask(session=None))
    assert [link.label for link in response.context["links"]] == ["Composer", "Retirer"]
    assert response.context["action"].text == "Composer la proposition, puis l’émettre"


def test_whoever_may_not_compose_is_offered_nothing(ask, staff):
    assert [link.label for link in page_of(staff(Role.ACCOUNTING), ask()).context["links"]] == [
        "Signature"
    ]


def test_letter_that_came_back_is_told(ask, staff):
    proposal = ask()
    lay_out(proposal.pk)
    client = staff(Role.SALES)
    assert "signer" in page_of(client, proposal).context["action"].text
    OutgoingMessage.objects.filter(template="proposal").update(state=State.FAILED)
    assert "E-mail non remis" in page_of(client, proposal).context["action"].text


def test_every_version_is_on_the_page_of_each(ask, staff, extended):
    old = ask()
    new = replace_proposal(
        proposal_id=old.pk, offer=extended(old), actor="Équipe", now=timezone.now()
    )
    client = staff(Role.SALES)
    for shown, other in ((old, new), (new, old)):
        response = page_of(client, shown)
        assert f"{LIST}{other.pk}/" in response.content.decode()
        names = [event.name for event, _ in response.context["events"]]
        assert names == [
            "Proposition demandée", "Proposition émise", "Proposition remplacée", "Proposition émise",
        ]  # fmt: skip


@pytest.mark.parametrize("versions", [1, 4])
def test_page_costs_the_same_whatever_happened(
    ask, staff, extended, django_assert_num_queries, versions
):
    proposal = ask()
    client = staff(Role.SALES)
    for _ in range(versions):
        proposal = replace_proposal(
            proposal_id=proposal.pk, offer=extended(proposal), actor="x", now=timezone.now()
        )
    page_of(client, proposal)
    with django_assert_num_queries(34):
        page_of(client, proposal)


@pytest.mark.parametrize("lines", [1, 12])
def test_composition_costs_the_same_whatever_its_length(
    ask, staff, extended, django_assert_num_queries, lines
):
    proposal = ask()
    longer = extended(proposal, lines=proposal.facts.offer.lines * lines)
    new = replace_proposal(proposal_id=proposal.pk, offer=longer, actor="x", now=timezone.now())
    client = staff(Role.SALES)
    client.get(f"{LIST}{new.pk}/composer/")
    with django_assert_num_queries(24):
        client.get(f"{LIST}{new.pk}/composer/")


def test_withdrawal_asks_for_a_reason_then_ends_the_link(ask, staff):
    proposal = ask()
    lay_out(proposal.pk)
    client, address = staff(Role.SALES), f"{LIST}{proposal.pk}/retirer/"
    assert "camille@example.org" in client.get(address).content.decode()
    refused = client.post(address, {"reason": ""})
    assert (refused.status_code, "Écrivez le motif" in refused.content.decode()) == (422, True)

    client.post(address, {"reason": "Session annulée"})

    page = page_of(client, proposal).content.decode()
    assert ("Session annulée" in page, "Votre proposition PC-" in page) == (True, True)
    assert client.get(f"/proposition/{proposal.token}/").status_code == 410
    again = client.post(address, {"reason": "encore"})
    assert (again.status_code, "déjà retirée" in again.content.decode()) == (422, True)


def parts(client):
    found = client.get("/gestion/a-faire/").context["parts"]
    return [task for part in found if part.key == "proposals" for task in part.tasks]


@pytest.mark.parametrize(
    ("days", "word", "is_urgent"),
    [(22, None, None), (23, "relancer", False), (30, "relancer", True), (31, "prolonger", False),
     (37, "prolonger", False), (38, None, None)],
)  # fmt: skip
def test_expiry_is_followed_before_and_after(ask, staff, days, word, is_urgent):
    start = timezone.localdate()
    proposal = ask(now=paris(start, 10))
    day = start + timedelta(days=days)
    if days > 30:
        expire_proposal(proposal_id=proposal.pk, now=paris(day, 1))
    with time_machine.travel(paris(day, 12), tick=False):
        tasks = parts(staff(Role.SALES))
    assert [(word in task.text, task.is_urgent) for task in tasks] == (
        [(True, is_urgent)] if word else []
    )


def test_request_waits_two_working_days(ask, staff):
    asked = ask(now=paris(timezone.localdate()), session=None)
    client = staff(Role.SALES)
    (task,) = parts(client)
    assert (task.url, task.is_urgent) == (f"{LIST}{asked.pk}/", False)
    assert "2 participants" in task.text
    with time_machine.travel(paris(task.by, 12), tick=False):
        assert parts(client)[0].is_urgent


def test_accounting_is_not_asked_to_compose(ask, staff):
    ask(session=None)
    assert parts(staff(Role.ACCOUNTING)) == []
