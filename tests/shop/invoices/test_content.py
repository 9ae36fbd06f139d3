from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shop.invoices.content import (
    Audience,
    Mentions,
    Nature,
    arithmetic_faults,
    from_json,
    particular_faults,
    tax_within,
    taxes_of,
    to_json,
)
from tests.shop.invoices.samples import (
    CONSUMER,
    DAY,
    TAXED,
    UNTAXED,
    credit,
    deposit,
    final,
    final_after_deposits,
    indemnity,
    samples,
)

FIRST_CENT, LAST_CENT = 100, 500_000
SAMPLES = samples()


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_complete_exact_and_kept_as_they_are(name):
    content = SAMPLES[name]

    assert from_json(to_json(content)) == content
    assert [*arithmetic_faults(content), *particular_faults(content)] == []


def test_every_sum_from_one_to_five_thousand_euros_is_split_to_the_cent():
    """Against whole numbers of cents: HT = 5/6 rounded half up, and the rate within one cent."""
    inexact = 0
    for cents in range(FIRST_CENT, LAST_CENT + 1):
        tax = tax_within(Decimal(cents).scaleb(-2), TAXED)
        excl_vat = (5 * cents + 3) // 6
        assert int(tax.excl_vat * 100) == excl_vat
        assert int(tax.vat * 100) == cents - excl_vat
        by_the_rate = (2 * excl_vat + 5) // 10
        difference = abs(cents - excl_vat - by_the_rate)
        assert difference == (cents % 6 == 3)
        inexact += difference
    assert inexact == 83_316  # one in six


def test_an_exempt_sum_holds_no_vat():
    tax = tax_within(Decimal("356.43"), UNTAXED)

    assert (tax.excl_vat, tax.vat) == (Decimal("356.43"), Decimal("0.00"))


def test_taxes_part_training_from_indemnity():
    content = indemnity()

    assert [(tax.nature, tax.excl_vat, tax.vat) for tax in taxes_of(content.lines)] == [
        (Nature.TRAINING, Decimal("495.00"), Decimal("99.00")),
        (Nature.INDEMNITY, Decimal("297.00"), Decimal("59.40")),
    ]


def test_sums_follow_from_taxes_and_deposits():
    content = final_after_deposits()

    sums = (content.incl_vat, content.deducted_incl_vat, content.prepaid, content.payable)
    assert sums == tuple(map(Decimal, ("1188.00", "475.23", "675.23", "512.77")))


def with_tax(content, **changes):
    return replace(content, taxes=(replace(content.taxes[0], **changes),))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (with_tax(final(), vat=Decimal("198.02")), "TVA 198.02 au lieu de 198.00."),
        (with_tax(final(), excl_vat=Decimal("990.01")), "Base HT 990.01 au lieu de 990.00."),
        (with_tax(final(rate=UNTAXED), vat=Decimal("0.01")), "TVA 0.01 au lieu de 0.00."),
        (
            with_tax(final(), nature=Nature.INDEMNITY),
            "Les taux de la récapitulation ne sont pas ceux des lignes.",
        ),
        (replace(final(), paid=Decimal("1188.01")), "Le total à payer est négatif."),
    ],
)
def test_arithmetic_faults_are_told(content, fault):
    assert list(arithmetic_faults(content)) == [fault]


def test_one_cent_of_vat_is_what_a_fixed_sum_may_need():
    assert list(arithmetic_faults(with_tax(final(), vat=Decimal("198.01")))) == []


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (
            final(audience=Audience.COMPANY, mentions=Mentions()),
            [
                "Il manque les conditions d’escompte.",
                "Il manque le taux des pénalités de retard.",
                "Il manque l’indemnité forfaitaire de recouvrement.",
            ],
        ),
        (
            final(rate=UNTAXED, mentions=Mentions()),
            [
                "Il manque la mention d’exonération de TVA.",
                "Il manque le code VATEX de l’exonération.",
            ],
        ),
        (
            indemnity(taxed=False, mentions=Mentions()),
            ["Il manque le motif de non-taxation de l’indemnité."],
        ),
        (credit(corrects=None), ["Il manque la facture que l’avoir corrige."]),
        (
            deposit(buyer=replace(CONSUMER, email="")),
            ["Il manque l’adresse e-mail ou le SIREN du client."],
        ),
        (
            final(place="", performed_to=None),
            ["Il manque les dates de la formation.", "Il manque le lieu de la formation."],
        ),
        (replace(deposit(), paid_on=None), ["Il manque le jour du paiement."]),
        (
            final(due_on=DAY - timedelta(days=1)),
            ["L’échéance précède la date de la facture."],
        ),
        (
            final(number="F 1"),
            ["Le numéro « F 1 » n’est pas permis : 35 lettres, chiffres, + - _ / au plus."],
        ),
    ],
)
def test_particular_faults_are_told(content, faults):
    assert list(particular_faults(content)) == faults
