"""System checks: a machine that cannot draw our documents says so when it starts."""

from ctypes import CDLL
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from documents import typefaces
from documents.sealing.key import NoSealKey, SealKeyOutOfDate, seal_key

SUBSETTERS = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")


def check_font_subsetter(**kwargs: Any) -> list[CheckMessage]:
    if any(_loads(name) for name in SUBSETTERS):
        return []
    return [
        Warning(
            "La bibliothèque système HarfBuzz-Subset est absente : documents deux fois plus lents.",
            hint="Installez le paquet libharfbuzz-subset0.",
            id="documents.W001",
        )
    ]


def _loads(name: str) -> bool:
    try:
        CDLL(name)
    except OSError:
        return False
    return True


def check_fonts(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"La police {name} est absente ou modifiée : les documents changeraient d’aspect.",
            hint="Remettez le dossier site/documents/fonts du dépôt.",
            id="documents.E001",
        )
        for name in typefaces.faulty()
    ]


def check_seal_key(**kwargs: Any) -> list[CheckMessage]:
    """A key that is named must work; without one, nothing is sealed and nothing is wrong."""
    if not settings.SEAL_KEY:
        return []
    try:
        seal_key()
    except SealKeyOutOfDate as fault:
        return [Warning(str(fault), id="documents.W002")]
    except NoSealKey as fault:
        return [Error(str(fault), id="documents.E002")]
    return []
