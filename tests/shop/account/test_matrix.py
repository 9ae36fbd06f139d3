"""I9: every address of the space, tried by everybody who has no business there."""

from types import SimpleNamespace

from django.test import Client
from django.urls import reverse
from django.utils import timezone

import pytest

from mail.models import OutgoingMessage
from shop.account.actions import invite, revoke_membership
from shop.account.rules import MemberRole
from shop.account.urls import urlpatterns
from shop.models import Company, CompanyProposal, Membership
from tests.factories.users import UserFactory
from tests.shop.account.conftest import join, known, standing_of
from users.roles import Role

pytestmark = pytest.mark.django_db

# Each address with the objects of the company that it may name.
OBJECTS = {
    "space_proposal": lambda w: [[w.proposal.pk], [w.asked.pk]],
    "space_proposal_archive": lambda w: [[w.proposal.pk], [w.asked.pk]],
    "space_paper": lambda w: [[w.proposal.pk, paper.pk] for paper in w.papers],
    "space_company": lambda w: [[w.company.pk]],
    "space_invite": lambda w: [[w.company.pk]],
    "space_revoke": lambda w: [[w.company.pk, row.pk] for row in w.memberships],
    "space_invitation": lambda w: [[w.invitation.token]],
}
# What everybody has of their own: others are never in it.
OWN = {"space_home", "space_archive", "space_profile", "space_leave_everywhere"}
DOOR = {"space_sign_in"}
FOR_ADMINISTRATORS = {"space_invite", "space_revoke"}
NOBODY = 987654321
BEYOND_ANY_KEY = 10**30


@pytest.fixture
def world(contact, company, colleague, proposal, papers, ask):
    """Everything that the company owns, and nothing of anybody else's."""
    now = timezone.now()
    invitation = invite(
        company_id=company.pk, email="invite@example.org", role=MemberRole.MEMBER,
        inviter=contact, now=now,
    )  # fmt: skip
    asked = ask(session=None)
    return SimpleNamespace(
        contact=contact, company=company, colleague=colleague, proposal=proposal, papers=papers,
        invitation=invitation, asked=asked, memberships=list(company.memberships.all()),
    )  # fmt: skip


@pytest.fixture
def revoked(world, ask):
    """They were an administrator, and what they asked for has stayed."""
    ask(email="parti@example.org")
    user = UserFactory(email="parti@example.org")
    membership = join(world.company, world.contact, user, MemberRole.ADMINISTRATOR)
    known(user.email)
    world.memberships.append(membership)
    revoke_membership(
        company_id=world.company.pk, membership_id=membership.pk, actor="", now=timezone.now()
    )
    return signed_in(user)


@pytest.fixture
def consumer(order_now):
    user = UserFactory(email="particulier@example.net")
    order = order_now(email=user.email)
    order.account = user
    order.save(update_fields=["account"])
    return signed_in(user)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(
    params=["stranger", "revoked", "consumer", "unproven", *(role.name for role in Role)]
)
def outsider(request, world):
    name = request.param
    if name in Role.__members__:
        return request.getfixturevalue("staff")(Role[name])
    if name == "unproven":  # the very address of the contact, before any code came back
        world.contact.emailaddress_set.all().delete()
        return signed_in(world.contact)
    found = request.getfixturevalue(name)
    return signed_in(found) if name == "stranger" else found


def secrets(world):
    return [
        world.proposal.number, world.company.name, world.colleague.email, world.invitation.token,
        world.invitation.user.email, "Dominique Essai",
    ]  # fmt: skip


def everything(world):
    """What an outsider could have changed."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Company, Membership)]
    return rows, CompanyProposal.objects.count(), OutgoingMessage.objects.count()


def body_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


def answers(client, name, args):
    """To every verb; a form that could work if its sender were allowed to."""
    address = reverse(name, args=args)
    data = {"email": "essai@example.org", "role": "member"}
    yield client.get(address)
    yield client.post(address, data)
    yield client.head(address)


def test_every_address_is_in_the_table():
    assert {pattern.name for pattern in urlpatterns} == {*OBJECTS, *OWN, *DOOR}


def every_object(world):
    return [(name, args) for name, listed in OBJECTS.items() for args in listed(world)]


def test_others_find_the_page_of_what_does_not_exist(world, outsider):
    before = everything(world)
    for name, args in every_object(world):
        missing = ["x" * 43] if name == "space_invitation" else [NOBODY] * len(args)
        for found, nothing in zip(
            answers(outsider, name, args), answers(outsider, name, missing), strict=True
        ):
            if found.status_code == 405:  # the verb is refused whatever the object
                assert (nothing.status_code, body_of(found)) == (405, "")
                continue
            assert (found.status_code, nothing.status_code) == (404, 404)
            assert body_of(found) == body_of(nothing)
    assert everything(world) == before


def test_own_pages_of_others_hold_nothing_of_the_company(world, outsider):
    # The last one signs the visitor out.
    for name in sorted(OWN, key="space_leave_everywhere".__eq__):
        for response in answers(outsider, name, []):
            found = [text for text in secrets(world) if text in body_of(response)]
            assert found == [], name


def test_nobody_in_particular_is_sent_to_the_door(world):
    before, door = everything(world), reverse("space_sign_in")
    for name, args in [*every_object(world), *((name, []) for name in OWN)]:
        for response in answers(Client(), name, args):
            assert response.status_code == 302
            assert response["Location"].startswith(f"{door}?next=")
            assert "no-store" in response["Cache-Control"]
    assert everything(world) == before


def test_door_shows_nothing_but_a_form(world):
    for response in answers(Client(), "space_sign_in", []):
        assert not [text for text in secrets(world) if text in body_of(response)]


@pytest.mark.parametrize("name", sorted(FOR_ADMINISTRATORS))
def test_members_without_power_are_refused(world, name):
    before, client = everything(world), signed_in(world.colleague)
    for args in OBJECTS[name](world):
        assert {response.status_code for response in answers(client, name, args)} == {403}
    assert everything(world) == before


def test_members_read(world):
    """Or the refusals above would prove nothing."""
    client = signed_in(world.colleague)
    for name in set(OBJECTS) - FOR_ADMINISTRATORS - {"space_invitation"}:
        for args in OBJECTS[name](world)[: None if name == "space_paper" else 1]:
            response = client.get(reverse(name, args=args))
            assert response.status_code == 200, name
            assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", sorted(FOR_ADMINISTRATORS))
def test_administrators_act(world, name):
    client = signed_in(world.contact)
    for args in OBJECTS[name](world):
        assert client.get(reverse(name, args=args)).status_code == 200


def test_guest_opens_their_own_invitation(world):
    guest = world.invitation.user
    address = reverse("space_invitation", args=[world.invitation.token])
    assert signed_in(guest).get(address).status_code == 404  # not proven yet
    guest.emailaddress_set.update(verified=True)
    assert signed_in(guest).get(address).status_code == 200


def test_own_address_never_opens_what_belongs_to_others(world, stranger):
    """A paper behind one's own proposal, a member behind one's own company."""
    client = signed_in(stranger)
    own = stranger.memberships.get().company
    proposal = own.links.get().proposal
    for paper in world.papers:
        assert client.get(reverse("space_paper", args=[proposal.pk, paper.pk])).status_code == 404
    for row in world.memberships:
        tried = answers(client, "space_revoke", [own.pk, row.pk])
        assert {response.status_code for response in tried} == {404}
    assert standing_of(world.company, world.colleague)


def test_number_beyond_any_key_is_not_found(world):
    client = signed_in(world.contact)
    for name in set(OBJECTS) - {"space_invitation"}:
        args = [BEYOND_ANY_KEY] * len(OBJECTS[name](world)[0])
        assert client.get(reverse(name, args=args)).status_code == 404, name


def test_company_people_have_no_back_office(world):
    for user in (world.contact, world.colleague):
        response = signed_in(user).get("/gestion/")
        assert (response.status_code, response["Location"]) == (302, reverse("account"))
