"""Demo accounts, one per role; refused unless the settings allow demo logins."""

from __future__ import annotations

from django.contrib.auth.models import Group

from users.actions import trust_address
from users.demo_access import give_demo_second_factor
from users.models import User
from users.roles import Role
from users.second_factor import needs_second_factor

PASSWORD = "atelier-de-demonstration"  # noqa: S105  printed at start, only in a demo database
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  same
ACCOUNTS = {
    "redaction@lexom.example": Role.EDITING,
    "publication@lexom.example": Role.PUBLISHING,
    "commercial@lexom.example": Role.SALES,
    "comptabilite@lexom.example": Role.ACCOUNTING,
    "direction@lexom.example": None,
}


def add_accounts() -> None:
    for email, role in ACCOUNTS.items():
        if User.objects.filter(email=email).exists():
            continue
        make = User.objects.create_user if role else User.objects.create_superuser
        user = make(
            email=email,
            password=PASSWORD,
            first_name=str(role or "Direction"),
            last_name="(démonstration)",
        )
        trust_address(user=user)
        if role:
            user.groups.add(Group.objects.get(name=role.value))
        if needs_second_factor(user):
            give_demo_second_factor(user, SECRET)
