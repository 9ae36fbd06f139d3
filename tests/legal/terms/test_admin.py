import json
import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

import pytest

from legal.models import TermsVersion
from legal.terms.actions import submit_terms
from legal.terms.policy import TermsPermissionPolicy
from legal.terms.rules import Audience, State
from tests.factories.terms import allowed, approved, draft, submitted, terms_text
from users.models import User
from users.roles import Role

pytestmark = pytest.mark.django_db
LIST = "/gestion/cgv/"


def follow_up(version):
    return f"/gestion/cgv/{version.pk}/suivi/"


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def content(*articles, number="II"):
    """What the editor's form posts: one title with its articles."""
    fields = {
        "audience": "both",
        "late_rate": "lower",
        "changes": "",
        "content-count": "1",
        "content-0-deleted": "",
        "content-0-order": "0",
        "content-0-type": "part",
        "content-0-id": "",
        "content-0-value-number": number,
        "content-0-value-title": "Prix",
        "content-0-value-introduction": "null",
        "content-0-value-articles-count": str(len(articles)),
    }
    for place, article in enumerate(articles):
        prefix = f"content-0-value-articles-{place}"
        fields |= {
            f"{prefix}-deleted": "",
            f"{prefix}-order": str(place),
            f"{prefix}-id": "",
            f"{prefix}-value-number": article,
            f"{prefix}-value-title": "Titre",
            f"{prefix}-value-text": RAW,
        }
    return fields


RAW = (
    '{"blocks": [{"key": "aaaaa", "text": "Une clause.", "type": "unstyled", "depth": 0,'
    ' "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'
)

ROLES = [
    # role, reads, writes, approves
    (Role.EDITING, True, True, False),
    (Role.PUBLISHING, True, True, True),
    (Role.SALES, True, False, False),
    (Role.ACCOUNTING, True, False, False),
]


@pytest.mark.parametrize(("role", "reads", "writes", "approves"), ROLES)
def test_each_role_may_do_what_its_work_needs(staff, role, reads, writes, approves):
    client = staff(role)
    user = User.objects.get(email=f"{role.name.lower()}@lexom.example")
    version = draft()

    assert (client.get(LIST).status_code == 200) is reads
    assert (client.get(follow_up(version)).status_code == 200) is reads
    assert (client.get(f"{LIST}edit/{version.pk}/").status_code == 200) is writes
    assert (client.get(f"{LIST}importer/").status_code == 200) is writes
    assert user.has_perm("legal.approve_termsversion") is approves


def test_stranger_reads_no_draft(client, home):
    version = draft()

    for name in (
        "terms_follow_up", "terms_doubtful_clauses", "terms_admin_text", "terms_admin_pdf",
        "terms_admin_comparison",
    ):  # fmt: skip
        response = client.get(reverse(name, args=[version.pk]))
        assert (response.status_code, response.url.split("?")[0]) == (302, "/compte/connexion/")


@pytest.mark.parametrize(
    ("make", "changes", "deletes", "views"),
    [(draft, True, True, True), (submitted, False, False, True), (approved, False, False, True)],
)
def test_policy_denies_change_and_deletion_once_submitted(make, changes, deletes, views):
    policy = TermsPermissionPolicy(TermsVersion)
    root = User.objects.create_superuser("direction@lexom.example")
    version = make()

    may = [
        policy.user_has_permission_for_instance(root, action, version)
        for action in ("change", "delete", "view")
    ]

    assert may == [changes, deletes, views]
    changing = policy.instances_user_has_any_permission_for(root, ["change"])
    assert (version in changing) is changes
    assert version in policy.instances_user_has_any_permission_for(root, ["view"])
    nobody = allowed()
    assert list(policy.instances_user_has_any_permission_for(nobody, ["change", "view"])) == []


def test_editor_writes_a_numbered_draft(staff):
    client = staff(Role.EDITING)

    response = client.post(f"{LIST}add/", content("2.1", "2.2"))

    version = TermsVersion.objects.get()
    assert response.url == follow_up(version)
    assert version.drafted_by.email == "editing@lexom.example"
    assert [article.number for article in version.text.articles] == ["2.1", "2.2"]
    assert version.revisions.count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (content("2.1", "2.1"), "Plusieurs passages portent le numéro d’article 2.1."),
        (content("2.x"), "n’est pas un numéro d’article"),
        (content("2.1", number="2"), "n’est pas un numéro de titre"),
    ],
)
def test_editor_is_told_what_is_wrong_with_the_numbers(staff, fields, message):
    response = staff(Role.EDITING).post(f"{LIST}add/", fields)

    assert response.status_code == 200
    # The errors of blocks are handed to the editor's script as JSON.
    assert json.dumps(message)[1:-1] in response.content.decode()
    assert TermsVersion.objects.count() == 0


def test_whoever_saves_a_draft_becomes_its_author(staff):
    version = draft()
    client = staff(Role.EDITING)

    client.post(f"{LIST}edit/{version.pk}/", content("2.1"))

    version.refresh_from_db()
    assert version.drafted_by.email == "editing@lexom.example"
    assert version.revisions.count() == 1


@pytest.mark.parametrize("make", [submitted, approved])
@pytest.mark.parametrize("path", ["edit", "delete"])
def test_frozen_version_opens_on_its_follow_up(staff, make, path):
    version = make()
    client = staff(Role.PUBLISHING)
    before = version.text

    responses = [
        client.get(f"{LIST}{path}/{version.pk}/"),
        client.post(f"{LIST}{path}/{version.pk}/", content("9.9")),
    ]

    assert [response.url for response in responses] == [follow_up(version)] * 2
    assert TermsVersion.objects.get().text == before


def test_two_persons_bring_a_version_into_force(staff):
    version = draft()
    submit_terms(version=version, user=version.drafted_by)
    client = staff(Role.PUBLISHING)
    start = timezone.localdate() + timedelta(days=2)
    assert "Approuver et fixer la date d’effet" in page(client, follow_up(version))

    response = client.post(
        follow_up(version), {"action": "approve", "in_force_from": start.strftime("%d/%m/%Y")}
    )

    version.refresh_from_db()
    assert response.status_code == 302
    assert (version.state, version.in_force_from) == (State.APPROVED, start)


def test_author_is_not_offered_to_approve(staff):
    client = staff(Role.PUBLISHING)
    version = draft()
    submit_terms(version=version, user=User.objects.get(email="publishing@lexom.example"))

    text = page(client, follow_up(version))
    client.post(follow_up(version), {"action": "approve", "in_force_from": "01/01/2030"})

    assert "Approuver et fixer" not in text
    assert "personne n’approuve son propre texte" in text
    assert TermsVersion.objects.get().state is State.SUBMITTED


@pytest.mark.parametrize(
    ("make", "data", "status", "message"),
    [
        (submitted, {"action": "approve", "in_force_from": "demain"}, 422, "Cette date n’est pas"),
        (submitted, {"action": "approve"}, 422, "Indiquez la date d’effet"),
        (submitted, {"action": "approve", "in_force_from": "2020-01-01"}, 200, "être passée"),
        (draft, {"action": "approve", "in_force_from": "2030-01-01"}, 200, "Seule une version"),
        (approved, {"action": "revoke", "reason": "Erreur"}, 200, "avant le jour"),
        (approved, {"action": "revoke", "reason": ""}, 422, "Suivi"),
        (draft, {"action": "brûler"}, 200, "Choisissez une action"),
        (draft, {}, 200, "Choisissez une action"),
    ],
)
def test_wrong_step_is_explained(staff, make, data, status, message):
    version = make()

    response = staff(Role.PUBLISHING).post(follow_up(version), data, follow=True)

    shown = response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    assert response.status_code == status
    assert message in shown


def test_version_is_revoked_sent_back_and_copied_from_its_follow_up(staff):
    future, waiting = approved(starts_in=4), submitted()
    client = staff(Role.PUBLISHING)

    client.post(follow_up(future), {"action": "revoke", "reason": "Article 2.1 faux"})
    client.post(follow_up(waiting), {"action": "send_back", "reason": "À revoir"})
    response = client.post(follow_up(future), {"action": "copy"})

    copy = TermsVersion.objects.exclude(pk__in=[future.pk, waiting.pk]).get()
    future.refresh_from_db()
    waiting.refresh_from_db()
    assert (future.state, waiting.state) == (State.REVOKED, State.DRAFT)
    assert response.url == f"{LIST}edit/{copy.pk}/"
    assert "Article 2.1 faux" in page(client, follow_up(future))


def test_narrower_version_is_approved_with_a_warning(staff):
    approved()
    version = submitted(audience=Audience.CONSUMER)
    start = (timezone.localdate() + timedelta(days=3)).isoformat()

    response = staff(Role.PUBLISHING).post(
        follow_up(version), {"action": "approve", "in_force_from": start}, follow=True
    )

    assert "Plus aucune version ne s’adresse aux entreprises" in response.content.decode()


def test_list_shows_where_each_version_stands(staff):
    approved()
    submitted()
    draft()

    text = page(staff(Role.EDITING), LIST)

    states = re.findall(r"<td[^>]*>\s*(brouillon|soumise[^<]*|en vigueur)\s*</td>", text)
    assert sorted(map(str.strip, states)) == [
        "brouillon", "en vigueur", "soumise à l’approbation",
    ]  # fmt: skip


def test_menu_holds_the_legal_texts(staff):
    text = page(staff(Role.EDITING), "/gestion/")

    assert "Textes juridiques" in text
    assert '"/gestion/cgv/"' in text


def test_doubtful_clauses_lead_to_their_article(staff):
    version = draft(terms_text("<p>x</p>", "<p>Les commandes sont irrévocables.</p>"))
    text = page(staff(Role.EDITING), reverse("terms_doubtful_clauses", args=[version.pk]))

    assert f'href="/gestion/cgv/{version.pk}/texte/#article-2-2"' in text
    assert "Absentes de cette version" in text


def test_draft_is_read_and_compared_by_staff(staff):
    approved(terms_text("<p>Valable 30 jours.</p>"))
    version = draft(terms_text("<p>Valable 45 jours.</p>"))
    client = staff(Role.EDITING)

    assert "Valable 45 jours." in page(client, f"/gestion/cgv/{version.pk}/texte/")
    changes = page(client, f"/gestion/cgv/{version.pk}/changements/")
    assert "<del>30</del><ins>45</ins>" in changes
    pdf = client.get(f"/gestion/cgv/{version.pk}/projet.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert pdf["Cache-Control"].startswith("private, no-store")


def test_comparison_needs_a_version_in_force(staff):
    version = draft()

    response = staff(Role.EDITING).get(f"/gestion/cgv/{version.pk}/changements/")

    assert response.status_code == 404
