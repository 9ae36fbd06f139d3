"""Where the proposals of companies stand: the pipeline, and the stages that the list keeps."""

from datetime import timedelta

from django.utils import timezone

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.backoffice import pipeline as module
from shop.backoffice.proposal_facts import action_of, proposals_with_facts
from shop.backoffice.proposal_stages import Stage, in_stage
from shop.models import Agreement, Attempt, Due, Proposal
from shop.proposals.agreement.actions import conclude
from shop.proposals.agreement.laying_out import lay_out as lay_out_agreement
from shop.proposals.laying_out import lay_out
from tests.factories.contracts import pay_deposit_now, sign_now
from tests.factories.orders import paris
from users.roles import Role

pytestmark = pytest.mark.django_db

LIST = "/gestion/propositions/"
PAGE = f"{LIST}suivi/"


@pytest.fixture
def make_definitive(ask):
    def make_definitive(**changes):
        proposal = sign_now(ask(**changes))
        pay_deposit_now(proposal)
        return conclude(proposal_id=proposal.pk, now=timezone.now())

    return make_definitive


@pytest.fixture
def every_stage(ask, session, make_definitive):
    """One proposal at each stage of the pipeline, by the stage."""
    session.capacity = 40
    session.save()
    expired = ask()
    Proposal.objects.filter(pk=expired.pk).update(state="expired")
    return {
        Stage.ASKED: ask(session=None),
        Stage.ISSUED: ask(),
        Stage.DEPOSIT: sign_now(ask()),
        Stage.DEFINITIVE: make_definitive(),
        Stage.EXPIRED: expired,
    }


def test_every_proposal_is_at_one_stage(every_stage):
    today = timezone.localdate()
    kept = {stage: list(Proposal.objects.filter(in_stage(stage, today))) for stage in Stage}
    one_each = {stage: [proposal] for stage, proposal in every_stage.items()}
    assert kept == one_each | {Stage.SETTLED: []}


def test_contract_stays_until_its_training_is_over_and_its_balance_paid(make_definitive):
    contract = make_definitive()
    over = contract.ends_on + timedelta(days=1)
    settled, under_way = in_stage(Stage.SETTLED, over), in_stage(Stage.DEFINITIVE, over)
    assert Proposal.objects.filter(under_way).get() == contract
    Due.objects.of(contract).unpaid().update(stopped_at=timezone.now())
    assert Proposal.objects.filter(settled).get() == contract
    assert not Proposal.objects.filter(under_way).exists()
    assert Proposal.objects.filter(in_stage(Stage.DEFINITIVE, contract.ends_on)).exists()


@pytest.mark.parametrize(("days", "stage"), [(30, "emises"), (31, "expirees"), (60, "expirees")])
def test_expired_ones_stay_a_month(ask, days, stage):
    proposal = ask()
    later = timezone.localdate() + timedelta(days=days)
    assert Proposal.objects.filter(in_stage(Stage(stage), later)).get() == proposal


def test_what_expired_long_ago_was_replaced_or_withdrawn_is_nowhere(ask):
    proposal = ask()
    later = timezone.localdate() + timedelta(days=61)
    for state, today in (("expired", later), ("superseded", None), ("withdrawn", None)):
        Proposal.objects.filter(pk=proposal.pk).update(state=state)
        for stage in Stage:
            kept = in_stage(stage, today or timezone.localdate())
            assert not Proposal.objects.filter(kept).exists()


def columns(client):
    return {column.stage: column for column in client.get(PAGE).context["columns"]}


def test_page_shows_each_stage_with_its_cards(every_stage, staff):
    client = staff(Role.SALES)
    found = columns(client)
    assert list(found) == [
        Stage.ASKED, Stage.ISSUED, Stage.DEPOSIT, Stage.DEFINITIVE, Stage.EXPIRED,
    ]  # fmt: skip
    for stage, column in found.items():
        assert [card.proposal for card in column.cards] == [every_stage[stage]]
    page = client.get(PAGE).content.decode()
    for text in (
        "Composer la proposition", "Client, ", "Acompte de 712,80\u00a0€ attendu du client", "2\u202f376,00\u00a0€",
        f'href="{LIST}{every_stage[Stage.EXPIRED].pk}/"',
    ):  # fmt: skip
        assert text in page


def test_page_of_a_new_site_says_so(home, staff):
    page = staff(Role.ACCOUNTING).get(PAGE).content.decode()
    assert page.count("Aucune proposition à cette étape.") == 5


def test_overdue_comes_first_and_the_rest_is_one_link_away(ask, staff, monkeypatch):
    monkeypatch.setattr(module, "SHOWN", 2)
    now = timezone.now()
    asked = [ask(session=None, now=now - timedelta(days=days)) for days in (1, 20, 10)]
    client = staff(Role.SALES)
    column = columns(client)[Stage.ASKED]
    assert [card.proposal for card in column.cards] == [asked[1], asked[2]]
    assert [card.is_overdue for card in column.cards] == [True, True]
    assert (column.count, column.left) == (3, 1)
    page = client.get(PAGE).content.decode()
    assert ("Voir l’autre" in page, "en retard" in page) == (True, True)
    assert len(client.get(column.url).context["object_list"]) == 3


@pytest.mark.parametrize("times", [1, 3])
def test_page_costs_the_same_whatever_its_length(
    ask, session, make_definitive, staff, django_assert_num_queries, times
):
    session.capacity = 40
    session.save()
    for _ in range(times):
        ask(session=None), ask(), sign_now(ask()), make_definitive()
    client = staff(Role.SALES)
    client.get(PAGE)
    with django_assert_num_queries(25):
        client.get(PAGE)


def test_list_keeps_stages_and_tells_what_comes_next(every_stage, staff):
    client = staff(Role.SALES)
    response = client.get(LIST, {"stage": ["acompte", "definitives"]})
    kept = {every_stage[Stage.DEPOSIT], every_stage[Stage.DEFINITIVE]}
    assert set(response.context["object_list"]) == kept
    limit = timezone.localdate() + timedelta(days=7)
    assert f"{limit:%d/%m/%Y}" in response.content.decode()
    rows = client.get(LIST, {"export": "csv", "stage": "acompte"}).getvalue().decode()
    assert ("Prochaine action" in rows, "attendu du client" in rows) == (True, True)


@pytest.mark.parametrize("rows", [1, 4])
def test_list_of_contracts_costs_the_same_whatever_its_length(
    session, make_definitive, staff, django_assert_num_queries, rows
):
    session.capacity = 40
    session.save()
    client = staff(Role.SALES)
    for _ in range(rows):
        make_definitive()
    client.get(LIST)
    with django_assert_num_queries(20):
        client.get(LIST)


def test_contract_is_followed_from_its_rows(make_definitive):
    """The agreement leaves, a person is named, the training ends, the balance is paid."""
    pk = make_definitive().pk

    def told(day=None):
        with time_machine.travel(paris(day or timezone.localdate(), 12), tick=False):
            action = action_of(proposals_with_facts().get(pk=pk))
        return action.text

    assert told() == "Convention en cours d’établissement"
    lay_out_agreement(Agreement.objects.get().pk)
    assert told() == "1 participant à nommer"
    proposal = Proposal.objects.get(pk=pk)
    assert told(proposal.starts_on - timedelta(days=1)).startswith("1 participant sans nom")
    assert told(proposal.ends_on + timedelta(days=2)).startswith(
        "Solde de 1\u202f663,20\u00a0€ attendu"
    )
    assert told(proposal.ends_on + timedelta(days=20)).startswith(
        "Solde de 1\u202f663,20\u00a0€ en retard"
    )
    due = Due.objects.of(proposal).unpaid().get()
    Attempt.objects.create(
        due=due, number=1, channel="transfer", state="succeeded", amount=due.amount,
        idempotency_key="solde",
    )  # fmt: skip
    assert told(proposal.ends_on + timedelta(days=20)) == "Terminée et réglée"


@pytest.mark.parametrize(("days", "tasks"), [(7, 0), (8, 1)])
def test_late_deposit_is_to_be_chased_today(ask, staff, days, tasks):
    proposal, today = sign_now(ask()), timezone.localdate()
    client = staff(Role.SALES)
    with time_machine.travel(paris(today + timedelta(days=days), 13), tick=False):
        parts = client.get("/gestion/a-faire/").context["parts"]
        action = action_of(proposals_with_facts().get())
    found = [task for part in parts if part.key == "late" for task in part.tasks]
    assert [task.url for task in found] == [f"{LIST}{proposal.pk}/"] * tasks
    assert action.is_for_staff == bool(tasks)


def test_issued_proposal_is_told_as_on_its_page(ask, staff):
    proposal = ask()
    lay_out(proposal.pk)
    action = action_of(proposals_with_facts().get())
    assert "signer" in action.text
    assert staff(Role.SALES).get(f"{LIST}{proposal.pk}/").context["action"] == action


@pytest.mark.parametrize("role", [Role.EDITING, Role.PUBLISHING])
def test_nobody_else_sees_the_pipeline(home, staff, role):
    assert staff(role).get(PAGE).status_code == 302


def test_stranger_is_sent_to_the_sign_in_page(home, client):
    assert "connexion" in client.get(PAGE)["Location"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.dictionaries(st.sampled_from(["stage", "state", "q", "p", "ordering"]), st.text(max_size=20)),
)  # fmt: skip
def test_no_question_breaks_the_list(home, sales_client, query):
    assert sales_client.get(LIST, query).status_code in {200, 404}


@pytest.fixture
def sales_client(staff):
    return staff(Role.SALES)
