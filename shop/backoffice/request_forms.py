from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from base.typography import counted
from courses.sessions.models import CourseSession
from shop.backoffice.forms import DayField, SessionField
from shop.changes.models import REQUEST_LENGTH
from shop.changes.rules import Cause, Wish
from shop.withdrawal.models import DeclarationChannel

WRITTEN = (DeclarationChannel.POST, DeclarationChannel.EMAIL)
RETAINED = [cause for cause in Cause if cause != Cause.ABSENCE]
AMOUNT_ERRORS = {
    "required": "Indiquez le montant dû : 0 quand le client ne doit rien.",
    "invalid": "Écrivez le montant ainsi : 356,40.",
    "min_value": "Un montant ne peut pas être négatif.",
    "max_decimal_places": "Un montant a au plus deux décimales.",
}


class AnswerField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Réponse au client",
            max_length=REQUEST_LENGTH,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text="Envoyée telle quelle, avec les montants et l’article appliqué.",
            error_messages={
                "required": "Écrivez la réponse : elle est envoyée au client.",
                "max_length": f"Raccourcissez la réponse : {REQUEST_LENGTH} signes au plus.",
            },
            **kwargs,
        )


class RecordRequestForm(forms.Form):
    """``most`` people may be concerned; a consumer's order has one."""

    wish = forms.ChoiceField(label="Demande", choices=[(wish.value, wish.label) for wish in Wish])
    cause = forms.ChoiceField(
        label="Motif invoqué",
        choices=[(cause.value, cause.label) for cause in Cause if cause != Cause.LEXOM],
    )
    channel = forms.ChoiceField(
        label="Reçue",
        choices=[(item.value, item.label) for item in WRITTEN],
        help_text="Une demande orale n’est pas recevable : demandez un écrit.",
    )
    sent_on = DayField(label="Envoyée le", help_text="Cachet de la poste ou date de l’e-mail.")
    received_on = DayField(
        label="Reçue le", help_text="Ce jour décide pour une entreprise (CGV 3.5)."
    )
    heads = forms.IntegerField(
        label="Participants concernés",
        min_value=1,
        error_messages={
            "required": "Indiquez combien de participants.",
            "min_value": "Indiquez au moins un participant.",
            "max_value": "La commande ne porte pas sur autant de participants.",
            "invalid": "Écrivez un nombre.",
        },
    )
    asked_by = forms.CharField(
        label="Demandée par",
        max_length=120,
        error_messages={"required": "Indiquez qui a écrit."},
    )
    text = forms.CharField(
        label="Texte de la demande",
        max_length=REQUEST_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Recopiez l’essentiel de la demande."},
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heads: Any = self.fields["heads"]
        heads.max_value = most
        heads.validators.append(_at_most(most))
        if most == 1:
            heads.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sent, received = cleaned.get("sent_on"), cleaned.get("received_on")
        if sent and received and received < sent:
            self.add_error("received_on", "La réception ne peut pas précéder l’envoi.")
        return cleaned


def _at_most(most: int) -> Any:
    def check(value: int) -> None:
        if value > most:
            raise forms.ValidationError(f"La commande porte sur {counted(most, 'participant')}.")

    return check


class DecideForm(forms.Form):
    cause = forms.ChoiceField(
        label="Motif retenu", choices=[(cause.value, cause.label) for cause in RETAINED]
    )
    delivered = forms.DecimalField(
        label="Heures déjà données",
        required=False,
        max_digits=6,
        decimal_places=2,
        min_value=Decimal(0),
        localize=True,
        help_text="Vide : celles des jours terminés quand la demande compte.",
        error_messages={"invalid": "Écrivez les heures ainsi : 3,5.", "min_value": "Zéro ou plus."},
    )
    amount = forms.DecimalField(
        label="Montant dû en tout (€ TTC)",
        max_digits=10,
        decimal_places=2,
        min_value=Decimal(0),
        localize=True,
        help_text="Ce qui est payé en plus est remboursé ; ce qui manque est demandé.",
        error_messages=AMOUNT_ERRORS,
    )
    text = AnswerField()


class SetAsideForm(forms.Form):
    text = AnswerField()


class SessionForm(forms.Form):
    def __init__(self, *args: Any, sessions: QuerySet[CourseSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"] = SessionField(sessions)


class PostponeForm(SessionForm):
    text = AnswerField()
    field_order = ("session", "text")
