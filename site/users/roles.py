from enum import StrEnum


class Role(StrEnum):
    """Groups of staff; the value is the group's name as staff read it."""

    EDITING = "Rédaction"
    PUBLISHING = "Publication"
    SALES = "Commercial"
    ACCOUNTING = "Comptabilité"


# May publish legal texts or move money: an e-mail address is not proof enough (law.md G-05).
SENSITIVE_ROLES = frozenset({Role.PUBLISHING, Role.ACCOUNTING})
