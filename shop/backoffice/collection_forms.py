from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from base.choices import RowField
from base.lines import LineField
from base.typography import french_date
from shop.backoffice.forms import DayField, ReasonForm
from shop.collection.rules import Hold
from shop.proposals.models import Proposal


class HoldForm(ReasonForm):
    hold = forms.ChoiceField(
        label="Pourquoi ?",
        choices=[(hold.value, hold.label) for hold in Hold],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si le client conteste ou si vous suspendez."},
    )
    field_order = ("hold", "reason")

    def clean_hold(self) -> Hold:
        return Hold(self.cleaned_data["hold"])


class TrainingsField(RowField, forms.ModelMultipleChoiceField[Proposal]):
    def label_from_instance(self, proposal: Proposal) -> str:
        day = f", à partir du {french_date(proposal.starts_on)}" if proposal.starts_on else ""
        return f"{proposal.reference}, {proposal.course.title}{day}"


class SuspendForm(ReasonForm):
    def __init__(self, *args: Any, trainings: QuerySet[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposals"] = TrainingsField(
            trainings,
            label="Formations à suspendre",
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": "Cochez au moins une formation.",
                "invalid_choice": "Cette formation n’est plus à suspendre.",
            },
        )
        self.order_fields(["proposals", "reason"])
        self.fields["reason"].help_text = "Le client le lit dans le message qui l’en avertit."


class PostingForm(forms.Form):
    posted_on = DayField(label="Postée le")
    tracking = LineField(
        label="Numéro de recommandé",
        max_length=40,
        help_text="Celui du récépissé, par exemple 1A 234 567 8901 2.",
        error_messages={"required": "Recopiez le numéro du récépissé."},
    )


class DeliveryForm(forms.Form):
    delivered_on = DayField(
        label="Remise le",
        help_text="Ou présentée pour la première fois, si elle n’a pas été retirée.",
    )


class AnswerForm(forms.Form):
    answered_on = DayField(label="Réponse reçue le")
    answer = LineField(
        label="Ce que dit le client",
        max_length=300,
        error_messages={"required": "Résumez la réponse du client."},
    )


class PenaltyForm(forms.Form):
    until = DayField(
        label="Intérêts jusqu’au",
        help_text="Ce jour compris. Une facture suivante reprend le lendemain.",
    )
    # The bill that the page showed: nothing else is issued.
    shown = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
