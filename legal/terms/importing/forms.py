from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from base.importing.reading import LARGEST_FILE, UnreadableFile
from legal.terms.importing.files import uploaded_terms
from legal.terms.importing.recognition import RecognisedTerms


class TermsFileForm(forms.Form):
    """A valid form has read its file: see ``recognised``."""

    file = forms.FileField(
        label="Conditions générales",
        help_text="Texte (.txt) ou document Word (.docx), 5 Mo au plus. Une fiche de formation "
        "suivie des conditions convient : la fiche est ignorée.",
        widget=forms.FileInput(attrs={"accept": ".txt,.docx"}),
        error_messages={
            "required": "Choisissez le fichier des conditions générales.",
            "empty": "Ce fichier est vide.",
        },
    )

    recognised: RecognisedTerms

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        try:
            self.recognised = uploaded_terms(upload.name, upload.read(LARGEST_FILE + 1))
        except UnreadableFile as error:
            raise ValidationError(str(error)) from error
        return upload
