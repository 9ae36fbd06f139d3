"""What the admin home page reminds whoever keeps the legal texts of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from legal.notices.facts import current_facts
from legal.notices.mediator import Mediator
from legal.notices.models import Notice
from legal.notices.reminders import mediator_reminders
from legal.notices.rules import fingerprint, missing_kinds
from legal.notices.wording import filled_wording
from legal.panels import ToDo


def notice_to_dos(user: Any, today: date) -> Iterator[ToDo | None]:
    if user.has_perm("legal.publish_notice"):
        yield texts_to_publish(today)
        yield texts_out_of_date(today)
    if user.has_perm("legal.change_mediator"):
        yield mediator_to_check(today)


def texts_to_publish(today: date) -> ToDo | None:
    kinds = missing_kinds(notice.notice_kind for notice in Notice.objects.in_force(today))
    if not kinds:
        return None
    return ToDo(
        name="notices",
        heading="Textes juridiques à publier",
        lines=tuple(kind.label for kind in kinds),
        action="Rédiger",
        url=f"{reverse('notice:add')}?kind={kinds[0].value}",
    )


def texts_out_of_date(today: date) -> ToDo | None:
    """Published words that the settings contradict: a new telephone, another mediator."""
    facts = current_facts()
    old = [
        notice
        for notice in Notice.objects.in_force(today)
        if fingerprint(filled_wording(notice, facts).text) != notice.sha256
    ]
    if not old:
        return None
    return ToDo(
        name="outdated-notices",
        heading="Textes juridiques à mettre à jour",
        lines=tuple(
            f"{notice} : une information des réglages a changé depuis sa publication."
            for notice in old
        ),
        action="Voir le texte",
        url=reverse("notice:inspect", args=(old[0].pk,)),
    )


def mediator_to_check(today: date) -> ToDo | None:
    mediator = Mediator.current()
    lines = mediator_reminders(
        today=today,
        name=mediator.name,
        valid_until=mediator.agreement_valid_until,
        last_checked=mediator.last_checked_on,
    )
    if not lines:
        return None
    return ToDo(
        name="mediator",
        heading="Médiateur à vérifier",
        lines=lines,
        action="Ouvrir la fiche du médiateur",
        url=reverse("wagtailsettings:edit", args=("legal", "mediator")),
    )
