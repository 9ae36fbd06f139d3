"""allauth's forms in the words and the markup of the site."""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, Form

register = template.Library()

LABELS = {
    "code": "Code",
    "email": "Adresse e-mail",
    "login": "Adresse e-mail",
    "name": "Nom de la clé",
    "passwordless": "Me connecter avec cette seule clé",
}
LENGTH_RULE = "Au moins 12 caractères, pas seulement des chiffres, et rien qui vous désigne."
HELP_TEXTS = {
    "password1": LENGTH_RULE,
    "name": "Pour la reconnaître, par exemple « Téléphone » ou « Clé du bureau ».",
    "passwordless": "Votre appareil demande alors une empreinte, votre visage ou un code PIN.",
}
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "code": {"autocapitalize": "characters", "spellcheck": "false", "autofocus": True},
}


@register.filter
def account_fields(form: Form) -> list[BoundField]:
    """The fields of a form, in our words and without placeholders that repeat their labels."""
    fields = list(form)
    for field in fields:
        field.label = label_of(field)
        field.help_text = HELP_TEXTS.get(field.name, "")
        attributes = field.field.widget.attrs
        attributes.pop("placeholder", None)
        attributes.update(ATTRIBUTES.get(field.name, {}))
    return fields


def label_of(field: BoundField) -> str:
    label = LABELS.get(field.name) or str(field.field.label)
    optional = not field.field.required and field.widget_type != "checkbox"
    return f"{label} (facultatif)" if optional else label


@register.simple_tag
def code_minutes() -> int:
    """How long a code sent by e-mail stays valid."""
    return int(settings.ACCOUNT_CODE_MINUTES)
