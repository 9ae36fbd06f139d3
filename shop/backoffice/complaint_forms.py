from __future__ import annotations

from typing import Any

from django import forms

from shop.backoffice.forms import EMAIL_ERRORS, DayField, ReceivedForm, new_key
from shop.complaints.models import TEXT_LENGTH, AnswerTemplate
from shop.complaints.queries import contracts_cited
from shop.complaints.rules import OUTCOMES, Capacity, ComplaintState, Topic, left_to_fill
from shop.payments.models import Contract

WAITING = "waiting"
CAPACITIES = [(capacity.value, capacity.label) for capacity in Capacity]
TOO_LONG = f"Raccourcissez le texte : {TEXT_LENGTH} signes au plus."


class ContractField(forms.CharField):
    """A reference, read into the order or the proposal that it names; empty for none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="Commande ou proposition concernée",
            help_text="Sa référence, ou celle d’une de ses factures. Vide : aucune pour l’instant. Une "
            "commande est celle d’un particulier, une proposition celle d’une entreprise.",
            required=False,
            max_length=60,
            **options,
        )

    def clean(self, value: Any) -> Contract | None:
        text = super().clean(value)
        if not text:
            return None
        found = contracts_cited(text)
        if len(found) != 1:
            raise forms.ValidationError(
                "Aucun contrat ne porte cette référence."
                if not found
                else "Indiquez une seule référence."
            )
        return found[0]


def capacity_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="La personne écrit",
        choices=CAPACITIES,
        widget=forms.RadioSelect,
        help_text="Sans contrat connu, décide de l’avis de médiation : il n’est que pour un particulier.",
        error_messages={"required": "Indiquez à quel titre la personne écrit."},
    )


def words_field(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=help_text,
        error_messages={"required": "Écrivez le texte.", "max_length": TOO_LONG},
    )


class RecordComplaintForm(ReceivedForm):
    name = forms.CharField(
        label="Nom et prénom de la personne",
        max_length=200,
        error_messages={"required": "Indiquez qui se plaint."},
    )
    email = forms.EmailField(
        label="Adresse e-mail",
        required=False,
        help_text="Vide : aucun accusé ne part par e-mail, envoyez-le autrement.",
        error_messages=EMAIL_ERRORS,
    )
    capacity = capacity_field()
    contract = ContractField()
    topic = forms.ChoiceField(
        label="Porte sur",
        choices=[(topic.value, topic.label) for topic in Topic],
        error_messages={"required": "Indiquez sur quoi porte la réclamation."},
    )
    text = words_field("Réclamation", "Mot pour mot ; ce qui a été dit, pour un appel.")


class RecordMessageForm(ReceivedForm):
    text = words_field("Message", "Mot pour mot ; ce qui a été dit, pour un appel.")


class AttachForm(forms.Form):
    contract = ContractField()
    capacity = capacity_field()


class PostedForm(forms.Form):
    posted_on = DayField(label="Posté le", help_text="Le jour inscrit sur la preuve de dépôt.")


class AnswerForm(forms.Form):
    template = forms.ModelChoiceField(
        AnswerTemplate.objects.all(),
        label="Partir d’un modèle",
        required=False,
        empty_label="Aucun",
        help_text="« Insérer » l’ajoute à la fin de la réponse.",
    )
    outcome = forms.ChoiceField(
        label="Suite",
        choices=[
            *((outcome.value, outcome.label.capitalize()) for outcome in OUTCOMES),
            (WAITING, "Réponse d’attente : la réclamation reste ouverte"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Indiquez la suite donnée à la réclamation."},
    )
    text = words_field(
        "Réponse", "Envoyée telle quelle, et affichée sur la page de suivi du client."
    )
    form_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, initial=new_key)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if left := left_to_fill(text):
            raise forms.ValidationError(f"Remplacez {', '.join(left)} dans la réponse.")
        return text

    def clean_outcome(self) -> ComplaintState | None:
        outcome = self.cleaned_data["outcome"]
        return None if outcome == WAITING else ComplaintState(outcome)
