"""What staff call the e-mails: each room names its own templates."""

_labels: dict[str, str] = {}


def name_template(template: str, label: str) -> None:
    _labels[template] = label


def template_label(template: str) -> str:
    return _labels.get(template, template)


def template_choices() -> list[tuple[str, str]]:
    return sorted(_labels.items(), key=lambda item: item[1])
