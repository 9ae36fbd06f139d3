from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from base.lines import LineField
from shop.backoffice.forms import EMAIL_ERRORS, DayField
from shop.proposals.paper.actions import Reading
from shop.proposals.paper.forms import ScansForm
from shop.proposals.paper.models import PaperFile
from shop.proposals.paper.rules import Requirement

NOT_SEEN = "Cochez le fichier où vous le voyez. Si cela manque, refusez le retour."
DIGEST_SHOWN = 12  # characters of a hash


class AcceptReturnForm(forms.Form):
    """What is read on the paper, and on which file each requirement is seen."""

    first_name = LineField(
        label="Prénom du signataire",
        max_length=80,
        error_messages={"required": "Indiquez le prénom lu sur le papier."},
    )
    last_name = LineField(
        label="Nom du signataire",
        max_length=80,
        error_messages={"required": "Indiquez le nom lu sur le papier."},
    )
    function = LineField(
        label="Fonction",
        max_length=80,
        error_messages={"required": "Indiquez la fonction lue sur le papier."},
    )
    email = forms.EmailField(
        label="Adresse e-mail du signataire",
        required=False,
        help_text="Si vous la connaissez : une copie y est envoyée.",
        error_messages=EMAIL_ERRORS,
    )
    paper_date = DayField(label="Date portée sur le papier")

    def __init__(self, *args: Any, files: Sequence[PaperFile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(file.sha256, file_label(file)) for file in files]
        for item in Requirement:
            self.fields[item.value] = forms.MultipleChoiceField(
                label=item.label,
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": NOT_SEEN, "invalid_choice": NOT_SEEN},
            )

    def to_reading(self) -> Reading:
        """Of a valid form."""
        cleaned = self.cleaned_data
        return Reading(
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            function=cleaned["function"],
            email=cleaned["email"],
            paper_date=cleaned["paper_date"],
            seen={item.value: cleaned[item.value] for item in Requirement},
        )


class RefuseReturnForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Le client le lit dans l’e-mail : dites ce qui manque et comment le corriger.",
        error_messages={"required": "Écrivez le motif : le client le lit."},
    )


class RecordReturnForm(ScansForm):
    received_on = DayField(
        label="Reçu le", help_text="Jour d’arrivée du courrier : il décide de la validité."
    )
    email = forms.EmailField(
        label="Adresse de l’accusé de réception",
        required=False,
        help_text="Vide : il part à la personne qui a demandé la proposition.",
        error_messages=EMAIL_ERRORS,
    )
    field_order = ("received_on", "scans", "email", "form_key")


def file_label(file: PaperFile) -> str:
    pages = f", {file.pages} pages" if file.pages > 1 else ""
    return f"{file.position}. {file.name}{pages} (SHA-256 {file.sha256[:DIGEST_SHOWN]}…)"
