from __future__ import annotations

from django import forms

from shop.proposals.models import Proposal


class AttachProposalForm(forms.Form):
    number = forms.CharField(
        label="Numéro de la proposition",
        max_length=40,
        help_text="Par exemple PC-2026-0001 ; pour une version suivante, PC-2026-0001-v2.",
        error_messages={"required": "Indiquez le numéro de la proposition."},
    )

    def clean_number(self) -> Proposal:
        """As printed on the document, with its version."""
        number, _, version = self.cleaned_data["number"].strip().upper().partition("-V")
        known = version.isascii() and version.isdigit() and len(version) < VERSION_DIGITS
        if version and not known:
            raise forms.ValidationError(UNKNOWN)
        found = Proposal.objects.numbered().filter(number=number, version=int(version or 1)).first()
        if found is None:
            raise forms.ValidationError(UNKNOWN)
        return found


UNKNOWN = "Aucune proposition ne porte ce numéro."
VERSION_DIGITS = 5
