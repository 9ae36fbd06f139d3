from __future__ import annotations

from typing import Any

from django import forms

from base.lines import LineField
from shop.proposals.agreement.models import CHANGE_LENGTH
from shop.proposals.models import Proposal


class RefuseForm(forms.Form):
    text = forms.CharField(
        label="Réponse au client",
        max_length=CHANGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Envoyée telle quelle, et affichée sur la page du client.",
        error_messages={
            "required": "Écrivez la réponse : elle est envoyée au client.",
            "max_length": f"Raccourcissez la réponse : {CHANGE_LENGTH} signes au plus.",
        },
    )


class AcceptForm(RefuseForm):
    extra = LineField(
        label="Proposition complémentaire (facultatif)",
        required=False,
        max_length=20,
        help_text="Son numéro, par exemple PC-2026-0042, quand la modification a un prix.",
    )

    def clean_extra(self) -> Proposal | None:
        """Its last version; a number that does not exist would promise nothing."""
        number: Any = self.cleaned_data["extra"].upper()
        if not number:
            return None
        found = Proposal.objects.filter(number=number).order_by("-version").first()
        if found is None:
            raise forms.ValidationError("Aucune proposition ne porte ce numéro.")
        return found
