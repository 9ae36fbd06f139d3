from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from base.lines import LineField
from base.robots import HumanForm
from courses.sessions.models import CourseSession
from shop.changes.asking import Wanted
from shop.changes.models import REQUEST_LENGTH
from shop.changes.rules import Cause, Wish
from shop.orders.forms import TokenField

WISHES = ((Wish.CANCEL.value, "Annuler"), (Wish.POSTPONE.value, "Reporter à d’autres dates"))
COMPANY_CAUSES = (
    (Cause.CLIENT.value, "Notre décision"),
    (Cause.ABSENCE.value, "L’absence d’un ou plusieurs participants"),
    (Cause.FORCE_MAJEURE.value, "Un cas de force majeure"),
)
CONSUMER_CAUSES = (
    (Cause.CLIENT.value, "Ma décision"),
    (Cause.FORCE_MAJEURE.value, "Un cas de force majeure"),
    (Cause.LEGITIMATE.value, "Un motif légitime et impérieux (santé, emploi, famille…)"),
)
NEEDS_WORDS = (Cause.FORCE_MAJEURE.value, Cause.LEGITIMATE.value)
NO_NAME = "Participant pas encore nommé"


class SessionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # its generic form exists for types only
    def label_from_instance(self, obj: CourseSession) -> str:
        return f"{obj.dates}, {obj.place}"


class RequestForm(HumanForm):
    """``people`` are the names of the places still held, empty ones included; none for a consumer."""

    wish = forms.ChoiceField(
        label="Que souhaitez-vous ?",
        choices=WISHES,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Dites-nous si vous annulez ou si vous reportez."
        ),
    )
    cause = forms.ChoiceField(
        label="Pour quel motif ?",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez un motif."),
    )
    text = forms.CharField(
        label="Précisions",
        required=False,
        max_length=REQUEST_LENGTH,
        help_text="Nécessaires en cas de force majeure ou de motif légitime.",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": REQUEST_LENGTH}),
        error_messages={
            "max_length": f"Raccourcissez vos précisions : {REQUEST_LENGTH} signes au plus."
        },
    )
    asked_by = LineField(
        label="Votre nom",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez votre nom."},
    )
    request_key = TokenField(required=False)
    shown = TokenField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        people: list[str],
        sessions: QuerySet[CourseSession],
        is_company: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.names, self.is_company = people, is_company
        cause: Any = self.fields["cause"]
        cause.choices = COMPANY_CAUSES if is_company else CONSUMER_CAUSES
        if sessions or self.data.get("session"):  # chosen on an older page, it must be refused
            self._offer(sessions)
        if len(people) > 1:
            self._name(people)
        self.order_fields(["wish", "people", "session", "cause", "text", "asked_by"])

    def _offer(self, sessions: QuerySet[CourseSession]) -> None:
        later = "Plus tard : ouvrir un délai" if self.is_company else "Pas encore choisie"
        self.fields["session"] = SessionChoice(
            sessions,
            label="Nouvelle session, pour un report",
            required=False,
            empty_label=later,
            error_messages={
                "invalid_choice": "Cette session n’est plus proposée : choisissez-en une autre."
            },
        )

    def _name(self, people: list[str]) -> None:
        places = [(str(n), name or NO_NAME) for n, name in enumerate(people)]
        self.fields["people"] = forms.MultipleChoiceField(
            label="Qui est concerné ?",
            choices=places,
            initial=[place for place, _ in places],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": "Cochez au moins une personne.",
                "invalid_choice": "La liste a changé : cochez à nouveau les personnes concernées.",
            },
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("cause") in NEEDS_WORDS and not cleaned.get("text", "").strip():
            self.add_error("text", "Expliquez-nous ce qui vous empêche de venir.")
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """Of a valid form."""
        values = self.cleaned_data
        places = sorted({int(place) for place in values.get("people", ["0"])})
        names = [self.names[place] for place in places] if self.names else []
        wish = Wish(values["wish"])
        return Wanted(
            wish=wish,
            cause=Cause(values["cause"]),
            asked_by=values["asked_by"],
            heads=len(places),
            people=tuple(filter(None, names)),
            session=values.get("session") if wish == Wish.POSTPONE else None,
            text=values["text"].strip(),
        )
