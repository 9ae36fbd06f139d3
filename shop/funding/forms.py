from __future__ import annotations

from typing import Any

from django import forms

from base.lines import LineField
from base.robots import HumanForm
from shop.funding.actions import Request
from shop.proposals.paper.forms import ACCEPTED, read_upload
from shop.proposals.uploads import Upload

AMOUNT_ERRORS = {
    "invalid": "Écrivez le montant ainsi : 1 200,00.",
    "min_value": "Indiquez un montant supérieur à zéro.",
    "max_digits": "Ce montant est trop grand : vérifiez-le.",
    "max_decimal_places": "Écrivez au plus deux chiffres après la virgule.",
    "max_whole_digits": "Ce montant est trop grand : vérifiez-le.",
    "required": "Indiquez le montant.",
}


class AmountField(forms.DecimalField):
    """Euros as people type them here: spaces, a comma, a euro sign."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=9,
            decimal_places=2,
            min_value=0.01,
            localize=True,
            error_messages=AMOUNT_ERRORS,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(str(value or "").replace("€", "").split()))


class FundingForm(HumanForm):
    fund = LineField(
        label="Votre OPCO",
        max_length=100,
        help_text="Par exemple Akto, Atlas, Opco EP…",
        error_messages={"required": "Indiquez le nom de votre OPCO."},
    )
    file_number = LineField(
        label="Numéro de dossier (facultatif)",
        required=False,
        max_length=60,
        help_text="Repris sur la facture : c’est lui que l’OPCO cherche.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    amount = AmountField(label="Montant demandé, en euros TTC (facultatif)", required=False)
    subrogated = forms.BooleanField(
        label="Nous demandons la subrogation : l’OPCO paie directement LEXOM", required=False
    )

    def to_request(self) -> Request:
        """Of a valid form."""
        return Request(**{name: self.cleaned_data[name] for name in self._names})

    _names = ("fund", "file_number", "amount", "subrogated")


class AttestationForm(HumanForm):
    attestation = forms.FileField(
        label="Accord de prise en charge",
        help_text="Un PDF, ou une photo JPEG ou PNG, de 15 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": "Choisissez le fichier de l’accord.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )

    def clean_attestation(self) -> Upload:
        return read_upload(self.cleaned_data["attestation"])
