"""I-02, I-05 to I-07, L-01 to L-03: what an invoice must say, and to whom."""

from dataclasses import replace

import pytest

from shop.invoices.content import Audience, InvoiceKind
from shop.invoices.printing import invoice_html
from shop.invoices.wording import PrintedInvoice
from tests.shop.invoices.samples import (
    PROFESSIONAL,
    UNTAXED,
    covered_final,
    credit,
    credit_on_deposit,
    deposit,
    final,
    final_after_deposits,
    indemnity,
    mentions,
    paid,
    samples,
    settled_final,
)

SAMPLES = samples()
OPERATIONS = "Prestations de services"
EVERYONE = (
    "SAS LEXOM au capital de", "155 avenue René Privat", "SIRET", "510\u00a0869\u00a0274",
    "RCS\u00a0Aubenas", "FR74510869274", "25 janvier 2027",
    "sous le numéro 84070000007 auprès du préfet de région", "Total HT", "Désignation", "Qté", "PU HT",
)  # fmt: skip


def html_of(invoice, **options):
    return invoice_html(invoice, **options)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_invoice_states_who_sells_to_whom_and_when(name):
    invoice = SAMPLES[name]
    html = html_of(invoice)

    for fact in (*EVERYONE, invoice.number, invoice.buyer.name, invoice.buyer.address.street):
        assert fact in html
    # Penalties are no operation of ours: nothing is sold.
    assert (OPERATIONS in html) == (invoice.kind != InvoiceKind.PENALTY)


@pytest.mark.parametrize(
    "fact",
    [
        "SIREN 732\u202f829\u202f320", "TVA FR44732829320", "À l’attention de", "BC-2027/014",
        "Échéance", "24 février 2027", "12,15\u202f%", "40\u00a0€", "paiement anticipé\u00a0: néant",
        "18 et 19 janvier 2027", "Net à payer", "20\u202f%",
    ],
)  # fmt: skip
def test_company_form_states(fact):
    assert fact in html_of(final(audience=Audience.COMPANY))


def test_consumer_form_states_when_and_where_and_what_is_paid_in_all():
    printed = PrintedInvoice(final())

    assert dict(printed.facts)["Réalisation"] == "18 et 19 janvier 2027"
    assert dict(printed.facts)["Lieu"] == "Centre LEXOM, 155 avenue René Privat, 07000 Privas"
    assert [total.label for total in printed.totals if total.weight == "grand"] == ["Total TTC"]


def test_consumer_is_never_threatened_with_what_professionals_owe():
    """Even if the frozen mentions hold it by mistake (L-03)."""
    html = html_of(final(mentions=mentions(Audience.COMPANY, UNTAXED)))

    for word in ("L441-10", "40\u00a0€", "pénalités", "recouvrement", "Escompte"):
        assert word not in html


def test_exempt_invoice_says_so_and_shows_no_vat():
    """VAT that an invoice shows is due (CGI 283-3)."""
    invoice = final_after_deposits(rate=UNTAXED)
    printed = PrintedInvoice(invoice)

    assert "Exonération de TVA, article 261, 4, 4° a du CGI." in printed.notes
    labels = [total.label for total in printed.totals]
    assert labels[:2] == ["Total HT", "Total net, sans TVA"]
    assert "TTC" not in html_of(invoice)
    assert "\u202f0,00\u00a0€" not in html_of(invoice)


def test_final_invoice_deducts_each_deposit_by_its_number():
    html = html_of(final_after_deposits())

    for fact in (
        "FA-2026-0188", "9 décembre 2026", "297,03", "59,40", "356,43",
        "FA-2027-0001", "4 janvier 2027", "99,00", "19,80", "118,80",
    ):  # fmt: skip
        assert fact in html
    totals = [
        (total.label, total.amount) for total in PrintedInvoice(final_after_deposits()).totals
    ]
    assert totals == [
        ("Total HT", "990,00\u00a0€"),
        ("TVA 20 %", "198,00\u00a0€"),
        ("Total TTC", "1\u202f188,00\u00a0€"),
        ("Acomptes déduits", "−475,23\u00a0€"),
        ("Payé le 25 janvier 2027", "−200,00\u00a0€"),
        ("Reste à payer", "512,77\u00a0€"),
    ]


@pytest.mark.parametrize(
    ("invoice", "outcome"),
    [
        (
            deposit(),
            "Payé le 24 janvier 2027 par carte bancaire : 356,40\u00a0€. Rien ne reste à payer.",
        ),
        (final(), "Reste à payer : 1\u202f188,00\u00a0€, au plus tard le 24 février 2027."),
        (
            final(means="virement"),
            "Reste à payer : 1\u202f188,00\u00a0€, au plus tard le 24 février 2027, par virement.",
        ),
        (
            final_after_deposits(),
            (
                "Payé le 25 janvier 2027 par carte bancaire : 200,00\u00a0€. "
                "Reste à payer : 512,77\u00a0€, au plus tard le 24 février 2027."
            ),
        ),
        (
            settled_final(),
            "Payé le 25 janvier 2027 par carte bancaire : 831,57\u00a0€. Rien ne reste à payer.",
        ),
        (covered_final(), "Les acomptes couvrent le prix : rien ne reste à payer."),
        (
            credit(),
            "À votre crédit : 1\u202f188,00\u00a0€, remboursé ou déduit de ce que vous devez.",
        ),
        (
            credit_on_deposit(),
            (
                "Remboursé le 25 janvier 2027 par carte bancaire : 356,43\u00a0€. "
                "Rien ne reste à rembourser."
            ),
        ),
    ],
)
def test_settlement_says_what_was_paid_and_what_remains(invoice, outcome):
    assert PrintedInvoice(invoice).outcome == outcome


def test_deposit_states_the_day_it_was_received():
    assert dict(PrintedInvoice(deposit()).facts)["Acompte reçu le"] == "24 janvier 2027"


def test_credit_note_names_what_it_corrects_and_why():
    facts = dict(PrintedInvoice(credit_on_deposit()).facts)

    assert facts["Avoir sur"] == "facture d’acompte n° FA-2026-0188 du 9 décembre 2026"
    assert facts["Motif"] == "Rétractation dans le délai légal"


def test_indemnity_stands_apart_and_is_never_called_training():
    """An OPCO funds the training alone (I-07)."""
    printed = PrintedInvoice(indemnity(taxed=False))
    training, penalty = printed.blocks

    assert (training.heading, penalty.heading) == ("Formation", "Indemnité")
    assert "ormation" not in penalty.lines[0].description
    assert [(tax.nature, tax.rate, tax.vat) for tax in printed.taxes] == [
        ("Formation", "20 %", "99,00\u00a0€"),
        ("Indemnité", "non soumise", ""),
    ]
    assert "Indemnité de résiliation hors du champ de la TVA." in printed.notes


def test_one_nature_needs_no_heading_nor_summary():
    printed = PrintedInvoice(final())

    assert [block.heading for block in printed.blocks] == [""]
    assert printed.taxes == []


def test_option_for_debits_is_stated():
    option = "Option pour le paiement de la taxe d’après les débits."

    assert option in PrintedInvoice(SAMPLES["vat-on-debits"]).notes


def test_copy_sent_again_says_so():
    assert "Duplicata" not in html_of(paid(final()))
    assert html_of(paid(final()), duplicate=True).count("Duplicata") == 2


def test_names_cannot_bring_their_own_markup():
    buyer = replace(final().buyer, name="<b>Camille</b>")

    assert "<b>Camille" not in html_of(final(buyer=buyer))


def test_professional_mentions_are_the_frozen_ones():
    [notes] = [
        note
        for note in PrintedInvoice(final(audience=Audience.COMPANY)).notes
        if "Escompte" in note
    ]

    assert notes == " ".join(f"{sentence}." for sentence in PROFESSIONAL.values())
