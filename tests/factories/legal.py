from datetime import date

from django.utils import timezone

import factory

from base.organisation import Organisation
from legal.models import HalfYearRate, Mediator, Notice
from legal.notices.actions import publish_notice
from legal.notices.rules import NoticeKind
from legal.notices.wording import statutory_body

FACTS = {
    "legal_name": "LEXOM",
    "legal_form": "SAS",
    "capital": 25000,
    "street": "155 avenue René Privat",
    "postcode": "07000",
    "town": "Privas",
    "siret": "51086927400066",
    "rcs_city": "Aubenas",
    "vat_number": "FR74510869274",
    "phone": "04 65 71 00 10",
    "email": "contact@lexom.example",
    "publication_director": "La présidence",
    "host_name": "Hébergeur",
    "host_address": "1 rue de l’Exemple, 75000 Paris",
    "host_phone": "01 99 00 00 10",
    "dpo_email": "dpo@lexom.example",
}
MEDIATOR = {
    "name": "Médiateur d’essai",
    "website": "https://mediateur.example/",
    "street": "1 rue du Compromis",
    "postcode": "42400",
    "town": "Saint-Chamond",
}


def fill_settings(**changes):
    """Every fact that a legal text may need; ``changes`` replace or empty some of them."""
    for settings, facts in ((Organisation.current(), FACTS), (Mediator.current(), MEDIATOR)):
        for name, value in facts.items():
            setattr(settings, name, changes.get(name, value))
        settings.save()


class NoticeFactory(factory.django.DjangoModelFactory):
    """A draft; a statutory kind says what the law says."""

    kind = NoticeKind.PRIVACY.value
    valid_from = factory.LazyFunction(timezone.localdate)
    body = factory.LazyAttribute(
        lambda notice: statutory_body(NoticeKind(notice.kind)) or [("text", "<p>Un texte.</p>")]
    )

    class Meta:
        model = Notice


def published(kind=NoticeKind.PRIVACY, text=None, **options):
    """A published version, as a member of Publication leaves it."""
    fields = {"body": [("text", text)]} if text else {}
    for name in ("valid_from",):
        if name in options:
            fields[name] = options.pop(name)
    return publish_notice(notice=NoticeFactory(kind=kind.value, **fields), actor="essai", **options)


class HalfYearRateFactory(factory.django.DjangoModelFactory):
    year = 2026
    half = 2
    ecb_rate = "2.40"
    legal_rate = "2.75"
    legal_rate_individual = "6.84"
    source = "Journal officiel"
    source_date = date(2026, 6, 25)

    class Meta:
        model = HalfYearRate
