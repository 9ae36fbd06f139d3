"""The key in force, as the settings name it. It stays in its file, never in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cryptography import x509
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID

DEVELOPMENT = "développement"


class NoSealKey(Exception):
    """There is no key to seal with; the message tells staff what to do."""


class SealKeyOutOfDate(NoSealKey):
    """The certificate is not valid today; documents that need no seal are still issued."""


@dataclass(frozen=True)
class SealKey:
    """``archive`` and ``local_tsa`` are PKCS#12 files opened by ``password``.

    Timestamps come from ``tsa_url``, within ``tsa_timeout`` seconds, or else from the key
    ``local_tsa``, which proves nothing to anybody; without either there are none.
    """

    archive: bytes = field(repr=False)
    password: str = field(repr=False)
    certificate: x509.Certificate
    tsa_url: str = ""
    tsa_timeout: float = 10
    local_tsa: bytes = field(default=b"", repr=False)

    @property
    def name(self) -> str:
        names = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else self.certificate.subject.rfc4514_string()

    @property
    def specimen(self) -> bool:
        """A key that ``development_seal`` made: whatever it seals is worth nothing."""
        return DEVELOPMENT in self.name


def seal_key() -> SealKey:
    """Raises NoSealKey when there is none, or it cannot be read or used today."""
    if not settings.SEAL_KEY:
        raise NoSealKey("Aucun certificat de cachet : renseignez SEAL_KEY (fichier PKCS#12).")
    key = _key()
    _check_dates(key.certificate)
    return key


def is_specimen() -> bool:
    """True while the key in force is a development key: what is issued then bears « SPÉCIMEN ».

    Raises NoSealKey for a key that is named but cannot be read.
    """
    return bool(settings.SEAL_KEY) and _key().specimen


def _key() -> SealKey:
    archive = _read("SEAL_KEY")
    return SealKey(
        archive,
        settings.SEAL_KEY_PASSWORD,
        _certificate(archive, settings.SEAL_KEY_PASSWORD),
        settings.SEAL_TSA_URL,
        settings.SEAL_TSA_TIMEOUT,
        _read("SEAL_TSA_KEY") if settings.SEAL_TSA_KEY else b"",
    )


def _read(name: str) -> bytes:
    try:
        return Path(getattr(settings, name)).read_bytes()
    except OSError as error:
        raise NoSealKey(f"Le fichier que nomme {name} est illisible.") from error


@lru_cache(maxsize=4)
def _certificate(archive: bytes, password: str) -> x509.Certificate:
    """Opening the archive takes its time on purpose (key derivation)."""
    try:
        content = load_pkcs12(archive, password.encode())
    except ValueError as error:
        message = "SEAL_KEY n’est pas un fichier PKCS#12, ou SEAL_KEY_PASSWORD est faux."
        raise NoSealKey(message) from error
    if content.cert is None or content.key is None:
        raise NoSealKey("Le fichier SEAL_KEY doit contenir un certificat et sa clé privée.")
    return content.cert.certificate


def _check_dates(certificate: x509.Certificate) -> None:
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= timezone.now() <= last:
        raise SealKeyOutOfDate(
            f"Le certificat de cachet n’est valable que du {first:%d/%m/%Y} au {last:%d/%m/%Y}."
        )
