import pytest

from mail.rendering import render_message
from tests.factories.pages import ContactMessageFactory


@pytest.fixture
def announcement(home):
    message = ContactMessageFactory(
        name="Zoé <b>",
        message="Bonjour,\n<script>alert(1)</script> & fin\n# [lien](https://evil.example)",
    )
    return render_message("contact_announcement", {"message": message})


def test_values_are_escaped_in_html_and_plain_in_text(announcement):
    assert "<script>" not in announcement.html
    assert "Zoé &lt;b&gt;" in announcement.html
    assert (
        "> <script>alert(1)</script> & fin\n> # [lien](https://evil.example)" in announcement.text
    )


def test_subject_is_plain(announcement):
    assert announcement.subject == "Message du site : Zoé <b> – Une question sur une formation"


def test_html_is_french_and_readable_on_a_phone(announcement):
    assert '<html lang="fr">' in announcement.html
    assert 'name="viewport"' in announcement.html
    assert "<style>" in announcement.html


def test_facts_stand_on_their_lines(announcement):
    assert "De\u00a0: Zoé <b>\nE-mail\u00a0: visiteur@example.org\n" in announcement.text
