import json
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

import pytest
import time_machine

from legal.models import Mediator, Notice
from legal.notices.rules import NoticeKind
from tests.factories.legal import NoticeFactory, fill_settings, published
from users.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(staff):
    client = staff(Role.PUBLISHING)
    fill_settings()
    return client


def body(*texts):
    """A StreamField as the editor's form sends it."""
    form = {"body-count": str(len(texts))}
    for index, text in enumerate(texts):
        content = {"blocks": [{"text": text, "type": "unstyled", "key": "a"}], "entityMap": {}}
        form |= {
            f"body-{index}-deleted": "",
            f"body-{index}-order": str(index),
            f"body-{index}-type": "text",
            f"body-{index}-id": "",
            f"body-{index}-value": json.dumps(content),
        }
    return form


def fields(kind="privacy", *texts):
    return {"kind": kind, "valid_from": f"{timezone.localdate():%d/%m/%Y}", **body(*texts)}


def address(name, notice):
    return reverse(f"notice:{name}", args=(notice.pk,))


@pytest.mark.parametrize(
    ("role", "statuses", "publishes"),
    [
        (Role.EDITING, [200, 200, 200], False),
        (Role.PUBLISHING, [200, 200, 200], True),
        (Role.SALES, [200, 302, 302], False),
        (Role.ACCOUNTING, [200, 302, 302], False),
    ],
)
def test_each_role_does_its_part(staff, role, statuses, publishes):
    client = staff(role)
    fill_settings()
    draft = NoticeFactory()

    seen = [
        client.get(reverse("notice:index")).status_code,
        client.get(reverse("notice:add")).status_code,
        client.get(address("edit", draft)).status_code,
    ]
    client.post(address("publish", draft))

    draft.refresh_from_db()
    assert (seen, draft.is_published) == (statuses, publishes)


@pytest.mark.parametrize("name", ["publish", "new_version", "preview_page", "preview_pdf"])
def test_visitor_reaches_no_button(client, home, name):
    draft = NoticeFactory()

    get, post = client.get(address(name, draft)), client.post(address(name, draft))

    assert {get.status_code, post.status_code} <= {302, 403, 405}
    draft.refresh_from_db()
    assert not draft.is_published


@pytest.mark.parametrize("name", ["publish", "new_version", "preview_pdf"])
def test_button_is_not_a_link(publisher, name):
    assert publisher.get(address(name, NoticeFactory())).status_code == 405


def test_empty_statutory_text_starts_from_the_law(publisher):
    publisher.post(reverse("notice:add"), fields("withdrawal_form"))

    draft = Notice.objects.get()
    assert [block.block_type for block in draft.body] == ["heading", "text"]
    assert draft.body[0].value == "MODÈLE DE FORMULAIRE DE RÉTRACTATION"


def test_draft_is_typed_then_published(publisher):
    publisher.post(reverse("notice:add"), fields("privacy", "Écrivez à {dpo_email}."))
    draft = Notice.objects.get()

    response = publisher.post(address("publish", draft), follow=True)

    draft.refresh_from_db()
    assert draft.text == "Écrivez à dpo@lexom.example."
    assert (
        "Publication faite : Politique de confidentialité – version 1." in response.content.decode()
    )


def test_second_draft_of_a_kind_is_explained(publisher):
    NoticeFactory()

    response = publisher.post(reverse("notice:add"), fields("privacy", "Un texte."))

    assert "Un brouillon de ce texte existe déjà" in response.content.decode()


def test_refusal_lists_what_to_complete_and_where(publisher):
    fill_settings(phone="", website="")
    draft = NoticeFactory(body=[("text", "<p>{telephone} {mediateur_site}</p>")])

    content = publisher.get(address("inspect", draft)).content.decode()

    assert "À compléter\u00a0: téléphone, site du médiateur." in content
    assert reverse("wagtailsettings:edit", args=("base", "organisation")) in content
    assert reverse("wagtailsettings:edit", args=("legal", "mediator")) in content
    publisher.post(address("publish", draft))
    draft.refresh_from_db()
    assert not draft.is_published


def test_departure_from_the_law_is_confirmed_by_a_box(publisher):
    draft = NoticeFactory(kind="withdrawal_form", body=[("text", "<p>Notre version.</p>")])
    assert (
        "s’écarte du modèle de la loi" in publisher.get(address("inspect", draft)).content.decode()
    )

    publisher.post(address("publish", draft))
    draft.refresh_from_db()
    assert not draft.is_published

    publisher.post(address("publish", draft), {"departure": "on"})
    draft.refresh_from_db()
    assert draft.is_published


def test_published_version_has_no_form(publisher):
    notice = published()

    for name in ("edit", "delete"):
        publisher.post(address(name, notice), fields("privacy", "Autre."))
    response = publisher.get(address("edit", notice))

    assert response.url == address("inspect", notice)
    assert Notice.objects.get().text == "Un texte."


def test_new_version_opens_the_copy(publisher):
    notice = published()

    response = publisher.post(address("new_version", notice))

    draft = Notice.objects.get(state="draft")
    assert response.url == address("edit", draft)
    assert publisher.get(response.url).status_code == 200


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_preview_shows_the_draft_on_its_page(publisher, kind):
    draft = NoticeFactory(kind=kind.value, body=[("text", "<p>Épreuve de {nom}.</p>")])

    response = publisher.get(address("preview_page", draft))

    assert "Épreuve de LEXOM." in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_preview_of_the_document_is_kept_nowhere(publisher):
    draft = NoticeFactory(kind="house_rules")

    response = publisher.post(address("preview_pdf", draft))

    assert response.content.startswith(b"%PDF-1.7")
    draft.refresh_from_db()
    assert not draft.is_published


@pytest.mark.parametrize(("kind", "initial"), [("privacy", "privacy"), ("x'--", "")])
def test_text_opened_from_a_reminder_has_its_kind(publisher, kind, initial):
    response = publisher.get(reverse("notice:add"), {"kind": kind})

    assert response.context["form"].initial["kind"] == initial


def test_home_page_lists_the_texts_to_publish(publisher):
    published(NoticeKind.PRIVACY)

    content = publisher.get("/gestion/").content.decode()

    assert "Textes juridiques à publier" in content
    assert "<li>Règlement intérieur</li>" in content
    assert "<li>Politique de confidentialité</li>" not in content


def test_home_page_tells_that_the_settings_contradict_a_text(publisher):
    published(text="<p>{telephone}</p>")
    assert "à mettre à jour" not in publisher.get("/gestion/").content.decode()

    fill_settings(phone="01 99 00 00 99")

    assert "Textes juridiques à mettre à jour" in publisher.get("/gestion/").content.decode()


def test_home_page_reminds_of_the_mediator(publisher):
    mediator = Mediator.current()
    mediator.agreement_valid_until = timezone.localdate() + timedelta(days=60)
    mediator.last_checked_on = timezone.localdate()
    mediator.save()
    assert "prend fin le" in publisher.get("/gestion/").content.decode()

    mediator.agreement_valid_until += timedelta(days=1)
    mediator.save()

    assert "Médiateur à vérifier" not in publisher.get("/gestion/").content.decode()


@pytest.mark.parametrize("role", [Role.EDITING, Role.SALES])
def test_home_page_reminds_only_who_can_act(staff, role):
    content = staff(role).get("/gestion/").content.decode()

    for heading in ("Textes juridiques à publier", "Médiateur à vérifier", "Taux à renseigner"):
        assert heading not in content


def test_menu_has_one_entry_for_the_legal_texts(publisher):
    content = publisher.get("/gestion/").content.decode()

    assert content.count('"label": "Textes juridiques"') == 1


def test_list_says_when_each_version_holds(publisher):
    with time_machine.travel("2026-11-24 12:00+01:00", tick=False):
        notice = published()
        published(valid_from=notice.valid_from + timedelta(days=10))
    content = publisher.get(reverse("notice:index")).content.decode()

    assert "du 24/11/2026 au 03/12/2026" in content
    assert "depuis le 04/12/2026" in content


@pytest.mark.parametrize("count", [1, 4])
def test_list_costs_the_same_queries(publisher, count, django_assert_num_queries):
    for kind in list(NoticeKind)[:count]:
        published(kind)
    publisher.get(reverse("notice:index"))

    with django_assert_num_queries(14):
        publisher.get(reverse("notice:index"))


def test_empty_list_invites_to_write(publisher):
    content = publisher.get(reverse("notice:index")).content.decode()

    assert reverse("notice:add") in content.split('id="listing-results"')[1]
