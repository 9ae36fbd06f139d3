from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from base.choices import RowField
from base.typography import french_date, french_typography
from courses.sessions.models import CourseSession
from shop.backoffice.forms import session_label
from shop.backoffice.proposal_forms import DateToCome
from shop.cancelled_sessions.choices import OtherSession
from shop.cancelled_sessions.models import MOST_TEXT
from shop.cancelled_sessions.rules import Cause

REFUND = "remboursement"


class AlternativesField(RowField, forms.ModelMultipleChoiceField[CourseSession]):
    def label_from_instance(self, session: CourseSession) -> str:
        return session_label(session)


class CancelForm(forms.Form):
    cause = forms.ChoiceField(
        label="Motif",
        choices=[(cause.value, cause.label.capitalize()) for cause in Cause],
        widget=forms.RadioSelect,
        help_text="Les clients le lisent.",
        error_messages={"required": "Choisissez le motif de l’annulation."},
    )
    told = forms.CharField(
        label="Précision pour les clients",
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Envoyée telle quelle. Ne donnez aucun motif de santé.",
    )
    last_day = DateToCome(label="Réponse attendue jusqu’au")

    def __init__(
        self,
        *args: Any,
        sessions: QuerySet[CourseSession],
        first: date,
        latest: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.latest = first, latest
        self.fields["alternatives"] = AlternativesField(
            sessions,
            label="Sessions proposées à la place",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="Aucune : tout le monde est remboursé sans attendre de réponse.",
            error_messages={
                "invalid_choice": "Cette session n’est plus ouverte : choisissez à nouveau."
            },
        )
        self.order_fields(["cause", "told", "alternatives", "last_day"])
        self.fields["last_day"].help_text = french_typography(
            f"Au plus tard le {french_date(latest)}. Un particulier a dix jours au plus, pour être "
            "remboursé dans les quatorze jours."
        )

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if not self.first <= day <= self.latest:
            raise forms.ValidationError(
                f"Choisissez un jour entre le {french_date(self.first)} et le {french_date(self.latest)}."
            )
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("cause") == Cause.OTHER and not cleaned.get("told", "").strip():
            self.add_error("told", "Dites aux clients pourquoi la session est annulée.")
        return cleaned


class AnswerForm(forms.Form):
    note = forms.CharField(
        label="Comment l’a-t-il donnée ?",
        max_length=300,
        help_text="Par exemple « au téléphone, le 24 novembre ». Inscrit au journal avec votre nom.",
        error_messages={"required": "Écrivez comment le client a répondu."},
    )

    def __init__(self, *args: Any, others: list[OtherSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves = [
            (other.key, f"Autre session : {other.session.dates}, {other.session.place}")
            for other in others
            if not other.refusal
        ]
        self.fields["choice"] = forms.ChoiceField(
            label="Réponse du client",
            choices=[(REFUND, "Remboursement, la commande prend fin"), *moves],
            widget=forms.RadioSelect,
            error_messages={
                "required": "Choisissez la réponse du client.",
                "invalid_choice": "Cette réponse n’est plus possible.",
            },
        )
        self.order_fields(["choice", "note"])
