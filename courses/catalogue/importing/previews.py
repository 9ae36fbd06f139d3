"""The text of an uploaded sheet between the preview and its confirmation: signed, not stored."""

from datetime import timedelta
from typing import Any

from django.core import signing

from courses.catalogue.importing.files import course_in
from courses.catalogue.importing.sheet import RecognisedSheet

LONGEST_TEXT = 300_000
_SALT = "courses.catalogue.importing"
_LIFETIME = timedelta(hours=2)


class PreviewExpired(Exception):
    """The preview is too old, was altered, or belongs to someone else."""


def seal(*, name: str, lines: list[str], user: Any) -> str:
    content = {"name": name, "lines": lines, "user": user.pk}
    return signing.dumps(content, salt=_SALT, compress=True)


def unseal(sealed: str, *, user: Any) -> RecognisedSheet:
    try:
        content = signing.loads(sealed, salt=_SALT, max_age=_LIFETIME)
    except signing.BadSignature as error:
        raise PreviewExpired from error
    if content["user"] != user.pk:
        raise PreviewExpired
    return course_in(content["name"], content["lines"])
