"""Who founds a company's account, who enters it and who is shown out."""

from datetime import timedelta

from django.utils import timezone

import pytest

from base.events import events_of
from base.integrity import faults
from mail.models import OutgoingMessage
from shop.account.actions import (
    AccountRefused,
    NotAllowed,
    accept_invitation,
    attach_person,
    invite,
    revoke_membership,
)
from shop.account.linking import attach_proposal, link_waiting_proposals
from shop.account.models import Company, Membership
from shop.account.reading import proposals_of
from shop.account.rules import MOST_INVITATIONS_A_DAY, Belonging, MemberRole, Reader, may_read
from shop.models import Proposal
from shop.proposals.actions import replace_proposal
from tests.factories.users import UserFactory
from tests.shop.account.conftest import OTHER_SIREN, join, known, standing_of
from users.models import User

pytestmark = pytest.mark.django_db


def ask_in(company, inviter, email, now=None, role=MemberRole.MEMBER):
    return invite(
        company_id=company.pk, email=email, role=role, inviter=inviter, now=now or timezone.now()
    )


def revoke(company, membership, by=None):
    return revoke_membership(
        company_id=company.pk, membership_id=membership.pk, actor="essai", by=by,
        now=timezone.now(),
    )  # fmt: skip


def test_first_proven_contact_founds_and_administers(contact, company, proposal):
    assert (company.name, company.siren) == ("Atelier d’essai", "510869274")
    assert standing_of(company, contact).is_administrator
    assert list(proposals_of(contact)) == [proposal]
    assert str(contact) == "Camille Essai"
    assert [event.name for event in events_of(company)] == [
        "Espace ouvert", "Proposition rattachée",
    ]  # fmt: skip


def test_address_that_nobody_proved_founds_nothing(proposal):
    user = User.objects.create_user("camille@example.org")
    known(user.email)
    assert not Company.objects.exists()
    assert not proposals_of(user).exists()


def test_second_person_with_the_same_siren_reads_only_their_own(contact, company, proposal, ask):
    own = ask(email="intrus@example.net")
    intruder = known("intrus@example.net")
    assert list(proposals_of(intruder)) == [own]
    assert list(proposals_of(contact)) == [proposal]
    assert standing_of(company, intruder) is None


def test_their_proposals_come_along_when_they_accept_an_invitation(contact, company, ask):
    own = ask(email="dominique@example.org")
    user = known("dominique@example.org")
    sent = ask_in(company, contact, "Dominique@Example.org")
    link_waiting_proposals(timezone.now())
    assert not proposals_of(contact).filter(pk=own.pk).exists()

    accept_invitation(membership_id=sent.pk, user=user, now=timezone.now())
    link_waiting_proposals(timezone.now())
    assert proposals_of(contact).filter(pk=own.pk).exists()
    assert proposals_of(user).count() == 2


def test_person_who_is_shown_out_takes_nothing_along(contact, company, ask, colleague):
    ask(email=colleague.email)
    known(colleague.email)
    assert proposals_of(colleague).count() == 2

    revoke(company, standing_of(company, colleague), by=contact)
    assert not proposals_of(colleague).exists()
    assert proposals_of(contact).count() == 2


def test_new_version_follows_the_company_without_anybody_signing_in(contact, company, proposal):
    new = replace_proposal(
        proposal_id=proposal.pk, offer=proposal.facts.offer, actor="LEXOM", now=timezone.now()
    )
    link_waiting_proposals(timezone.now())
    assert new.company_link.company == company


def test_rows_that_are_read_are_those_of_the_rule(contact, stranger, colleague, ask):
    ask(email="intrus@example.net"), ask(session=None, email=colleague.email, siren="")
    people = [contact, stranger, colleague, known("intrus@example.net"), UserFactory()]
    for user in people:
        companies = Membership.objects.present().filter(user=user)
        reader = Reader(user.email, frozenset(companies.values_list("company", flat=True)))
        expected = {
            row.pk
            for row in Proposal.objects.select_related("company_link")
            if may_read(reader, Belonging(row.email, company_of(row)))
        }
        assert {row.pk for row in proposals_of(user)} == expected


def company_of(row):
    return row.company_link.company_id if hasattr(row, "company_link") else None


def test_invitation_gives_nothing_before_it_is_accepted(contact, company):
    sent = ask_in(company, contact, "dominique@example.org")
    user = known("dominique@example.org")
    assert not proposals_of(user).exists()
    message = OutgoingMessage.objects.get(template="company_invitation")
    assert (message.recipient, sent.token in message.text) == ("dominique@example.org", True)


def test_invitation_is_over_after_fourteen_days(contact, company):
    now = timezone.now()
    sent = ask_in(company, contact, "dominique@example.org", now)
    user = known("dominique@example.org")
    with pytest.raises(AccountRefused, match="n’est plus valable"):
        accept_invitation(membership_id=sent.pk, user=user, now=now + timedelta(days=14))

    again = ask_in(company, contact, "dominique@example.org", now + timedelta(days=14))
    accept_invitation(membership_id=again.pk, user=user, now=now + timedelta(days=15))
    assert standing_of(company, user).joined_at


def test_invitation_opens_for_its_address_only(contact, company, stranger):
    sent = ask_in(company, contact, "dominique@example.org")
    with pytest.raises(Membership.DoesNotExist):
        accept_invitation(membership_id=sent.pk, user=stranger, now=timezone.now())


def test_invitation_that_was_taken_back_is_over(contact, company):
    sent = ask_in(company, contact, "dominique@example.org")
    revoke(company, sent, by=contact)
    with pytest.raises(AccountRefused):
        accept_invitation(membership_id=sent.pk, user=sent.user, now=timezone.now())


def test_nobody_is_invited_twice_at_once(contact, company, colleague):
    with pytest.raises(AccountRefused, match="fait déjà partie"):
        ask_in(company, contact, colleague.email)
    ask_in(company, contact, "alix@example.org")
    with pytest.raises(AccountRefused, match="déjà partie à cette adresse"):
        ask_in(company, contact, "ALIX@example.org")


def test_invitations_of_a_day_are_limited(contact, company):
    now = timezone.now()
    for rank in range(MOST_INVITATIONS_A_DAY):
        ask_in(company, contact, f"essai{rank}@example.org", now)
    with pytest.raises(AccountRefused, match="continuez demain"):
        ask_in(company, contact, "encore@example.org", now)
    ask_in(company, contact, "encore@example.org", now + timedelta(days=1))


def test_members_without_power_and_strangers_change_nobody(contact, company, colleague, stranger):
    for user in (colleague, stranger):
        with pytest.raises(NotAllowed):
            ask_in(company, user, "alix@example.org")
        with pytest.raises(NotAllowed):
            revoke(company, standing_of(company, contact), by=user)


def test_last_administrator_cannot_be_shown_out(contact, company):
    with pytest.raises(AccountRefused, match="dernier administrateur"):
        revoke(company, standing_of(company, contact), by=contact)

    other = UserFactory()
    join(company, contact, other, MemberRole.ADMINISTRATOR)
    revoke(company, standing_of(company, contact), by=contact)
    assert not proposals_of(contact).exists()


def test_staff_answer_for_a_person_and_change_a_role(contact, company):
    facts = {"company_id": company.pk, "actor": "Équipe", "now": timezone.now()}
    attach_person(email="alix@example.org", role=MemberRole.ADMINISTRATOR, **facts)
    user = User.objects.get(email="alix@example.org")
    assert not proposals_of(user).exists()  # the address is not proven yet
    attach_person(email="alix@example.org", role=MemberRole.MEMBER, **facts)
    with pytest.raises(AccountRefused, match="dernier administrateur"):
        attach_person(email=contact.email, role=MemberRole.MEMBER, **facts)
    assert Membership.objects.standing().filter(company=company).count() == 2


def test_staff_move_a_proposal(contact, company, stranger, proposal):
    other = stranger.memberships.get().company
    attach_proposal(
        company_id=other.pk, proposal_id=proposal.pk, actor="Équipe", now=timezone.now()
    )
    assert not proposals_of(contact).exists()
    assert proposals_of(stranger).count() == 2


def test_company_without_siren_is_known_by_its_name_to_its_members_only(ask):
    first = ask(siren="", siret="", company_name="Les Amis", kind="association")
    same = ask(siren="", siret="", company_name="LES AMIS", kind="association")
    other = ask(
        siren="", siret="", company_name="Les Amis", kind="association", email="alix@example.net"
    )
    contact, stranger = known("camille@example.org"), known("alix@example.net")
    assert set(proposals_of(contact)) == {first, same}
    assert list(proposals_of(stranger)) == [other]
    assert Company.objects.filter(siren="").count() == 2


def test_check_names_a_company_that_nobody_administers(contact, company):
    assert not [fault for _, fault in faults() if "administrateur" in fault]
    Membership.objects.update(revoked_at=timezone.now())
    assert any("n’a plus d’administrateur" in fault for _, fault in faults())


def test_another_siren_is_another_company(contact, ask):
    ask(siren=OTHER_SIREN, siret="", company_name="Filiale d’essai")
    known(contact.email)
    assert contact.memberships.count() == 2
