from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from base.lines import one_line
from base.robots import HumanForm
from shop.orders.forms import INVALID_EMAIL, TokenField
from shop.orders.rules import new_token
from shop.proposals.uploads import Upload, UploadRefused, judge, judge_sizes

NAME_LENGTH = 100
ACCEPTED = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"


class ScansInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ScansField(forms.FileField):
    """Several files, each judged by its bytes; the value is a list of ``Upload``."""

    widget = ScansInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        files = [file for file in data or [] if file]
        try:
            judge_sizes([file.size or 0 for file in files])
        except UploadRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return [read_upload(file) for file in files]


class ScansForm(forms.Form):
    """``form_key`` makes a second click find the first one's return."""

    scans = ScansField(
        label="Exemplaire signé",
        help_text=(
            "Un PDF, ou une photo JPEG ou PNG par page. Au plus 20 fichiers, 15 Mo chacun, 40 Mo en tout."
        ),
    )
    form_key = TokenField(required=False, initial=new_token)

    def clean_form_key(self) -> str:
        return str(self.cleaned_data["form_key"]) or new_token()


class ReturnForm(HumanForm, ScansForm):
    email = forms.EmailField(
        label="Votre adresse e-mail (facultatif)",
        required=False,
        max_length=200,
        help_text="L’accusé de réception y est envoyé. Sans adresse, il va à la personne qui a demandé la proposition.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": INVALID_EMAIL},
    )


def read_upload(file: UploadedFile[Any]) -> Upload:
    """Raises ValidationError for one that may not be kept."""
    try:
        judge_sizes([file.size or 0])
        return judge(_name(file), file.read())
    except UploadRefused as refused:
        raise forms.ValidationError(str(refused)) from refused


def _name(file: UploadedFile[Any]) -> str:
    """As the sender sees it; shown, never used as a path."""
    name = one_line(file.name or "") or "fichier"
    return name[-NAME_LENGTH:]


def uploads_of(form: forms.Form) -> Sequence[Upload]:
    """Of a valid form."""
    found: list[Upload] = form.cleaned_data["scans"]
    return found
