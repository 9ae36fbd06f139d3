from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from base.typography import french_typography
from shop.backoffice.forms import DayField, ReasonForm
from shop.payments.bank.importing import Preview, look_at
from shop.payments.bank.statements import LARGEST_FILE, StatementRefused


class AmountField(forms.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=10,
            decimal_places=2,
            min_value=Decimal("0.01"),
            localize=True,
            error_messages={
                "required": "Indiquez le montant.",
                "invalid": "Écrivez le montant ainsi : 356,40.",
                "min_value": "Le montant doit être positif.",
                "max_decimal_places": "Un montant a au plus deux décimales.",
            },
            **kwargs,
        )


class StatementForm(forms.Form):
    """A valid form has read its file: see ``content`` and ``preview``."""

    file = forms.FileField(
        label="Relevé",
        help_text="CAMT.053 (XML) ou CSV, tel que la banque le donne, 8 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,.txt"}),
        error_messages={
            "required": "Choisissez le fichier du relevé.",
            "empty": "Ce fichier est vide.",
        },
    )

    content: bytes
    preview: Preview

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        # One byte more than allowed is enough to know that the file is too large.
        self.content = upload.read(LARGEST_FILE + 1)
        try:
            self.preview = look_at(self.content)
        except StatementRefused as refusal:
            raise ValidationError(french_typography(str(refusal))) from refusal
        return upload


class AllocationForm(forms.Form):
    amount = AmountField(label="Montant à affecter (€)")


class BankReturnForm(ReasonForm):
    amount = AmountField(label="Montant rendu (€)")
    sent_on = DayField(label="Virement parti le")
    reference = forms.CharField(
        label="Référence du virement",
        max_length=140,
        help_text="Telle que la banque l’écrit : elle prouve que l’argent est rendu.",
        error_messages={"required": "Indiquez la référence du virement rendu."},
    )
    field_order = ("amount", "sent_on", "reference", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "Inscrit au journal de la ligne avec votre nom."


class AsideForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "Inscrit au journal de la ligne avec votre nom."
