from __future__ import annotations

from django import forms


class OtherCardForm(forms.Form):
    """``keep``: the customer agrees to the text beside it for the dues that follow."""

    keep = forms.BooleanField(required=False)


class CardChangeForm(forms.Form):
    agree = forms.BooleanField(
        label="J’ai lu ce texte et je l’accepte",
        error_messages={"required": "Cochez la case pour autoriser les débits."},
    )
