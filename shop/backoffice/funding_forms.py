from __future__ import annotations

from django import forms

from shop.funding.forms import AmountField


class GrantForm(forms.Form):
    amount = AmountField(label="Montant accordé, en euros TTC")
    subrogated = forms.BooleanField(
        label="Subrogation : l’OPCO paie directement LEXOM", required=False
    )
