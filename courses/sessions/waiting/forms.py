from __future__ import annotations

from django import forms

from base.lines import LineField
from base.robots import HumanForm
from courses.sessions.waiting.rules import MOST_PLACES

PLACES_ERROR = f"Indiquez un nombre de places, de 1 à {MOST_PLACES}."


class WaitingForm(HumanForm):
    name = LineField(
        label="Votre nom",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez votre nom."},
    )
    email = forms.EmailField(
        label="Votre e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre e-mail : la proposition y est envoyée.",
            "invalid": "Cette adresse e-mail n’est pas complète (exemple : prenom@domaine.fr).",
        },
    )
    places = forms.IntegerField(
        label="Nombre de places",
        initial=1,
        min_value=1,
        max_value=MOST_PLACES,
        help_text="Pour plusieurs personnes, nous attendons qu’assez de places soient libres "
        "ensemble.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), PLACES_ERROR
        ),
    )
