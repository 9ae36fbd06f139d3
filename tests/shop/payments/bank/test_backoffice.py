"""« Relevés bancaires »: importing with a preview, confirming in one click, one page a line."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import pytest
import time_machine

from base.organisation import Organisation
from shop.backoffice.bank_previews import seal
from shop.backoffice.to_do import parts_to_do
from shop.models import BankAllocation, BankLine, BankReturn, BankStatement
from shop.payments.bank.actions import allocate
from shop.payments.bank.rules import LineState
from tests.factories.users import UserFactory
from tests.shop.payments.bank.conftest import ACTOR, DAY, NOW, due_of, fresh, transfer
from tests.shop.payments.bank.writing import ACCOUNT, camt, movement
from users.models import User
from users.roles import Role

INDEX = "/gestion/releves/"
IMPORT = f"{INDEX}importer/"
CERTAIN = f"{INDEX}certains/"
TEXT = "RF76PC20260001"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def accountant(staff, home):
    return staff(Role.ACCOUNTING)


@pytest.fixture
def upload(accountant):
    def upload(content, name="releve.xml"):
        return accountant.post(IMPORT, {"file": SimpleUploadedFile(name, content)})

    return upload


def page(response):
    return response.content.decode()


def url(name, line, *args):
    return reverse(f"bank_line:{name}", args=[line.pk, *args])


def test_preview_tells_what_would_match_and_writes_nothing(company, upload):
    content = camt(
        [transfer(TEXT), transfer("loyer", "12.00", payer="X")], more=movement(way="DBIT")
    )
    response = upload(content)
    shown = page(response)
    assert response.status_code == 200
    assert [line.best and line.best.certainty for line in response.context["lines"]] == [
        "certain", None,
    ]  # fmt: skip
    assert "1 certain, 1 inconnu." in shown
    assert "1 débit" in shown
    assert not BankStatement.objects.exists()


def test_confirmed_preview_is_imported_once(company, accountant, upload):
    sealed = upload(camt([transfer(TEXT)])).context["sealed"]
    first = accountant.post(IMPORT, {"sealed": sealed}, follow=True)
    again = accountant.post(IMPORT, {"sealed": sealed}, follow=True)
    assert "« releve.xml » : 1 virement importé." in page(first).replace("\u00a0", " ")
    assert "déjà importé" in page(again)
    assert BankLine.objects.count() == 1
    assert not BankAllocation.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"bonjour", "aucun en-tête"), (b"%PDF", "PDF"), (b"", "Ce fichier est vide"),
     (camt([], more="<Ntry/>"), "Ligne 1")],
)  # fmt: skip
def test_refused_file_says_why(upload, content, message):
    response = upload(content)
    assert response.status_code == 422
    assert message in page(response).replace("\u00a0", " ")


def test_no_file_is_asked_again(accountant):
    response = accountant.post(IMPORT, {})
    assert (response.status_code, "Choisissez le fichier" in page(response)) == (422, True)


def test_preview_of_somebody_else_is_refused(accountant):
    sealed = seal(name="r.xml", content=camt([transfer()]), user=UserFactory())
    for value in (sealed, "abc", ""):
        response = accountant.post(IMPORT, {"sealed": value}, follow=True)
        assert "n’est plus valable" in page(response)
    assert not BankStatement.objects.exists()


def test_statement_of_another_account_is_pointed_out(upload):
    organisation = Organisation.current()
    organisation.iban = "FR14 2004 1010 0505 0001 3M02 606"
    organisation.save()
    assert "le compte des réglages est FR14 2004" in page(upload(camt([transfer()])))


def test_empty_state_leads_to_the_import(accountant):
    assert IMPORT in page(accountant.get(INDEX))


def test_list_tells_state_and_proposed_match(company, accountant, imported):
    imported(transfer(TEXT), transfer("inconnu", "1.00", payer="X"))
    shown = page(accountant.get(INDEX))
    assert "certain : PC-2026-0001" in shown
    assert "inconnu" in shown


@pytest.mark.parametrize("state", list(LineState))
def test_filters_keep_what_the_rule_calls_so(company, accountant, imported, state):
    one, two, three, four, _ = imported(
        transfer(TEXT), transfer("b", "800.00"), transfer("c"), transfer("d"), transfer("e")
    )
    allocate(line=one, due=due_of(company), amount=Decimal(300), actor=ACTOR, now=NOW)
    allocate(line=two, due=due_of(company, 2), amount=Decimal(700), actor=ACTOR, now=NOW)
    BankReturn.append(
        line=three, amount=300, sent_on=DAY, reference="R", reason="x", actor=ACTOR, at=NOW
    )
    BankLine.objects.filter(pk=four.pk).update(set_aside_at=NOW, set_aside_reason="x")
    listed = accountant.get(INDEX, {"state": state.value}).context["object_list"]
    assert [line.state for line in listed] == [state]


def test_list_costs_the_same_for_two_lines_and_forty(
    company, accountant, imported, django_assert_num_queries
):
    imported(*(transfer(f"{TEXT} {n}") for n in range(2)))
    accountant.get(INDEX)
    with django_assert_num_queries(17):
        accountant.get(INDEX)
    imported(*(transfer(f"{TEXT} b{n}") for n in range(38)))
    with django_assert_num_queries(17):
        accountant.get(INDEX)


def test_list_is_searched_and_exported(company, accountant, imported):
    imported(transfer("=cmd()", "12.00"), transfer("autre"))
    assert len(accountant.get(INDEX, {"q": "12,00"}).context["object_list"]) == 1
    exported = b"".join(accountant.get(INDEX, {"export": "csv"}).streaming_content).decode()
    assert "'=cmd()" in exported


def test_certain_lines_are_confirmed_in_one_click(company, accountant, imported):
    lines = imported(transfer(TEXT), transfer(TEXT), transfer("autre", payer="X"))
    response = accountant.get(CERTAIN)
    pairs = [str(sure.pair) for sure in response.context["sure"]]
    assert pairs == [f"{lines[0].pk}-{due_of(company).pk}"]
    assert "ne se défait pas" in page(response)

    done = accountant.post(CERTAIN, {"pair": pairs}, follow=True)
    assert "Virements affectés : 1" in page(done).replace("\u00a0", " ")
    accountant.post(CERTAIN, {"pair": pairs})
    assert BankAllocation.objects.get().line == lines[0]


def test_only_what_was_shown_is_confirmed(company, accountant, line_of):
    line = line_of(TEXT)
    for pair in ("", "x", f"{line.pk}-0", "9" * 40):
        accountant.post(CERTAIN, {"pair": pair})
    assert not BankAllocation.objects.exists()


def test_nothing_certain_says_what_it_takes(accountant):
    assert "Aucun rapprochement n’est certain" in page(accountant.get(CERTAIN))


def test_page_of_a_line_proposes_and_finds(company, order, accountant, line_of):
    line = line_of(TEXT)
    response = accountant.get(url("inspect", line), {"q": "camille"})
    shown = page(response)
    assert url("allocate", line, due_of(company).pk) in shown
    assert [due.order for due, _ in response.context["found"]] == [order] * 3
    nothing = page(accountant.get(url("inspect", line), {"q": "zzz"}))
    assert "Aucune échéance à payer ne correspond" in nothing


def test_allocation_says_what_it_does_and_does_it(company, accountant, line_of):
    line, due = line_of(TEXT, "350.00"), due_of(company)
    address = url("allocate", line, due.pk)
    shown = accountant.get(address)
    assert shown.context["form"].initial["amount"] == Decimal("300.00")
    assert "attendra d’être affecté ou rendu" in page(shown)
    assert "ne se défait pas" in page(shown)

    response = accountant.post(address, {"amount": "300,00"}, follow=True)
    assert "300,00" in page(response)
    assert fresh(line).remainder == Decimal("50.00")
    assert fresh(line).allocations.get().actor == str(User.objects.get(is_superuser=False))


def test_refusal_is_a_sentence_on_the_page(order, accountant, line_of):
    line = line_of("x", "100.00")
    response = accountant.post(url("allocate", line, due_of(order).pk), {"amount": "100,00"})
    assert response.status_code == 422
    assert "Le virement doit être de 356,40" in page(response).replace("\u00a0", " ")


def test_rest_is_sent_back_set_aside_and_reopened(accountant, line_of):
    line = line_of("double")
    back = {"amount": "100,00", "sent_on": "09/12/2026", "reference": "R1", "reason": "double"}
    accountant.post(url("give_back", line), back)
    assert fresh(line).remainder == Decimal("200.00")

    accountant.post(url("set_aside", line), {"reason": "sans rapport avec une vente"})
    assert fresh(line).state == LineState.SET_ASIDE
    assert "Remettre à rapprocher" in page(accountant.get(url("inspect", line)))

    accountant.post(url("reopen", line), {"reason": "erreur"})
    assert fresh(line).state == LineState.WAITING


def test_unknown_rows_are_not_found(accountant, line_of):
    line = line_of("x")
    for address in (url("allocate", line, 987654), reverse("bank_line:inspect", args=[987654])):
        assert accountant.get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.SALES, Role.EDITING, Role.PUBLISHING])
def test_only_accounting_reads_and_acts(company, staff, line_of, role):
    line, client = line_of(TEXT), staff(role)
    addresses = [
        INDEX, IMPORT, CERTAIN, url("inspect", line), url("allocate", line, due_of(company).pk),
        url("give_back", line), url("set_aside", line), url("reopen", line),
    ]  # fmt: skip
    assert {client.get(address).status_code for address in addresses} <= {302, 403}
    assert {client.post(address).status_code for address in addresses} <= {302, 403, 405}
    assert INDEX not in page(client.get("/gestion/", follow=True))
    assert not BankAllocation.objects.exists()


@pytest.mark.parametrize("verb", ["new", "edit/1", "delete/1"])
def test_nothing_is_added_changed_or_deleted(accountant, verb):
    assert accountant.get(f"{INDEX}{verb}/").status_code == 404


def test_lines_that_wait_are_to_do_for_accounting_alone(order, accountant, imported):
    line, *_ = imported(transfer("x", "366.40"), transfer("a", "1.00"), transfer("b", "2.00"))
    allocate(line=line, due=due_of(order), amount=Decimal("356.40"), actor=ACTOR, now=NOW)
    person = User.objects.get(groups__name=Role.ACCOUNTING.value)
    (part,) = [part for part in parts_to_do(person, NOW) if part.key == "bank"]
    texts = sorted(task.text for task in part.tasks)
    assert texts[0] == "2 à rapprocher, le plus ancien du 8 décembre 2026"
    assert "10,00" in texts[1]
    assert "bank" not in {part.key for part in parts_to_do(UserFactory(), NOW)}


def test_account_of_the_statement_is_shown_spaced(accountant, line_of):
    line = line_of("x", payer_iban=ACCOUNT)
    assert "FR76 3000 6000" in page(accountant.get(url("inspect", line)))
