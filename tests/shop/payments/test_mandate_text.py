from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.typography import euros
from shop.payments.mandate_text import mandate_text
from shop.pricing.rules import DueKind, PlannedDue, consumer_schedule

DEPOSIT = PlannedDue(DueKind.DEPOSIT, 1, Decimal("356.40"), date(2026, 12, 1))
FIRST = PlannedDue(DueKind.BALANCE, 2, Decimal("415.80"), date(2026, 12, 16))
SECOND = PlannedDue(DueKind.BALANCE, 3, Decimal("415.80"), date(2026, 12, 17))


def text(*planned, notice_days=2, may_withdraw=True, pays_now=False):
    made = mandate_text(
        creditor="LEXOM",
        planned=planned,
        notice_days=notice_days,
        address="contact@lexom.example",
        may_withdraw=may_withdraw,
        pays_now=pays_now,
    )
    return made.text.replace("\u00a0", " ").replace("\u202f", " ")


def test_mandate_names_every_amount_and_date():
    assert text(DEPOSIT, FIRST, SECOND) == (
        "J’autorise LEXOM à débiter la carte que j’enregistre aujourd’hui, sans nouvelle action de ma "
        "part : 1° d’un acompte de 356,40 € TTC (30 % du prix), au plus tôt le 1er décembre 2026, une "
        "fois expiré mon délai de rétractation de quatorze jours ; 2° du solde de 831,60 € TTC, selon "
        "l’échéancier : 415,80 € au plus tôt le 16 décembre 2026, 415,80 € au plus tôt le 17 décembre "
        "2026. Aucun montant n’est débité aujourd’hui. Les montants sont ceux du contrat. Je suis "
        "prévenu(e) par courriel au moins 2 jours avant chaque débit. Je peux changer de carte ou "
        "retirer cette autorisation à tout moment par le lien que contient chaque annonce de débit, ou "
        "en écrivant à contact@lexom.example ; je reste alors redevable des échéances dues. Si je me "
        "rétracte dans le délai, rien n’est débité et ma carte est supprimée. Ma banque peut me "
        "demander de confirmer un paiement : je recevrai alors un lien."
    )


def test_card_given_later_promises_only_what_is_left():
    later = text(SECOND, may_withdraw=False)

    assert "part : du solde de 415,80 € TTC, selon l’échéancier : 415,80 € au plus tôt" in later
    assert "acompte" not in later
    assert "rétract" not in later


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "courriel avant chaque"), (1, "au moins 1 jour avant"), (5, "au moins 5 jours avant")],
)
def test_notice_is_the_one_that_the_dues_keep(days, words):
    assert words in text(DEPOSIT, notice_days=days)


def test_nothing_to_pay_is_no_mandate():
    with pytest.raises(ValueError, match="au moins une échéance"):
        text()


@given(st.decimals("1", "9999", places=2), st.integers(1, 4))
def test_amounts_of_the_text_are_those_of_the_schedule(price, days):
    taught = {date(2026, 12, 14 + day): Decimal(7) for day in range(days)}
    planned = consumer_schedule(price, hours_by_day=taught, first_charge_day=date(2026, 12, 1))

    made = mandate_text(
        creditor="LEXOM", planned=planned, notice_days=2, address="a@b.fr", may_withdraw=True
    )

    assert all(euros(due.amount) in made.text for due in planned)
    assert made.sha256 == sha256(made.text.encode()).hexdigest()


def test_text_does_not_deny_the_payment_of_the_same_moment():
    assert "En dehors de mon paiement de ce jour, aucun montant n’est débité" in text(
        FIRST, SECOND, pays_now=True
    )
