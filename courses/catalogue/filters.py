from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django import forms
from django.http import QueryDict

from courses.sessions.rules import SessionFormat

DURATIONS = {
    "courte": ("moins d’une journée", Decimal("0"), Decimal("0.9")),
    "1": ("1 jour", Decimal("0.9"), Decimal("1.4")),
    "2": ("2 jours", Decimal("1.4"), Decimal("2.4")),
    "longue": ("3 jours et plus", Decimal("2.4"), Decimal("999")),
}
SORTS = {
    "date": "prochaine session",
    "titre": "ordre alphabétique",
    "prix": "prix croissant",
}
# Without a search there is no relevance: the first order is the alphabetical one.
WITHOUT_QUERY = [("titre", SORTS["titre"]), ("date", SORTS["date"]), ("prix", SORTS["prix"])]
FORMATS = {"presentiel": SessionFormat.ON_SITE, "distance": SessionFormat.REMOTE}
UNKNOWN_CHOICE = {"invalid_choice": "Ce choix n’existe pas ou n’existe plus : il est ignoré."}
INVALID_DATE = {"invalid": "Cette date n’est pas valide : elle est ignorée."}


class CatalogueFilterForm(forms.Form):
    """Filters of the catalogue; French names because they show in shareable addresses."""

    q = forms.CharField(
        label="Rechercher",
        required=False,
        max_length=100,
        error_messages={
            "max_length": "La recherche est limitée à 100 caractères : elle est ignorée."
        },
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "Mot-clé ou référence", "maxlength": "100"}
        ),
    )
    domaine = forms.ChoiceField(label="Domaine", required=False, error_messages=UNKNOWN_CHOICE)
    ville = forms.ChoiceField(label="Ville", required=False, error_messages=UNKNOWN_CHOICE)
    modalite = forms.ChoiceField(
        label="Modalité",
        required=False,
        choices=[
            ("", "Toutes"),
            *[(key, item.label.capitalize()) for key, item in FORMATS.items()],
        ],
        error_messages=UNKNOWN_CHOICE,
    )
    duree = forms.ChoiceField(
        label="Durée",
        required=False,
        choices=[("", "Toutes"), *[(key, label) for key, (label, *_) in DURATIONS.items()]],
        error_messages=UNKNOWN_CHOICE,
    )
    prix = forms.DecimalField(
        label="Budget maximum (€ TTC)",
        required=False,
        min_value=0,
        max_value=100_000,
        decimal_places=2,
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value", "max_digits", "max_decimal_places"],
            "Ce montant n’est pas valide : il est ignoré.",
        ),
        widget=forms.NumberInput(attrs={"step": "any", "min": "0", "inputmode": "decimal"}),
    )
    du = forms.DateField(
        label="À partir du",
        required=False,
        error_messages=INVALID_DATE,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    au = forms.DateField(
        label="Jusqu’au",
        required=False,
        error_messages=INVALID_DATE,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    tri = forms.ChoiceField(
        label="Trier par",
        required=False,
        choices=[("", "Pertinence"), *SORTS.items()],
        error_messages=UNKNOWN_CHOICE,
    )

    def __init__(
        self, data: QueryDict, *, categories: Sequence[tuple[str, str]], towns: Sequence[str]
    ) -> None:
        super().__init__(data, auto_id="filtre_%s")
        self._choices("domaine", [("", "Tous les domaines"), *categories])
        if not data.get("q"):
            self._choices("tri", WITHOUT_QUERY)
        self._choices("ville", [("", "Toutes les villes"), *[(town, town) for town in towns]])
        for name in ("du", "au"):
            self._date(name).input_formats = ["%Y-%m-%d", "%d/%m/%Y"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("du"), cleaned.get("au")
        if starts and ends and ends < starts:
            self.add_error("au", "La fin de la période précède son début : elle est ignorée.")
        return cleaned

    def _choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  narrows the type
        field.choices = list(choices)

    def _date(self, name: str) -> forms.DateField:
        field = self.fields[name]
        assert isinstance(field, forms.DateField)  # noqa: S101  narrows the type
        return field


@dataclass(frozen=True)
class CatalogueFilters:
    """What a visitor asked for; a value that could not be understood is simply absent."""

    query: str = ""
    category: str = ""
    town: str = ""
    format: SessionFormat | None = None
    duration: str = ""
    max_price_incl_vat: Decimal | None = None
    from_date: date | None = None
    until_date: date | None = None
    sort: str = ""

    @classmethod
    def from_form(cls, form: CatalogueFilterForm) -> Self:
        form.is_valid()  # invalid fields are left out of ``cleaned_data`` and reported on the page
        cleaned = form.cleaned_data
        return cls(
            query=cleaned.get("q", ""),
            category=cleaned.get("domaine", ""),
            town=cleaned.get("ville", ""),
            format=FORMATS.get(cleaned.get("modalite", "")),
            duration=cleaned.get("duree", ""),
            max_price_incl_vat=cleaned.get("prix"),
            from_date=cleaned.get("du"),
            until_date=cleaned.get("au"),
            sort=cleaned.get("tri", ""),
        )

    @property
    def concerns_sessions(self) -> bool:
        return bool(self.town or self.format or self.from_date or self.until_date)

    @property
    def is_active(self) -> bool:
        return self != CatalogueFilters(sort=self.sort)
