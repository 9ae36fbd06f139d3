from __future__ import annotations

import re
from typing import Any

from django import forms

from base.lines import LineField

COUNTRIES = (
    ("FR", "France"),
    ("BE", "Belgique"),
    ("CH", "Suisse"),
    ("LU", "Luxembourg"),
    ("MC", "Monaco"),
    ("DE", "Allemagne"),
    ("ES", "Espagne"),
    ("IT", "Italie"),
)
FRENCH_POSTCODE = re.compile(r"(?:0[1-9]|[1-9][0-9])[0-9]{3}")
POSTCODE = re.compile(r"[0-9A-Z-]{1,10}")
TOKEN = re.compile(r"[\w-]{1,64}", re.ASCII)
UNTICKED_TRAINEE = (
    "Vous avez indiqué un stagiaire : cochez cette case si une autre personne suivra la formation, "
    "ou effacez son prénom, son nom et son adresse."
)
INVALID_EMAIL = "Cette adresse e-mail n’est pas complète (exemple : prenom@domaine.fr)."


class TokenField(forms.CharField):
    """A key that came with an address: nobody typed it, so a wrong one is none, never an error."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        text = str(value or "")
        return text if TOKEN.fullmatch(text) else ""


class ForWhom:
    MYSELF = "particulier"
    COMPANY = "entreprise"


class NamedForm(forms.Form):
    first_name = LineField(
        label="Prénom",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "Indiquez votre prénom."},
    )
    last_name = LineField(
        label="Nom",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": "Indiquez votre nom."},
    )


class PersonForm(NamedForm):
    """Who writes to us, and the address that a contract prints."""

    email = forms.EmailField(
        label="Adresse e-mail",
        max_length=200,
        help_text="Le contrat et toutes les pièces de la commande y sont envoyés.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre e-mail : le contrat y est envoyé.",
            "invalid": INVALID_EMAIL,
        },
    )
    phone = LineField(
        label="Téléphone (facultatif)",
        required=False,
        max_length=20,
        help_text="Pour vous joindre si une session change au dernier moment.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    street = LineField(
        label="Adresse",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"required": "Indiquez votre adresse : elle figure sur le contrat."},
    )
    postcode = LineField(
        label="Code postal",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "text"}),
        error_messages={"required": "Indiquez votre code postal."},
    )
    town = LineField(
        label="Ville",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"required": "Indiquez votre ville."},
    )
    country = forms.ChoiceField(
        label="Pays",
        choices=COUNTRIES,
        initial="FR",
        error_messages={"invalid_choice": "Choisissez un pays de la liste, ou écrivez-nous."},
    )

    def clean_postcode(self) -> str:
        postcode = "".join(self.cleaned_data["postcode"].split()).upper()
        if not POSTCODE.fullmatch(postcode):
            raise forms.ValidationError("Un code postal s’écrit avec des chiffres et des lettres.")
        return postcode

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_french = cleaned.get("country") == "FR"
        postcode = cleaned.get("postcode", "")
        if is_french and postcode and not FRENCH_POSTCODE.fullmatch(postcode):
            self.add_error("postcode", "Un code postal français a cinq chiffres (exemple : 07000).")
        return cleaned


class BuyerForm(PersonForm):
    """Who orders and who attends; nothing is asked that the contract does not print (law.md T-09)."""

    field_order = ("for_whom",)

    for_whom = forms.ChoiceField(
        label="Vous vous inscrivez",
        choices=[
            (ForWhom.MYSELF, "à titre personnel : je paie moi-même"),
            (ForWhom.COMPANY, "pour une entreprise qui paie la formation"),
        ],
        initial=ForWhom.MYSELF,
        widget=forms.RadioSelect,
        # Django's sentence would repeat what was sent, however long it is.
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Dites-nous qui paie la formation."
        ),
    )
    other_trainee = forms.BooleanField(
        label="Une autre personne suivra la formation", required=False
    )
    trainee_first_name = LineField(label="Prénom du stagiaire", required=False, max_length=80)
    trainee_last_name = LineField(label="Nom du stagiaire", required=False, max_length=80)
    trainee_email = forms.EmailField(
        label="Adresse e-mail du stagiaire",
        required=False,
        max_length=200,
        help_text="La convocation lui est envoyée.",
        error_messages={"invalid": INVALID_EMAIL},
    )
    needs_adjustment = forms.BooleanField(
        label="Un aménagement est nécessaire (accessibilité, matériel, rythme)",
        required=False,
        help_text="Nous vous appelons pour en parler. Ne donnez aucun détail médical ici.",
    )

    attente = TokenField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("other_trainee"):
            self._require_trainee(cleaned)
        elif self._names_somebody_else(cleaned):
            self.add_error("other_trainee", UNTICKED_TRAINEE)
        return cleaned

    def _require_trainee(self, cleaned: dict[str, Any]) -> None:
        sentences = {
            "trainee_first_name": "Indiquez le prénom de la personne qui suivra la formation.",
            "trainee_last_name": "Indiquez le nom de la personne qui suivra la formation.",
            "trainee_email": "Indiquez l’e-mail de la personne qui suivra la formation.",
        }
        for name, sentence in sentences.items():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)

    def _names_somebody_else(self, cleaned: dict[str, Any]) -> bool:
        """Browsers fill these fields in with the buyer's own name: that is nobody else."""
        return any(
            typed.casefold() != cleaned.get(name, "").casefold()
            for name in ("first_name", "last_name", "email")
            if (typed := cleaned.get(f"trainee_{name}"))
        )

    @property
    def waiting_token(self) -> str:
        """Of the waiting list's offer, as typed or as the address brought it."""
        return str(self.fields["attente"].clean(self["attente"].value()))

    @property
    def is_for_company(self) -> bool:
        return self.data.get("for_whom") == ForWhom.COMPANY


class ConsentForm(forms.Form):
    """The boxes of the recap, never ticked in advance; the wording of each is kept as proof."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, boxes: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, wording in boxes.items():
            self.fields[name] = forms.BooleanField(
                label=wording,
                error_messages={"required": "Cochez cette case pour pouvoir commander."},
            )
