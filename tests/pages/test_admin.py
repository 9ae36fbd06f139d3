import csv

import pytest

from tests.factories.pages import ContactMessageFactory
from users.roles import Role


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_exported_message_never_starts_a_formula(home, staff, start):
    ContactMessageFactory(name=f"{start}cmd|' /C calc'!A0", phone="+33 4 75 00 00 00")
    client = staff(Role.SALES)

    response = client.get("/gestion/messages/", {"export": "csv"})

    lines = b"".join(response.streaming_content).decode().splitlines(keepends=True)
    _, row = csv.reader(lines)
    assert (row[2], row[4]) == (f"'{start}cmd|' /C calc'!A0", "+33 4 75 00 00 00")
