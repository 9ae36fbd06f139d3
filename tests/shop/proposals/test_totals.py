"""Totals that a database without exact decimals adds up in binary are stored all the same."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

import pytest

from shop.models import Proposal
from tests.factories.courses import CoursePageFactory

pytestmark = pytest.mark.django_db


def stored(course, excl_vat, vat, incl_vat):
    return Proposal.objects.create(
        course=course, company_name="Société", headcount=1, asked_at=timezone.now(),
        excl_vat=Decimal(excl_vat), vat=Decimal(vat), incl_vat=Decimal(incl_vat),
    )  # fmt: skip


@pytest.mark.parametrize("incl_vat", ["1.36", "1407.76", "2999.97", "1188.00"])
def test_every_sum_is_stored_and_a_wrong_one_refused(catalogue, incl_vat):
    course = CoursePageFactory(parent=catalogue)
    total = Decimal(incl_vat)
    excl_vat = (total / Decimal("1.2")).quantize(Decimal("0.01"))
    assert stored(course, excl_vat, total - excl_vat, total)
    with pytest.raises(IntegrityError), transaction.atomic():
        stored(course, excl_vat, total - excl_vat, total + Decimal("0.01"))
