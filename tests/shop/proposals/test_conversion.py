"""The figures of conversion, read from proposals as clients and staff made them."""

from datetime import timedelta
from io import BytesIO

from django.utils import timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from shop.backoffice.conversion import Ending
from shop.backoffice.conversion_reading import journeys_of
from shop.backoffice.periods import Days
from shop.models import Due, Proposal
from shop.proposals.actions import open_second_session, replace_proposal, withdraw_proposal
from shop.proposals.agreement.actions import conclude, conclude_without_deposit
from tests.factories.contracts import pay_deposit_now, sign_now
from users.roles import Role

pytestmark = pytest.mark.django_db

PAGE = "/gestion/propositions/conversion/"


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def replaced(extended, at):
    """A new version, some days later."""

    def replaced(proposal, days=0):
        return replace_proposal(
            proposal_id=proposal.pk, offer=extended(proposal), actor="Équipe",
            now=at + timedelta(days=days),
        )  # fmt: skip

    return replaced


def read(at, days=None):
    return journeys_of(days, at)


def test_journey_of_a_contract(ask, at):
    proposal = sign_now(ask(), at)
    pay_deposit_now(proposal, at)
    conclude(proposal_id=proposal.pk, now=at)
    (found,) = read(at)
    today = timezone.localdate(at)
    days = (found.asked_on, found.issued_on, found.signed_on, found.deposit_on, found.definitive_on)
    assert days == (today,) * 5
    assert (found.amount, found.is_intra) == (proposal.incl_vat, False)
    assert (found.course, found.ending) == (str(proposal.course), None)


def test_versions_of_one_number_are_one_journey(ask, replaced, at):
    latest = replaced(replaced(ask(), 3), 5)
    (found,) = read(at)
    today = timezone.localdate(at)
    assert (found.asked_on, found.issued_on) == (today, today)
    assert (found.amount, found.ending) == (latest.incl_vat, None)


def test_cohort_is_that_of_the_request_and_not_of_a_later_version(ask, replaced, at):
    replaced(ask(), 3)
    today = timezone.localdate(at)
    later = today + timedelta(days=3)
    assert len(read(at, Days(today, today))) == 1
    assert read(at, Days(later, later)) == []


def test_second_session_counts_on_its_own(ask, at):
    first = ask(session=None, headcount=6)
    open_second_session(proposal_id=first.pk, keep=3, leaving=3, actor="Équipe", now=at)
    assert [found.is_intra for found in read(at)] == [True, True]


def test_requests_without_a_number_do_not_melt_into_one(ask, at):
    ask(session=None), ask(session=None)
    assert [(found.issued_on, found.amount) for found in read(at)] == [(None, None)] * 2


def test_endings_are_those_of_the_last_version(ask, replaced, at):
    withdrawn = replaced(ask())
    withdraw_proposal(proposal_id=withdrawn.pk, reason="essai", actor="Équipe", now=at)
    ask()
    assert {found.ending for found in read(at)} == {Ending.WITHDRAWN, None}
    # The clock has not written it down yet.
    later = at + timedelta(days=31)
    assert {found.ending for found in read(later)} == {Ending.WITHDRAWN, Ending.EXPIRED}


def test_contract_without_its_deposit_is_definitive_all_the_same(ask, at):
    proposal = sign_now(ask(), at)
    conclude_without_deposit(proposal_id=proposal.pk, reason="Habitué", actor="Équipe", now=at)
    (found,) = read(at)
    assert (found.deposit_on, found.definitive_on) == (None, timezone.localdate(at))


def test_part_of_a_deposit_is_not_the_deposit(ask, at):
    proposal = sign_now(ask(), at)
    deposit = Due.objects.of(proposal).get(kind="deposit")
    pay_deposit_now(proposal, at)
    Due.objects.create(
        proposal=proposal, kind="deposit", position=9, amount=1, due_on=deposit.due_on
    )
    assert read(at)[0].deposit_on is None


@pytest.mark.parametrize("times", [1, 3])
def test_reading_takes_two_queries(ask, at, session, django_assert_num_queries, times):
    session.capacity = 40
    session.save()
    for _ in range(times):
        ask(session=None), sign_now(ask(), at)
    with django_assert_num_queries(2):
        assert len(read(at, Days(timezone.localdate(at), timezone.localdate(at)))) == 2 * times


def test_page_tells_figures_and_how_they_are_counted(ask, staff, at):
    ask(session=None), ask(), sign_now(ask(), at)
    client = staff(Role.ACCOUNTING)
    response = client.get(PAGE, {"periode": "tout"})
    page = response.content.decode()
    for text in (
        "depuis le début", "67\u00a0% (2 sur 3 demandées)", "50\u00a0% (1 sur 2 émises)",
        "Hors calendrier (intra)", "0\u00a0jour (sur 1 proposition)", "à la date de sa demande",
    ):  # fmt: skip
        assert text in page, text
    assert client.get(PAGE).context["asked"] == 3


@pytest.mark.parametrize("period", ["mois", "trimestre", "annee", "tout"])
def test_period_keeps_its_requests(ask, staff, period):
    ask(session=None)
    assert staff(Role.SALES).get(PAGE, {"periode": period}).context["asked"] == 1


def test_empty_period_says_so(ask, staff):
    ask(session=None)
    response = staff(Role.SALES).get(
        PAGE, {"periode": "dates", "du": "01/01/2021", "au": "31/12/2021"}
    )
    assert "Aucune proposition n’a été demandée pendant cette période." in response.content.decode()


def test_files_hold_a_line_for_each_group(ask, staff, at):
    sign_now(ask(), at)
    client = staff(Role.SALES)
    urls = dict(client.get(PAGE).context["files"])
    response = client.get(urls["csv"])
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "Répartition", "Ensemble", "Par formation", "Par formule",
    ]  # fmt: skip
    assert "2376,00" in lines[1]
    sheet = load_workbook(BytesIO(b"".join(client.get(urls["xlsx"]).streaming_content))).active
    assert (sheet.max_row, sheet["C2"].value) == (4, 1)


def test_file_without_a_period_or_of_another_kind(home, staff):
    client = staff(Role.SALES)
    assert client.get(f"{PAGE}csv/", {"periode": "demain"})["Location"] == PAGE
    assert client.get(f"{PAGE}pdf/", {"periode": "tout"}).status_code == 404


@pytest.mark.parametrize("path", ["", "csv/", "xlsx/"])
@pytest.mark.parametrize("role", [Role.EDITING, Role.PUBLISHING])
def test_nobody_else_sees_the_figures(home, staff, role, path):
    response = staff(role).get(PAGE + path, {"periode": "tout"})
    assert (response.status_code, Proposal.objects.exists()) == (302, False)


ANYTHING = st.text(max_size=20) | st.dates().map(str) | st.sampled_from(["tout", "dates", "mois"])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.dictionaries(st.sampled_from(["periode", "du", "au", "p"]), ANYTHING))
def test_no_question_breaks_the_page(home, sales_client, query):
    assert sales_client.get(PAGE, query).status_code in {200, 422}
    assert sales_client.get(f"{PAGE}csv/", query).status_code in {200, 302}


@pytest.fixture
def sales_client(staff):
    return staff(Role.SALES)
