from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from base.robots import HumanForm
from pages.contact import ContactMessage, ContactReason

MESSAGE_LENGTH = 4000


class ContactForm(HumanForm, forms.ModelForm[ContactMessage]):
    class Meta:
        model = ContactMessage
        fields: ClassVar = ["reason", "name", "email", "phone", "company", "message"]
        labels: ClassVar = {
            "reason": "Votre demande",
            "name": "Votre nom",
            "email": "Votre e-mail",
            "phone": "Votre téléphone (facultatif)",
            "company": "Votre entreprise (facultatif)",
            "message": "Votre message",
        }
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "company": forms.TextInput(attrs={"autocomplete": "organization"}),
            "message": forms.Textarea(attrs={"rows": 7, "maxlength": MESSAGE_LENGTH}),
        }
        error_messages: ClassVar = {
            "name": {"required": "Indiquez votre nom pour que nous sachions à qui répondre."},
            "email": {
                "required": "Indiquez votre e-mail : c’est là que nous répondons.",
                "invalid": "Cette adresse e-mail n’est pas complète (exemple : prenom@domaine.fr).",
            },
            "message": {"required": "Écrivez votre message."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label="Votre demande",
            choices=[(reason.value, reason.label) for reason in ContactReason],
            error_messages={"invalid_choice": "Choisissez un motif dans la liste."},
        )
        self.fields["message"].max_length = MESSAGE_LENGTH  # type: ignore[attr-defined]  # CharField

    def clean_name(self) -> str:
        """On one line: the name is part of the subject of a mail."""
        name: str = self.cleaned_data["name"]
        return " ".join(name.split())

    def clean_message(self) -> str:
        message: str = self.cleaned_data["message"]
        if len(message) > MESSAGE_LENGTH:
            raise ValidationError(
                f"Votre message dépasse {MESSAGE_LENGTH} caractères : raccourcissez-le un peu."
            )
        return message
