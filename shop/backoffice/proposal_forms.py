"""One proposal as it is typed: a group, days, a place, and priced lines that may be added or removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.forms.formsets import TOTAL_FORM_COUNT, BaseFormSet, formset_factory
from django.http import QueryDict

from wagtail.admin.widgets import AdminDateInput

from base.lines import LineField, one_line
from base.typography import french_number
from base.vat import VatCategory, VatPosition
from courses.catalogue.course import CoursePage
from courses.sessions.models import CourseSession, Trainer
from shop.backoffice.forms import DATE_ERRORS, DATE_FORMATS, ReasonForm, SessionField
from shop.proposals.composition import MOST_LINES
from shop.proposals.forms import NAME_LENGTH, HeadcountField
from shop.proposals.models import MOST_PARTICIPANTS
from shop.proposals.rules import ProposedLine
from shop.proposals.timetable import EXAMPLE, TimetableUnread, read_timetable

INTER, INTRA = "inter", "intra"
LINES = "lines"
WRITE_AMOUNT = "Écrivez le nombre ainsi : 1 188,50."
BLANKS = str.maketrans("", "", " \u00a0\u202f€%")


class FrenchNumberField(forms.DecimalField):
    """As people type it: spaces between thousands, a comma, a euro sign."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        errors = {
            "invalid": WRITE_AMOUNT,
            "max_digits": "Ce nombre est trop grand.",
            "max_whole_digits": "Ce nombre est trop grand.",
            "max_decimal_places": "Deux décimales au plus.",
        }
        errors |= kwargs.pop("error_messages", {})
        super().__init__(decimal_places=2, error_messages=errors, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = value.translate(BLANKS).replace(",", ".")
        found: Decimal | None = super().to_python(value)
        return found

    def prepare_value(self, value: Any) -> Any:
        return french_number(value) if isinstance(value, Decimal) else value


class WithdrawForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "reason"
        ].help_text = "Inscrit au journal avec votre nom, le client ne le lit pas."


class DateToCome(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=DATE_FORMATS,
            widget=AdminDateInput(format="%d/%m/%Y"),
            error_messages=DATE_ERRORS,
            **kwargs,
        )


class CompositionForm(forms.Form):
    """Everything but the lines. With a session, what is left empty is read from it."""

    mode = forms.CharField(widget=forms.HiddenInput, required=False)
    headcount = HeadcountField()
    participants = forms.CharField(
        label="Noms des participants",
        required=False,
        max_length=NAME_LENGTH * MOST_PARTICIPANTS,
        help_text="Un prénom et un nom par ligne. Ceux qui manquent viendront plus tard.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    formula = forms.ChoiceField(
        label="Formule",
        choices=[(INTER, "session publique (inter)"), (INTRA, "dans les locaux du client (intra)")],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez la formule."),
    )
    session = SessionField(CourseSession.objects.none())
    starts_on = DateToCome(label="Premier jour", required=False)
    ends_on = DateToCome(label="Dernier jour", required=False)
    timetable = forms.CharField(
        label="Horaires",
        required=False,
        max_length=4000,
        help_text=f"Un jour par ligne, par exemple « {EXAMPLE} ».",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place = LineField(
        label="Lieu",
        required=False,
        max_length=300,
        help_text="Nom, adresse et ville, ou « à distance ».",
    )
    remote_access = forms.CharField(
        label="Accès à distance",
        required=False,
        max_length=1000,
        help_text="Outil et matériel nécessaires. Jamais le lien de connexion.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    trainer = forms.ModelChoiceField(
        label="Formateur",
        queryset=Trainer.objects.all(),
        required=False,
        empty_label="à préciser plus tard",
        error_messages={"invalid_choice": "Choisissez un formateur de la liste."},
    )
    conditions = forms.CharField(
        label="Conditions particulières",
        required=False,
        max_length=4000,
        help_text="Imprimées sur la proposition, après le prix.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, sessions: QuerySet[CourseSession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session: Any = self.fields["session"]
        session.queryset = sessions
        session.label, session.required, session.empty_label = "Session publique", False, "aucune"
        session.help_text = "Ses dates, son lieu et ses horaires remplissent ce qui est vide."

    def clean_participants(self) -> tuple[str, ...]:
        names = [one_line(line) for line in self.cleaned_data["participants"].splitlines()]
        names = [name for name in names if name]
        if any(len(name) > NAME_LENGTH for name in names):
            raise forms.ValidationError("Écrivez un seul nom par ligne.")
        return tuple(names)

    def clean_timetable(self) -> Any:
        try:
            return read_timetable(self.cleaned_data["timetable"])
        except TimetableUnread as unread:
            raise forms.ValidationError(str(unread)) from unread

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        session = cleaned.get("session")
        if session is None:
            for name in ("starts_on", "ends_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, "Indiquez la date.")
            return cleaned
        if cleaned.get("formula") == INTRA:
            self.add_error("session", "Une session publique n’a pas lieu chez le client.")
        for name in ("starts_on", "ends_on"):
            if name not in self.errors:
                self._same_as_session(cleaned, name, getattr(session, name))
        return cleaned

    def _same_as_session(self, cleaned: dict[str, Any], name: str, day: date) -> None:
        cleaned[name] = cleaned.get(name) or day
        if cleaned[name] != day:
            self.add_error(name, f"La session choisie dit {day:%d/%m/%Y}.")


class LineForm(forms.Form):
    description = LineField(
        label="Prestation",
        max_length=300,
        error_messages={"required": "Décrivez la prestation."},
    )
    quantity = FrenchNumberField(
        label="Quantité",
        max_digits=7,
        initial=Decimal(1),
        error_messages={"required": "Indiquez la quantité."},
    )
    unit = LineField(label="Unité", required=False, max_length=30)
    unit_price = FrenchNumberField(
        label="Prix HT (€)",
        max_digits=9,
        error_messages={"required": "Indiquez le prix unitaire."},
    )
    rate = forms.TypedChoiceField(
        label="TVA",
        coerce=Decimal,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez le taux de TVA."),
    )
    discount = FrenchNumberField(label="Remise (%)", max_digits=5, required=False)

    def __init__(self, *args: Any, rates: tuple[Decimal, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rate: Any = self.fields["rate"]
        rate.choices = [(str(known), rate_label(known)) for known in rates]
        rate.initial = str(rates[0])

    @property
    def line(self) -> ProposedLine | None:
        """None for a line that is left empty or cannot be read."""
        cleaned = self.cleaned_data
        if not cleaned or self.errors:
            return None
        return ProposedLine(
            description=cleaned["description"],
            unit_price=cleaned["unit_price"],
            rate=cleaned["rate"],
            quantity=cleaned["quantity"],
            unit=cleaned["unit"],
            discount=(cleaned["discount"] or Decimal(0)) / 100,
        )


class LineFormSet(BaseFormSet[LineForm]):
    default_error_messages: ClassVar = {
        "missing_management_form": "La page est revenue incomplète : ouvrez-la de nouveau.",
        "too_many_forms": "Une proposition a au plus %(num)d lignes.",
        "too_few_forms": "Une proposition a au moins %(num)d ligne.",
    }

    def read(self) -> Iterator[tuple[LineForm, ProposedLine]]:
        """Forms and lines of what may be counted."""
        for form in self.forms:
            if form.is_valid() and (line := form.line) is not None:
                yield form, line


LinesFormSet = cast(
    "type[LineFormSet]",
    formset_factory(
        LineForm,
        formset=LineFormSet,
        extra=0,
        max_num=MOST_LINES,
        absolute_max=MOST_LINES + 1,
        validate_max=True,
    ),
)


def rates_of(course: CoursePage, position: VatPosition, today: date) -> tuple[Decimal, ...]:
    """What a line may bear today: the rate of the course first, then of anything else (P-03)."""
    categories = (course.vat_category, VatCategory.OTHER)
    return tuple(dict.fromkeys(position.rate(category, today) for category in categories))


def rate_label(rate: Decimal) -> str:
    return f"{french_number(rate * 100)} %" if rate else "exonérée (formation)"


def line_initial(line: ProposedLine, rates: tuple[Decimal, ...]) -> dict[str, Any]:
    """As the form shows it again; a rate that is no longer in force gives way to the course's."""
    known = next((rate for rate in rates if rate == line.rate), rates[0])
    return {
        "description": line.description,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": f"{line.unit_price:.2f}".replace(".", ","),
        "rate": str(known),
        "discount": line.discount * 100 if line.discount else None,
    }


def typed_lines(data: QueryDict) -> list[dict[str, str]]:
    """The lines of a posted form as they were typed, readable or not."""
    count = data.get(f"{LINES}-{TOTAL_FORM_COUNT}", "")
    known = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    return [
        typed(data, LineForm.base_fields, f"{LINES}-{at}-") for at in range(min(known, MOST_LINES))
    ]


def typed(data: Mapping[str, str], names: Iterable[str], prefix: str = "") -> dict[str, str]:
    return {name: data.get(f"{prefix}{name}", "") for name in names}
