from __future__ import annotations

from typing import Any

from django import forms

from base.lines import LineField
from base.robots import HumanForm
from shop.orders.forms import INVALID_EMAIL, NamedForm, TokenField
from shop.proposals.signing.actions import Agreement, Identity
from shop.proposals.signing.rules import (
    MENTION,
    authority_sentence,
    is_mention,
    terms_sentence,
)


class IdentityForm(HumanForm, NamedForm):
    """Who signs, and that this person may."""

    function = LineField(
        label="Fonction dans l’entreprise",
        max_length=80,
        help_text="Telle qu’elle figurera sur la proposition signée.",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": "Indiquez votre fonction : elle figure sur la signature."},
    )
    email = forms.EmailField(
        label="Adresse e-mail",
        max_length=200,
        help_text="Un code y est envoyé, puis la proposition signée.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre e-mail : un code y est envoyé.",
            "invalid": INVALID_EMAIL,
        },
    )
    authority = forms.BooleanField(
        error_messages={"required": "Cochez cette case : seule une personne habilitée peut signer."}
    )

    def __init__(self, *args: Any, company: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].label = authority_sentence(company)

    def to_identity(self) -> Identity:
        """Of a valid form."""
        names = ("first_name", "last_name", "function", "email")
        return Identity(**{name: self.cleaned_data[name] for name in names})


class CodeForm(forms.Form):
    code = LineField(
        label="Code à six chiffres",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Saisissez le code reçu par e-mail."},
    )


class AgreementForm(forms.Form):
    accepts_terms = forms.BooleanField(
        error_messages={"required": "Cochez cette case pour signer."}
    )
    mention = LineField(
        label=f"Écrivez : {MENTION}",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": f"Écrivez exactement : {MENTION}."},
    )
    shown = TokenField(required=False)

    def __init__(self, *args: Any, terms_number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accepts_terms"].label = terms_sentence(terms_number)

    def clean_mention(self) -> str:
        typed: str = self.cleaned_data["mention"]
        if not is_mention(typed):
            raise forms.ValidationError(f"Écrivez exactement : {MENTION}.")
        return typed

    def to_agreement(self) -> Agreement:
        """Of a valid form."""
        return Agreement(**self.cleaned_data)


class ForwardForm(HumanForm):
    sender = LineField(
        label="Votre nom",
        max_length=120,
        help_text="Votre collègue le lit dans l’e-mail.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez votre nom : votre collègue le lira."},
    )
    email = forms.EmailField(
        label="Adresse e-mail de votre collègue",
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Indiquez l’adresse de votre collègue.",
            "invalid": INVALID_EMAIL,
        },
    )
