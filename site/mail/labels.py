"""What staff call the e-mails: each room names its own templates."""

_labels: dict[str, str] = {}
_with_code: set[str] = set()


def name_template(template: str, label: str, *, holds_code: bool = False) -> None:
    """``holds_code``: what proves that somebody reads an address must be read by nobody else."""
    _labels[template] = label
    if holds_code:
        _with_code.add(template)


def holds_code(template: str) -> bool:
    return template in _with_code


def template_label(template: str) -> str:
    return _labels.get(template, template)


def template_choices() -> list[tuple[str, str]]:
    return sorted(_labels.items(), key=lambda item: item[1])
