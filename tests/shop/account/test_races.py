"""Two at the same instant, on a server with row locks."""

from threading import Barrier, Thread

from django.db import connection
from django.utils import timezone

import pytest

from shop.account.actions import AccountRefused, revoke_membership
from shop.account.linking import link_proposals_of
from shop.account.rules import MemberRole
from shop.models import Company, Membership
from tests.factories.users import UserFactory
from tests.shop.account.conftest import join, known, standing_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def at_once(*calls):
    """Runs each in a thread of its own; returns what they returned or raised, in order."""
    barrier, found = Barrier(len(calls)), [None] * len(calls)

    def run(rank, call):
        barrier.wait()
        try:
            found[rank] = call()
        except AccountRefused as refused:
            found[rank] = refused
        finally:
            connection.close()

    threads = [Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_administrators_who_show_each_other_out_leave_one(company, contact):
    other = UserFactory()
    join(company, contact, other, MemberRole.ADMINISTRATOR)
    rows = {user: standing_of(company, user).pk for user in (contact, other)}

    def show_out(by, victim):
        return lambda: revoke_membership(
            company_id=company.pk, membership_id=rows[victim], actor="essai", by=by,
            now=timezone.now(),
        )  # fmt: skip

    at_once(show_out(contact, other), show_out(other, contact))
    assert Membership.objects.administrators().filter(company=company).count() == 1


def test_two_contacts_of_one_siren_found_one_company(ask):
    people = [f"essai{rank}@example.org" for rank in range(2)]
    for email in people:
        ask(email=email, headcount=1)
    users = [UserFactory(email=email) for email in people]

    at_once(*(lambda user=user: link_proposals_of(user, timezone.now()) for user in users))
    assert Company.objects.count() == Membership.objects.count() == 1
    company = Company.objects.get()
    founder = company.memberships.get().user
    assert company.links.get().proposal.email == founder.email


def test_one_contact_in_two_browsers_founds_one_company(ask):
    ask(siren="", siret="", kind="association")
    user = UserFactory(email="camille@example.org")

    at_once(*[lambda: link_proposals_of(user, timezone.now())] * 2)
    assert Company.objects.count() == 1
    assert known(user.email).memberships.count() == 1
