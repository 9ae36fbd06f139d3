from datetime import date

from django import forms
from django.utils import timezone

from wagtail.admin.widgets import AdminDateInput


def tomorrow() -> date:
    return date.fromordinal(timezone.localdate().toordinal() + 1)


class ApprovalForm(forms.Form):
    in_force_from = forms.DateField(
        label="En vigueur à partir du",
        initial=tomorrow,
        widget=AdminDateInput,
        help_text="À minuit, heure de Paris. La version qu’elle remplace s’arrête la veille.",
        error_messages={
            "required": "Indiquez la date d’effet.",
            "invalid": "Cette date n’est pas valable.",
        },
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Une phrase, conservée dans l’historique de la version.",
        error_messages={"required": "Indiquez le motif."},
    )
