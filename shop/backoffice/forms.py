from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from wagtail.admin.widgets import AdminDateInput

from base.clock import present
from base.typography import counted
from courses.sessions.models import CourseSession
from shop.orders.models import Order
from shop.orders.rules import canonical_reference
from shop.withdrawal.models import DeclarationChannel

EMAIL_ERRORS = {
    "required": "Indiquez l’adresse du destinataire.",
    "invalid": "Cette adresse e-mail n’est pas complète (exemple : prenom@domaine.fr).",
}
DATE_ERRORS = {"required": "Indiquez la date.", "invalid": "Écrivez la date ainsi : 25/11/2026."}
DATE_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]

LOOK_AGAIN = "Le montant a changé : relisez l’avoir ci-dessous, puis confirmez. Rien n’est parti."


def new_key() -> str:
    return uuid4().hex


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Inscrit au journal de la commande avec votre nom.",
        error_messages={"required": "Écrivez le motif : il est conservé au journal."},
    )


class DayField(forms.DateField):
    """A past day, in Paris."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=DATE_FORMATS,
            widget=AdminDateInput(format="%d/%m/%Y"),
            error_messages=DATE_ERRORS,
            **kwargs,
        )

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not date(2020, 1, 1) <= day <= timezone.localdate(present()):
            raise forms.ValidationError(
                "Cette date n’est pas encore passée, ou bien trop ancienne."
            )
        return day


class ReceivedForm(forms.Form):
    """Words that came by post, by e-mail or by telephone, on the days that are given."""

    channel = forms.ChoiceField(
        label="Reçue",
        choices=[
            (item.value, item.label)
            for item in DeclarationChannel
            if item != DeclarationChannel.ONLINE
        ],
        error_messages={"required": "Indiquez comment cela est arrivé."},
    )
    sent_on = DayField(
        label="Envoyée le", help_text="Cachet de la poste, date de l’e-mail ou de l’appel."
    )
    received_on = DayField(label="Reçue le")
    # The instant of the page: two clicks record one and the same row.
    shown_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def clean_shown_at(self) -> datetime:
        now, shown = present(), self.cleaned_data["shown_at"]
        return min(shown, now) if shown else now

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        sent, received = cleaned.get("sent_on"), cleaned.get("received_on")
        if sent and received and received < sent:
            self.add_error("received_on", "La réception ne peut pas précéder l’envoi.")
        return cleaned


def instants(values: dict[str, Any]) -> tuple[datetime, datetime]:
    """When it was sent and received, from the values of a ``ReceivedForm``."""
    received_at = _noon(values["received_on"], values["shown_at"])
    return min(_noon(values["sent_on"], values["shown_at"]), received_at), received_at


def _noon(day: date, shown_at: datetime) -> datetime:
    """The same day in every territory (W-02, edge 3); never later than the page."""
    return min(timezone.make_aware(datetime.combine(day, time(12))), shown_at)


class ResendForm(forms.Form):
    address = forms.EmailField(
        label="Adresse du client",
        help_text="Corrigez-la si elle était fausse : la commande garde la nouvelle.",
        error_messages=EMAIL_ERRORS,
    )
    form_key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, initial=new_key)


class SessionField(forms.ModelChoiceField[CourseSession]):
    def __init__(self, sessions: QuerySet[CourseSession]) -> None:
        super().__init__(
            sessions,
            label="Nouvelle session",
            empty_label="Choisir…",
            error_messages={
                "required": "Choisissez la nouvelle session.",
                "invalid_choice": "Cette session n’est pas proposée pour cette formation.",
            },
        )

    def label_from_instance(self, session: CourseSession) -> str:
        return session_label(session)


def session_label(session: CourseSession) -> str:
    left = session.seats_left
    seats = "places non limitées" if left is None else counted(left, "place", "libre")
    return f"{session.dates}, {session.place} – {seats}"


class MoveForm(ReasonForm):
    def __init__(self, *args: Any, sessions: QuerySet[CourseSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"] = SessionField(sessions)
        self.order_fields(["session", "reason"])
        self.fields["reason"].label = "Accord du client"
        self.fields[
            "reason"
        ].help_text = (
            "Comment et quand l’a-t-il donné ? Par exemple « au téléphone, le 24 novembre »."
        )


class RefundForm(ReasonForm):
    amount = forms.DecimalField(
        label="Montant à rembourser (€)",
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=True,
        error_messages={
            "required": "Indiquez le montant.",
            "invalid": "Écrivez le montant ainsi : 356,40.",
            "min_value": "Le montant à rembourser doit être positif.",
            "max_decimal_places": "Un montant a au plus deux décimales.",
        },
    )
    # What had been given back when the page was shown: a second click must not refund twice.
    seen = forms.DecimalField(widget=forms.HiddenInput, max_digits=10, decimal_places=2)
    # The amount of the credit note that the page showed.
    previewed = forms.DecimalField(
        widget=forms.HiddenInput, max_digits=10, decimal_places=2, required=False
    )
    field_order = ("amount", "reason", "seen", "previewed")

    def amount_shown(self) -> Decimal | None:
        """What the credit note of this page is about; None for an amount that cannot be read."""
        if not self.is_bound:
            return self.initial.get("amount")
        return getattr(self, "cleaned_data", {}).get("amount")

    def is_previewed(self) -> bool:
        return bool(self.cleaned_data["amount"] == self.cleaned_data["previewed"])

    def show_preview(self) -> None:
        shown = {"previewed": str(self.cleaned_data["amount"])}
        self.data = dict(self.data.items()) | shown
        self.add_error(None, LOOK_AGAIN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "reason"
        ].help_text = "Le client le lit dans son e-mail. Inscrit au journal avec votre nom."


class TransferForm(forms.Form):
    amount = forms.DecimalField(
        label="Montant reçu (€)",
        max_digits=10,
        decimal_places=2,
        localize=True,
        error_messages={
            "required": "Indiquez le montant.",
            "invalid": "Écrivez le montant ainsi : 356,40.",
        },
    )
    received_on = DayField(label="Reçu le", help_text="Date de valeur, lue sur le relevé.")
    reference = forms.CharField(
        label="Référence du virement",
        max_length=140,
        help_text="Telle que la banque l’écrit : elle sert à retrouver le virement.",
        error_messages={"required": "Indiquez la référence du virement, lue sur le relevé."},
    )


class TransferBackForm(forms.Form):
    sent_on = DayField(label="Virement parti le")
    reference = forms.CharField(
        label="Référence du virement",
        max_length=140,
        error_messages={"required": "Indiquez la référence du virement."},
    )


class RecordWithdrawalForm(ReceivedForm):
    sent_on = DayField(
        label="Envoyée le",
        help_text="Cachet de la poste, date de l’e-mail ou de l’appel : elle décide.",
    )
    received_on = DayField(
        label="Reçue le", help_text="Le délai de remboursement de quatorze jours part de ce jour."
    )
    name = forms.CharField(
        label="Nom et prénom de la personne",
        max_length=200,
        error_messages={"required": "Indiquez qui déclare."},
    )
    email = forms.EmailField(
        label="Adresse de l’accusé de réception",
        required=False,
        help_text="Vide : aucun accusé ne part par e-mail, envoyez-le autrement.",
        error_messages=EMAIL_ERRORS,
    )
    contract = forms.CharField(
        label="Contrat désigné",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Gardez la référence de la commande, et ajoutez les mots de la lettre.",
        error_messages={"required": "Indiquez le contrat désigné."},
    )
    comment = forms.CharField(
        label="Remarque", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DecisionForm(ReasonForm):
    reference = forms.CharField(
        label="Commande concernée",
        max_length=30,
        help_text="Sa référence, par exemple LX-7K3M-Q2RT.",
        error_messages={"required": "Indiquez la référence de la commande."},
    )
    field_order = ("reference", "reason")

    def clean_reference(self) -> Order | None:
        typed = self.cleaned_data["reference"]
        if not typed.strip():
            return None
        order = Order.objects.filter(reference=canonical_reference(typed)).first()
        if order is None:
            raise forms.ValidationError("Aucune commande ne porte cette référence.")
        return order


class RefusalForm(DecisionForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].required = False
        self.fields["reference"].help_text = "Vide : la déclaration ne désigne aucune commande."
