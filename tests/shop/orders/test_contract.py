"""T-03 and T-04: what a training contract must say, on pain of nullity."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from io import BytesIO

from django.template.loader import render_to_string

import page
import pikepdf
import pytest

from base.vat import Price
from courses.catalogue.programme import Module, ProgrammeHalfDay
from courses.catalogue.sheet import SheetContext
from documents.letterhead import Letterhead
from documents.rendering import render
from shop.orders.contract import ContractContext, Party, TaughtDay
from shop.pricing.rules import consumer_schedule

DAY_1, DAY_2 = date(2027, 1, 18), date(2027, 1, 19)
SLOTS = ((time(9), time(12, 30)), (time(13, 30), time(17)))
PRICE = Price(Decimal("990.00"), Decimal("0.20"))
ISSUER = Letterhead("LEXOM", address="155 avenue René Privat", phone="04 75 00 00 00")
CONTRACT = ContractContext(
    reference="LX-7K3M-Q2RT",
    signed_on=date(2026, 11, 24),
    issuer=ISSUER,
    declaration="Déclaration d’activité enregistrée sous le numéro 84070000007",
    buyer=Party("Camille Essai", "camille@example.org", "3 rue des Lilas, 07000 Privas"),
    trainee=Party("Dominique Essai", "dominique@example.org"),
    sheet=SheetContext(
        title="Relation client",
        issuer=ISSUER,
        reference="MRK-OPE-02",
        duration_days=Decimal(2),
        duration_hours=Decimal(14),
        objectives=("Bâtir une stratégie",),
        prerequisites="Connaître le Web",
        half_days=(ProgrammeHalfDay(1, "morning", (Module(1, "Comprendre le CRM", ()),)),),
        teaching_methods="Pédagogie active",
        means="Salle équipée",
        evaluation_methods="Tests en fin de session",
        certificate="Attestation",
        trainer_qualification="Dix ans de pratique",
        group_size_min=3,
        group_size_max=10,
    ),
    starts_on=DAY_1,
    ends_on=DAY_2,
    place="Privas",
    remote_access="",
    timetable=(TaughtDay(DAY_1, SLOTS), TaughtDay(DAY_2, SLOTS)),
    trainer="",
    price=PRICE,
    schedule=consumer_schedule(
        PRICE.incl_vat,
        hours_by_day={DAY_1: Decimal(7), DAY_2: Decimal(7)},
        first_charge_day=date(2026, 12, 9),
    ),
    last_day=date(2026, 12, 8),
    first_charge_day=date(2026, 12, 9),
    early_start=False,
    terms_number="2026-1",
    withdrawal_address="https://www.example.org/renoncer/",
    withdrawal_notice="Vous avez le droit de vous rétracter",
    withdrawal_form="À l’attention de LEXOM",
    mediation="CNPM, gratuit",
    complaint_address="contact@example.org",
    trainee_contact="04 75 00 00 01",
)


def html_of(contract):
    return render_to_string(
        "documents/training_contract.html", {"contract": contract, "issuer": contract.issuer}
    )


@pytest.mark.parametrize(
    "fact",
    [
        "Relation client", "14 heures", "Comprendre le CRM", "de 3 à 10 stagiaires",  # 1°
        "Connaître le Web", "Attestation",  # 2°
        "Pédagogie active", "Salle équipée", "Tests en fin de session",  # 3°
        "Dix ans de pratique",  # 4°
        "356,40", "415,80", "article L6353-7", "84,86",  # 5°
        "84070000007", "8 décembre 2026 inclus", "/renoncer/", "CNPM", "version 2026-1",
        "À l’attention de LEXOM", "Vous avez le droit de vous rétracter", "Dominique Essai",
    ],
)  # fmt: skip
def test_contract_states(fact):
    assert fact in html_of(CONTRACT)


def test_exempt_contract_shows_no_tax():
    exempt = replace(CONTRACT, price=Price(Decimal("990.00"), Decimal("0.00")))

    assert exempt.price_lines == [("Prix net de TVA", "990,00\u00a0€")]
    assert "TTC" not in html_of(exempt)


def test_early_start_says_what_a_late_withdrawal_costs():
    assert "avant la fin de ce délai" not in html_of(CONTRACT)
    assert "avant la fin de ce délai" in html_of(replace(CONTRACT, early_start=True))


def test_contract_file_conforms_to_archive_and_accessibility_standards():
    rendered = render(html_of(CONTRACT), stylesheet="training_contract")

    with pikepdf.open(BytesIO(rendered.content)) as pdf:
        assert pdf.check_pdf_syntax() == []
    for profile in ("3a", "ua1"):
        failures = page.validate_pdf_bytes(rendered.content, profile=profile).failures
        rules = [failure.rule_id for failure in failures]
        assert [rule for rule in rules if not rule.endswith("STREAM-LENGTH-001")] == []
