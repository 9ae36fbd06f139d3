"""Contents of every kind of invoice, for both audiences and both regimes of VAT.

``samples()`` gives them all by name; the builders take what a test wants to change as keywords.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from shop.invoices.content import (
    Address,
    Audience,
    Buyer,
    Earlier,
    InvoiceContent,
    InvoiceKind,
    Line,
    Mentions,
    Nature,
    Seller,
    tax_within,
    taxes_of,
)

TAXED, UNTAXED = Decimal("0.20"), Decimal("0.00")
DAY = date(2027, 1, 25)
FIRST_DAY, LAST_DAY = date(2027, 1, 18), date(2027, 1, 19)
COURSE = "Formation MRK-OPE-02 « Intégrer la relation client à sa stratégie marketing »"
EDGE = Decimal("356.43")  # cents = 3 mod 6: no amount exclusive of VAT gives it exactly

SELLER = Seller(
    name="LEXOM",
    address=Address("155 avenue René Privat", "07000", "Privas"),
    siret="51086927400066",
    vat_number="FR74510869274",
    legal_form="SAS",
    capital=Decimal("25000.00"),
    rcs_city="Aubenas",
    naf_code="85.59A",
    phone="04 75 00 00 00",
    email="contact@lexom.example",
    nda_mention=(
        "Déclaration d’activité enregistrée sous le numéro 84070000007 auprès du préfet de région "
        "d’Auvergne-Rhône-Alpes"
    ),
)
CONSUMER = Buyer(
    name="Camille Essai",
    address=Address("3 rue des Lilas", "07000", "Privas"),
    audience=Audience.CONSUMER,
    email="camille@example.org",
)
COMPANY = Buyer(
    name="Imprimerie Vallée du Rhône SAS",
    address=Address("12 rue des Tanneurs", "26000", "Valence"),
    audience=Audience.COMPANY,
    email="compta@vallee-rhone.example",
    siren="732829320",
    vat_number="FR44732829320",
    attention="Service comptabilité",
)
ASSOCIATION = replace(COMPANY, name="Association des métiers", siren="", vat_number="")
FOREIGN_COMPANY = replace(
    ASSOCIATION, name="Drukkerij Essai BV", address=Address("Markt 1", "9000", "Gent", "BE")
)
BUYERS = {Audience.CONSUMER: CONSUMER, Audience.COMPANY: COMPANY}

UNTAXED_INDEMNITY = "Indemnité de résiliation hors du champ de la TVA"
EXEMPTION = {
    "exemption": "Exonération de TVA, article 261, 4, 4° a du CGI",
    "exemption_code": "VATEX-FR-CGI261-4",
}
PROFESSIONAL = {
    "discount": "Escompte pour paiement anticipé : néant",
    "penalty": (
        "En cas de retard de paiement, pénalités au taux de 12,15 % par an, sans rappel "
        "(Code de commerce, article L441-10)"
    ),
    "recovery": "Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40 €",
}


def mentions(audience, rate, **changes):
    wording = (EXEMPTION if rate == UNTAXED else {}) | (
        PROFESSIONAL if audience == Audience.COMPANY else {}
    )
    return Mentions(**(wording | changes))


def content(kind, usual_number, lines, *, audience=Audience.CONSUMER, rate=TAXED, **changes):
    """Taxes that follow from the lines; nothing paid, all due on the day of issue."""
    facts = {
        "kind": kind, "number": usual_number, "issued_on": DAY, "seller": SELLER,
        "buyer": BUYERS[audience], "lines": tuple(lines), "taxes": taxes_of(lines),
        "due_on": DAY, "order_reference": "LX-7K3M-Q2RT", "mentions": mentions(audience, rate),
        "purchase_order": "BC-2027/014" if audience == Audience.COMPANY else "",
    }  # fmt: skip
    return InvoiceContent(**(facts | changes))


def paid(invoice, amount=None, *, on=DAY, means="carte bancaire"):
    """The same invoice once ``amount`` of it (all of it) was received."""
    remaining = invoice.payable if amount is None else amount
    return replace(invoice, paid=remaining, paid_on=on, means=means)


def deposit(incl_vat=Decimal("356.40"), *, rate=TAXED, **changes):
    """Received: the sum was fixed first."""
    return paid(unpaid_deposit(incl_vat, rate=rate, **changes), on=DAY - timedelta(days=1))


def unpaid_deposit(incl_vat=Decimal("356.40"), *, rate=TAXED, **changes):
    tax = tax_within(incl_vat, rate)
    details = ("Session des 18 et 19 janvier 2027",)
    line = Line(f"Acompte de 30 % – {COURSE}", tax.excl_vat, rate, details=details)
    facts = {"taxes": (tax,)}
    return content(InvoiceKind.DEPOSIT, "FA-2027-0001", [line], rate=rate, **(facts | changes))


def earlier(incl_vat, rate, number="FA-2026-0188", on=date(2026, 12, 9), kind=InvoiceKind.DEPOSIT):
    tax = tax_within(incl_vat, rate)
    return Earlier(number, on, tax.excl_vat, tax.vat, kind)


def training_line(rate, price=Decimal("990.00"), **changes):
    details = ("Stagiaire : Dominique Essai", "14 heures, du 18 au 19 janvier 2027")
    return Line(COURSE, price, rate, **({"details": details} | changes))


PERFORMED = {
    "performed_from": FIRST_DAY, "performed_to": LAST_DAY,
    "place": "Centre LEXOM, 155 avenue René Privat, 07000 Privas",
}  # fmt: skip


def final(*, rate=TAXED, lines=None, **changes):
    """Without a deposit, to be paid."""
    lines = lines or [training_line(rate)]
    facts = {"due_on": DAY + timedelta(days=30), **PERFORMED}
    return content(InvoiceKind.FINAL, "FF-2027-0002", lines, rate=rate, **(facts | changes))


def final_after_deposits(*, rate=TAXED, **changes):
    """Two deposits were invoiced, a part of the rest was received with it."""
    deducted = (
        earlier(EDGE, rate),
        earlier(Decimal("118.80"), rate, "FA-2027-0001", date(2027, 1, 4)),
    )
    whole = final(rate=rate, **({"deducted": deducted} | changes))
    return paid(whole, Decimal("200.00"))


def settled_final(*, rate=TAXED, **changes):
    """One deposit was invoiced, and the rest was received."""
    return paid(final(rate=rate, **({"deducted": (earlier(EDGE, rate),)} | changes)))


def covered_final(*, rate=TAXED, **changes):
    """The deposits took the whole price."""
    whole = earlier(training_line(rate).excl_vat * (1 + rate), rate)
    return final(rate=rate, **({"deducted": (whole,)} | changes))


def credit(*, rate=TAXED, **changes):
    """On a final invoice: the whole of it, to be given back."""
    line = training_line(rate, details=())
    facts = {
        "corrects": earlier(
            line.excl_vat * (1 + rate), rate, "FF-2027-0002", DAY, InvoiceKind.FINAL
        ),
        "reason": "Session annulée par LEXOM", "due_on": DAY + timedelta(days=14),
    }  # fmt: skip
    return content(InvoiceKind.CREDIT, "AV-2027-0001", [line], rate=rate, **(facts | changes))


def credit_on_deposit(incl_vat=EDGE, *, rate=TAXED, **changes):
    """Already given back to the card."""
    tax = tax_within(incl_vat, rate)
    facts = {
        "taxes": (tax,),
        "corrects": earlier(incl_vat, rate), "reason": "Rétractation dans le délai légal",
    }  # fmt: skip
    line = Line(f"Acompte rendu – {COURSE}", tax.excl_vat, rate)
    whole = content(InvoiceKind.CREDIT, "AV-2027-0002", [line], rate=rate, **(facts | changes))
    return paid(whole)


def indemnity(*, rate=TAXED, taxed=True, with_training=True, **changes):
    """Hours followed, and what the end of the contract costs (I-07)."""
    share = Line(
        "Indemnité de résiliation (CGV, article 3.6)", Decimal("297.00"), rate if taxed else UNTAXED,
        nature=Nature.INDEMNITY, details=("Annulation moins de dix jours avant la session",),
    )  # fmt: skip
    audience = changes.get("audience", Audience.CONSUMER)
    wording = mentions(audience, rate if with_training else TAXED)
    if not share.rate:
        wording = replace(wording, untaxed_indemnity=UNTAXED_INDEMNITY)
    training = [training_line(rate, Decimal("495.00"))] if with_training else []
    facts = {"lines": [*training, share], "mentions": wording}
    return final(rate=rate, **(facts | changes))


def penalty(**changes):
    """Interest and the 40 € of an invoice paid late (CGV 3.4), which VAT ignores."""
    lines = (
        Line(
            "Intérêts de retard", Decimal("66.96"), UNTAXED, nature=Nature.INDEMNITY,
            details=("Du 16/06/2026 au 30/06/2026 : 15 jours à 12,15 % sur 3 000,00 €",),
        ),
        Line("Indemnité forfaitaire", Decimal("40.00"), UNTAXED, nature=Nature.INDEMNITY),
    )  # fmt: skip
    wording = mentions(Audience.COMPANY, TAXED, operations="", untaxed_indemnity=UNTAXED_INDEMNITY)
    facts = {"audience": Audience.COMPANY, "reason": "retard de paiement", "mentions": wording}
    return content(InvoiceKind.PENALTY, "FA-2026-0232", lines, **(facts | changes))


def many_lines(*, rate=TAXED, count=20, **changes):
    lines = [
        training_line(
            rate, Decimal(f"{90 + number}.37"), quantity=Decimal("1.5"),
            details=(f"Groupe {number}",),
        )
        for number in range(1, count + 1)
    ]  # fmt: skip
    return final(rate=rate, lines=lines, **changes)


KINDS = {
    "deposit": deposit,
    "deposit-edge": lambda **changes: deposit(EDGE, **changes),
    "deposit-to-pay": unpaid_deposit,
    "final-to-pay": final,
    "final-paid": lambda **changes: paid(final(**changes)),
    "final-after-deposits": final_after_deposits,
    "final-settled": settled_final,
    "final-covered": covered_final,
    "credit": credit,
    "credit-on-deposit": credit_on_deposit,
    "indemnity": indemnity,
    "indemnity-untaxed": lambda **changes: indemnity(taxed=False, **changes),
    "indemnity-alone": lambda **changes: indemnity(taxed=False, with_training=False, **changes),
    "many-lines": many_lines,
}
RATES = {"taxed": TAXED, "exempt": UNTAXED}


def samples():
    """Every kind for every audience and regime, and the buyers who have no SIREN, by name."""
    found = {
        f"{kind}-{audience.value}-{regime}": build(audience=audience, rate=rate)
        for kind, build in KINDS.items()
        for audience in Audience
        for regime, rate in RATES.items()
    }
    found["association"] = final(audience=Audience.COMPANY, buyer=ASSOCIATION)
    found["foreign-company"] = final(audience=Audience.COMPANY, buyer=FOREIGN_COMPANY)
    found["penalty"] = penalty()
    found["vat-on-debits"] = final(
        mentions=mentions(
            Audience.CONSUMER, TAXED,
            vat_on_debits="Option pour le paiement de la taxe d’après les débits",
        )
    )  # fmt: skip
    return found
