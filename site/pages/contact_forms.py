from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from pages.contact import ContactMessage, ContactReason

SALT = "contact-form"
FASTEST_HUMAN_SECONDS = 3
LONGEST_HUMAN_SECONDS = 24 * 3600
MESSAGE_LENGTH = 4000
TRAP = "site_internet"


class ContactForm(forms.ModelForm[ContactMessage]):
    """Protected without a third party: a field only robots fill in, and a signed opening time."""

    site_internet = forms.CharField(required=False, label="Ne pas remplir ce champ")
    opened_at = forms.CharField(widget=forms.HiddenInput)

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
        self.initial.setdefault("opened_at", opening_stamp())

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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get(TRAP) or not opened_by_a_human(cleaned.get("opened_at", "")):
            raise ValidationError(
                "L’envoi n’a pas pu être vérifié. Relisez votre message puis envoyez-le à nouveau.",
                code="robot",
            )
        return cleaned


def opening_stamp() -> str:
    return signing.TimestampSigner(salt=SALT).sign("contact")


def opened_by_a_human(stamp: str) -> bool:
    """True when the form was opened here, more than three seconds and less than a day ago."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(stamp, max_age=LONGEST_HUMAN_SECONDS)
    except signing.BadSignature:
        return False
    try:
        signer.unsign(stamp, max_age=FASTEST_HUMAN_SECONDS)
    except signing.SignatureExpired:
        return True
    return False
