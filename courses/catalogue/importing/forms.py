from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from base.importing.reading import LARGEST_FILE, UnreadableFile, read_bytes
from courses.catalogue.importing.files import course_in
from courses.catalogue.importing.previews import LONGEST_TEXT
from courses.catalogue.importing.sheet import RecognisedSheet


class CourseSheetForm(forms.Form):
    """A valid form has read its file: see ``lines`` and ``sheet``."""

    file = forms.FileField(
        label="Fiche de formation",
        help_text="Texte (.txt) ou document Word (.docx), 5 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".txt,.docx"}),
        error_messages={
            "required": "Choisissez le fichier de la fiche.",
            "empty": "Ce fichier est vide.",
        },
    )

    lines: list[str]
    sheet: RecognisedSheet

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        # One byte more than allowed is enough to know that the file is too large.
        content = upload.read(LARGEST_FILE + 1)
        try:
            self.lines = read_bytes(upload.name, content)
            if sum(map(len, self.lines)) > LONGEST_TEXT:
                raise UnreadableFile(
                    "Cette fiche est trop longue pour l’aperçu : retirez-en ce qui ne décrit pas "
                    "la formation."
                )
            self.sheet = course_in(upload.name, self.lines)
        except UnreadableFile as error:
            raise ValidationError(str(error)) from error
        return upload
