from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SELECTED = mark_safe(" selected")


@register.simple_tag
def control(field: forms.BoundField) -> SafeString:
    """The input or drop-down list of a field, as Django draws it but without template files.

    The widgets' own templates cost more than a page of results (many options, many filters).
    """
    widget = field.field.widget
    attributes: dict[str, str | bool] = {"id": field.auto_id, "name": field.html_name}
    attributes |= widget.attrs | field.build_widget_attrs({})
    if isinstance(widget, forms.Select):
        return drop_down(field, widget, attributes)
    value = widget.format_value(field.value())
    return format_html(
        "<input{}{}>", flatatt({"type": widget.input_type} | attributes), flatatt({"value": value})
    )


def drop_down(
    field: forms.BoundField, widget: forms.Select, attributes: dict[str, str | bool]
) -> SafeString:
    chosen = str(field.value() or "")
    options = (
        (value, SELECTED if str(value) == chosen else "", label) for value, label in widget.choices
    )
    return format_html(
        "<select{}>{}</select>",
        flatatt(attributes),
        format_html_join("", '<option value="{}"{}>{}</option>', options),
    )
