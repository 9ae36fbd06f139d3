from __future__ import annotations

from typing import Any

from django import forms

from base.choices import RowField
from base.identifiers import company_number
from base.lines import LineField, one_line
from base.robots import HumanForm
from base.typography import counted
from courses.models import CoursePage, CourseSession
from shop.orders.forms import INVALID_EMAIL, PersonForm, TokenField
from shop.orders.rules import new_token
from shop.proposals.models import MOST_PARTICIPANTS, Proposal
from shop.proposals.rules import BuyerKind, Route, route_of

NAME_LENGTH = 120
NUMBER_WANTED = "Indiquez le SIRET ou le SIREN : il figure sur la proposition et la facture."
BILLING = {
    "billing_street": "Indiquez l’adresse de facturation.",
    "billing_postcode": "Indiquez le code postal de facturation.",
    "billing_town": "Indiquez la ville de facturation.",
}
# What the row keeps as it was typed.
COPIED = (
    "kind", "company_name", "first_name", "last_name", "function", "email", "phone",
    "street", "postcode", "town", "country", "purchase_order", "headcount", "participants",
    "asks_funding",
)  # fmt: skip


class HeadcountField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Nombre de participants",
            min_value=1,
            max_value=MOST_PARTICIPANTS,
            error_messages={
                "required": "Indiquez le nombre de participants.",
                "invalid": "Indiquez un nombre entier de participants.",
                "min_value": "Indiquez au moins un participant.",
                "max_value": f"Au plus {MOST_PARTICIPANTS} participants par proposition.",
            },
            **kwargs,
        )


def _billing_field(label: str, completed_with: str, *, max_length: int) -> LineField:
    widget = forms.TextInput(attrs={"autocomplete": f"billing {completed_with}"})
    return LineField(label=label, required=False, max_length=max_length, widget=widget)


class AskForm(HumanForm, PersonForm):
    """Who asks, for how many and where the invoice goes; a session leaves no wish to ask about."""

    field_order = (
        "kind", "company_name", "number", "first_name", "last_name", "function", "email", "phone",
        "street", "postcode", "town", "country",
    )  # fmt: skip

    kind = forms.ChoiceField(
        label="Qui commande et paie la formation ?",
        choices=[(kind.value, kind.label) for kind in BuyerKind],
        initial=BuyerKind.COMPANY.value,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Dites-nous qui paie la formation."
        ),
    )
    company_name = LineField(
        label="Dénomination",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "Indiquez le nom de l’entreprise ou de l’organisme."},
    )
    number = LineField(
        label="Numéro SIRET ou SIREN",
        required=False,
        max_length=30,
        help_text="14 ou 9 chiffres, espaces admis.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    function = LineField(
        label="Fonction (facultatif)",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label="Adresse e-mail",
        max_length=200,
        help_text="La proposition y est envoyée.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre e-mail : la proposition y est envoyée.",
            "invalid": INVALID_EMAIL,
        },
    )
    other_billing = forms.BooleanField(
        label="La facture va à un autre nom ou à une autre adresse", required=False
    )
    billing_name = _billing_field("Nom à facturer (facultatif)", "organization", max_length=150)
    billing_street = _billing_field("Adresse de facturation", "street-address", max_length=200)
    billing_postcode = _billing_field("Code postal", "postal-code", max_length=10)
    billing_town = _billing_field("Ville", "address-level2", max_length=80)
    purchase_order = LineField(
        label="Votre numéro de commande (facultatif)",
        required=False,
        max_length=50,
        help_text="Repris sur la proposition et sur la facture.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    headcount = HeadcountField(initial=1)
    participants = forms.CharField(
        label="Noms des participants (facultatif)",
        required=False,
        max_length=NAME_LENGTH * MOST_PARTICIPANTS,
        help_text="Un prénom et un nom par ligne. Vous pourrez les donner plus tard.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    asks_funding = forms.BooleanField(
        label="Nous demandons une prise en charge à notre OPCO", required=False
    )
    course = RowField(
        label="Formation",
        queryset=CoursePage.objects.none(),
        empty_label="Choisissez une formation",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choisissez une formation dans la liste."
        ),
    )
    wished_dates = LineField(label="Dates souhaitées (facultatif)", required=False, max_length=200)
    wished_place = LineField(
        label="Lieu souhaité (facultatif)",
        required=False,
        max_length=200,
        help_text="Dans vos locaux, dans une autre ville ou à distance.",
    )
    wishes = forms.CharField(
        label="Vos souhaits (facultatif)",
        required=False,
        max_length=2000,
        help_text="Niveau du groupe, exemples à traiter, matériel disponible…",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
    )
    request_key = TokenField(required=False)
    shown = TokenField(required=False)

    def __init__(self, *args: Any, session: CourseSession | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        if session is not None:
            for name in ("course", "wished_dates", "wished_place", "wishes"):
                del self.fields[name]
            return
        courses: Any = self.fields["course"]
        courses.queryset = CoursePage.objects.live().order_by("title")

    @property
    def is_for_a_person(self) -> bool:
        """A natural person keeps the protective contract (law.md T-02)."""
        kind = self.data.get("kind")
        return kind in list(BuyerKind) and route_of(BuyerKind(kind)) == Route.CONTRACT

    def clean_participants(self) -> list[str]:
        names = [one_line(line) for line in self.cleaned_data["participants"].splitlines()]
        names = [name for name in names if name]
        if any(len(name) > NAME_LENGTH for name in names):
            raise forms.ValidationError("Écrivez un seul nom par ligne.")
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._read_number(cleaned)
        names, headcount = cleaned.get("participants") or [], cleaned.get("headcount")
        if headcount and len(names) > headcount:
            self.add_error(
                "participants",
                f"Vous avez indiqué {len(names)} noms pour {counted(headcount, 'participant')} : retirez des noms, ou augmentez le nombre.",
            )
        if cleaned.get("other_billing"):
            for name, sentence in BILLING.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    def _read_number(self, cleaned: dict[str, Any]) -> None:
        """An association may have none, and a company abroad has another one."""
        typed = cleaned.get("number", "")
        in_france = cleaned.get("country", "FR") == "FR"
        self.siren, self.siret = "", ""
        if not in_france:
            return
        if typed:
            try:
                self.siren, self.siret = company_number(typed)
            except forms.ValidationError as error:
                self.add_error("number", error)
        elif cleaned.get("kind") != BuyerKind.ASSOCIATION:
            self.add_error("number", NUMBER_WANTED)

    def to_request(self) -> Proposal:
        """The unsaved row of a valid form."""
        cleaned = self.cleaned_data
        fields = {name: cleaned[name] for name in COPIED}
        if cleaned["other_billing"]:
            fields |= {name: cleaned[name] for name in ("billing_name", *BILLING)}
        if self.session is None:
            names = ("course", "wished_dates", "wished_place", "wishes")
            fields |= {name: cleaned[name] for name in names}
        else:
            fields |= {"course": self.session.course, "session": self.session}
        return Proposal(
            **fields,
            siren=self.siren,
            siret=self.siret,
            request_key=cleaned["request_key"] or new_token(),
        )
