"""A key that moves real money and a clock that may be moved never meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from shop.payments.gateway import is_live_key


@register("payments")
def stripe_settings(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    trial = settings.DEBUG or settings.CLOCK_MAY_BE_MOVED
    faults: list[CheckMessage] = []
    if is_live_key(settings.STRIPE_SECRET_KEY) and trial:
        faults.append(
            Error(
                "Une clé Stripe de production ne sert ni aux essais ni à la mise au point.",
                hint="Donnez à STRIPE_SECRET_KEY une clé sk_test_… ou rk_test_….",
                id="shop.E001",
            )
        )
    if is_live_key(settings.STRIPE_SECRET_KEY) and settings.STRIPE_API_BASE:
        faults.append(
            Error(
                "Une clé Stripe de production ne s’envoie qu’à Stripe.",
                hint="Retirez STRIPE_API_BASE.",
                id="shop.E002",
            )
        )
    return faults
