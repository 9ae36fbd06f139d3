from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from shop.orders.models import Order
from shop.withdrawal.payload import Summary, new_origin

NAME_LENGTH = 200
CONTRACT_LENGTH = 2000
COMMENT_LENGTH = 4000
ORIGIN_LENGTH = 64
TRAP = "site_internet"


class TypedField(forms.CharField):
    """Kept letter for letter, spaces included; only nothing at all is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)
        self.error_messages["max_length"] = (
            "Ce texte dépasse %(limit_value)s caractères : raccourcissez-le un peu."
        )
        self.error_messages["null_characters_not_allowed"] = (
            "Ce texte contient un caractère que nous ne pouvons pas conserver : retirez-le."
        )

    def validate(self, value: Any) -> None:
        super().validate("" if str(value).isspace() else value)


class DeclarationForm(forms.Form):
    """The three facts of law.md F-04, and nothing else that would have to be answered."""

    name = TypedField(
        label="Vos nom et prénom",
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Indiquez vos nom et prénom."},
    )
    contract = TypedField(
        label="Le contrat auquel vous renoncez",
        help_text="La référence de la commande (par exemple LX‑7K3M‑Q2RT, en tête de nos e-mails), "
        "ou la formation et sa date. Si vous renoncez à une partie du contrat, dites laquelle.",
        max_length=CONTRACT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Indiquez la référence de la commande, ou la formation et sa date."
        },
    )
    email = forms.EmailField(
        label="Votre adresse e-mail, pour l’accusé de réception",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre adresse e-mail : l’accusé de réception y est envoyé.",
            "invalid": "Cette adresse e-mail n’est pas complète (exemple : prenom@domaine.fr).",
            "max_length": "Cette adresse e-mail est trop longue.",
        },
    )
    comment = TypedField(
        label="Commentaire (facultatif)",
        help_text="Vous n’avez aucun motif à donner.",
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    origin = forms.CharField(required=False, max_length=ORIGIN_LENGTH, widget=forms.HiddenInput)
    site_internet = forms.CharField(required=False, label="Ne pas remplir ce champ")

    def __init__(self, *args: Any, order: Order | None = None, **kwargs: Any) -> None:
        """With the order of a link, who declares and what for are known (F-03): not asked again."""
        super().__init__(*args, **kwargs)
        self.order = order
        self.initial.setdefault("origin", new_origin())
        if order is not None:
            self.initial.setdefault("email", order.email)
            del self.fields["name"], self.fields["contract"]

    def clean_site_internet(self) -> str:
        trapped: str = self.cleaned_data[TRAP]
        if trapped:
            raise ValidationError(
                "Un champ invisible a été rempli, sans doute par votre navigateur. Il est vidé : "
                "continuez à nouveau."
            )
        return trapped

    def summary(self) -> Summary:
        """Of a valid form."""
        typed = self.cleaned_data
        return Summary(
            name=self.order.full_name if self.order else typed["name"],
            contract=self.known_contract or typed["contract"],
            email=typed["email"],
            comment=typed["comment"],
            token=self.order.token if self.order else "",
            origin=typed["origin"] or new_origin(),
        )

    @property
    def known_contract(self) -> str:
        if self.order is None:
            return ""
        dates = f"du {self.order.starts_on:%d/%m/%Y} au {self.order.ends_on:%d/%m/%Y}"
        return f"Commande {self.order.reference} : {self.order.course_title}, {dates}"
