from __future__ import annotations

from django import forms

from allauth.account.forms import RequestLoginCodeForm

from shop.account.actions import account_of_contact
from shop.account.rules import MemberRole
from shop.orders.forms import INVALID_EMAIL, NamedForm
from users.models import User

ROLES = [
    (MemberRole.MEMBER.value, "Membre"),
    (
        MemberRole.ADMINISTRATOR.value,
        "Administrateur : invite et retire aussi",
    ),
]


class DoorForm(RequestLoginCodeForm):
    """Opens an account for whoever asked for a proposal, once the limits on codes let the request in.

    Whatever the address, the page that follows and the number of messages sent are the same:
    neither the words nor the time that the answer takes tell who is a client.
    """

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self._user: User | None = self._user or account_of_contact(email)
        return email


class MemberForm(forms.Form):
    email = forms.EmailField(
        label="Adresse e-mail",
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Indiquez l’adresse e-mail de votre collègue.",
            "invalid": INVALID_EMAIL,
        },
    )
    role = forms.ChoiceField(
        label="Rôle",
        choices=ROLES,
        initial=MemberRole.MEMBER.value,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choisissez un rôle."),
    )

    def clean_role(self) -> MemberRole:
        return MemberRole(self.cleaned_data["role"])


class ProfileForm(NamedForm, forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("first_name", "last_name")
