from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from base.lines import LineField
from base.robots import HumanForm
from shop.orders.forms import INVALID_EMAIL, TokenField
from shop.proposals.agreement.models import CHANGE_LENGTH
from shop.proposals.agreement.people import fingerprint
from shop.proposals.agreement.rules import ChangeKind, Named

FULL_NAME = "Indiquez le prénom et le nom."
# A browser would fill in whoever holds the telephone.
OF_SOMEBODY_ELSE = {"autocomplete": "off"}
PLACES = ("first_name", "last_name", "email", "needs_adjustment")


@dataclass(frozen=True)
class Place:
    """The four fields of one place of the list, numbered from 1."""

    number: int
    fields: tuple[forms.BoundField, ...]

    def __iter__(self) -> Iterator[forms.BoundField]:
        return iter(self.fields)


class PeopleForm(forms.Form):
    """A place for each seat; an empty one is not taken yet. Nothing is asked about health (T-09)."""

    seen = TokenField(required=False)

    def __init__(self, data: Any = None, *, people: Sequence[Named], headcount: int) -> None:
        shown = {f"{name}_{n}": getattr(p, name) for n, p in enumerate(people) for name in PLACES}
        super().__init__(data, initial=shown | {"seen": fingerprint(people)})
        self.headcount = headcount
        for number in range(headcount):
            self._add_place(number)

    def _add_place(self, number: int) -> None:
        self.fields[f"first_name_{number}"] = LineField(
            label="Prénom",
            required=False,
            max_length=80,
            widget=forms.TextInput(attrs=OF_SOMEBODY_ELSE),
        )
        self.fields[f"last_name_{number}"] = LineField(
            label="Nom",
            required=False,
            max_length=120,
            widget=forms.TextInput(attrs=OF_SOMEBODY_ELSE),
        )
        self.fields[f"email_{number}"] = forms.EmailField(
            label="E-mail (facultatif)",
            required=False,
            max_length=200,
            widget=forms.EmailInput(attrs=OF_SOMEBODY_ELSE),
            error_messages={"invalid": INVALID_EMAIL},
        )
        self.fields[f"needs_adjustment_{number}"] = forms.BooleanField(
            label="A besoin d’un aménagement", required=False
        )

    @property
    def places(self) -> list[Place]:
        return [
            Place(number + 1, tuple(self[f"{name}_{number}"] for name in PLACES))
            for number in range(self.headcount)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(self.headcount):
            self._check_place(number, cleaned)
        return cleaned

    def _check_place(self, number: int, cleaned: dict[str, Any]) -> None:
        """Either a whole name or nothing at all; a single word of the request may stay as it is."""
        values = {name: cleaned.get(f"{name}_{number}") for name in PLACES}
        if not any(values.values()):
            return
        unchanged = values["last_name"] and values["last_name"] == self.initial.get(
            f"last_name_{number}"
        )
        for name in ("first_name", "last_name"):
            field = f"{name}_{number}"
            kept = unchanged and values[name] == self.initial.get(field)
            if not values[name] and not kept and field not in self.errors:
                self.add_error(field, FULL_NAME)

    @property
    def wanted(self) -> list[Named | None]:
        """Of a valid form, place by place."""
        cleaned = self.cleaned_data
        rows = (
            [cleaned[f"{name}_{number}"] for name in PLACES] for number in range(self.headcount)
        )
        return [Named(*row) if row[1] else None for row in rows]


class PublicPeopleForm(HumanForm, PeopleForm):
    """The list as whoever holds the proposal's link fills it in."""


class ChangeForm(HumanForm):
    kind = forms.ChoiceField(
        label="Que voulez-vous changer ?",
        choices=[(kind.value, kind.label) for kind in ChangeKind],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Dites-nous ce que vous voulez changer."
        ),
    )
    text = forms.CharField(
        label="Votre demande",
        max_length=CHANGE_LENGTH,
        help_text="Par exemple d’autres dates, un autre lieu, une personne de plus.",
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": CHANGE_LENGTH}),
        error_messages={
            "required": "Écrivez votre demande.",
            "max_length": f"Raccourcissez votre demande : {CHANGE_LENGTH} signes au plus.",
        },
    )
    asked_by = LineField(
        label="Votre nom",
        max_length=120,
        help_text="Notre réponse va à l’adresse de la proposition.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez votre nom."},
    )
    request_key = TokenField(required=False)
