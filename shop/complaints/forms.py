from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms

from base.lines import LineField
from base.robots import HumanForm
from shop.complaints.models import REFERENCE_LENGTH, TEXT_LENGTH
from shop.complaints.rules import Capacity, Topic
from shop.orders.forms import INVALID_EMAIL, TokenField
from shop.orders.rules import new_token

UNREADABLE = "Ce texte contient un caractère que nous ne pouvons pas conserver : retirez-le."


def text_field(*, missing: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": TEXT_LENGTH}),
        error_messages={
            "required": missing,
            "max_length": f"Raccourcissez votre texte : {TEXT_LENGTH} signes au plus.",
            "null_characters_not_allowed": UNREADABLE,
        },
        **options,
    )


class KeyedForm(HumanForm):
    """The same words from the same page, sent twice, are one; corrected, they are another."""

    request_key = TokenField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("request_key", new_token())

    @property
    def form_key(self) -> str:
        """Of a valid form."""
        apart = ("opened_at", "site_internet")
        facts = sorted(item for item in self.cleaned_data.items() if item[0] not in apart)
        return sha256(repr(facts).encode()).hexdigest()


class ComplaintForm(KeyedForm):
    name = LineField(
        label="Vos nom et prénom",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez vos nom et prénom."},
    )
    email = forms.EmailField(
        label="Votre adresse e-mail",
        help_text="Pour l’accusé de réception et notre réponse.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre adresse e-mail : notre réponse y est envoyée.",
            "invalid": INVALID_EMAIL,
            "max_length": "Cette adresse e-mail est trop longue.",
        },
    )
    capacity = forms.ChoiceField(
        label="Vous écrivez",
        choices=[(capacity.value, capacity.label) for capacity in Capacity],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"),
            "Dites-nous si vous écrivez à titre personnel ou pour une entreprise.",
        ),
    )
    reference = LineField(
        label="Référence de la commande, de la proposition ou de la facture (facultatif)",
        help_text="Par exemple LX‑7K3M‑Q2RT, PC‑2026‑0042 ou F‑2026‑00042, en tête de nos e-mails.",
        required=False,
        max_length=REFERENCE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={
            "max_length": f"Raccourcissez la référence : {REFERENCE_LENGTH} signes au plus."
        },
    )
    topic = forms.ChoiceField(
        label="Votre réclamation porte sur",
        choices=[("", "Choisissez"), *((topic.value, topic.label) for topic in Topic)],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choisissez le sujet de votre réclamation."
        ),
    )
    text = text_field(
        label="Votre réclamation",
        missing="Écrivez votre réclamation.",
        help_text="Ce qui s’est passé, quand, et ce que vous demandez.",
    )


class MessageForm(KeyedForm):
    text = text_field(label="Votre message", missing="Écrivez votre message.")
