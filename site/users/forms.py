from django import forms

from wagtail.users.forms import UserCreationForm, UserEditForm

from users.actions import trust_address
from users.models import User


class StaffFormMixin(forms.ModelForm[User]):
    """Nobody chooses a password for somebody else: the address entered receives the codes."""

    email = forms.EmailField(
        label="Adresse e-mail",
        help_text="La personne se connecte avec un code envoyé à cette adresse.",
    )

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        if not user.password:
            user.set_unusable_password()
        if commit:
            user.save()
            self.save_m2m()
            trust_address(user=user)
        return user


class StaffCreationForm(StaffFormMixin, UserCreationForm):
    pass


class StaffEditForm(StaffFormMixin, UserEditForm):
    pass
