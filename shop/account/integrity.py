"""What the rows of companies must never say, one French line a fault."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from shop.account.models import Company, Membership


def company_faults() -> Iterator[str]:
    administrators = Membership.objects.administrators().filter(company=OuterRef("pk"))
    for company in Company.objects.filter(~Exists(administrators)).order_by("pk"):
        yield f"{company} : l’entreprise n’a plus d’administrateur."
