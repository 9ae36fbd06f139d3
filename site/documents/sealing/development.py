"""Keys for a workstation: an authority of our own, a seal and a timestamp that prove nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents.sealing.key import DEVELOPMENT

PASSWORD = "developpement"  # noqa: S105  protects nothing
VALIDITY = timedelta(days=10 * 365)
FILES = ("ca.pem", "seal.p12", "tsa.p12")

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Identity:
    key: Key
    certificate: x509.Certificate


def write_keys(folder: Path, *, siren: str, now: datetime) -> bool:
    """Writes the three files that only their owner may read; False when they were there already."""
    if all((folder / name).is_file() for name in FILES):
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = _authority(now)
    tsa_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)  # pyHanko: RSA only
    seal = _issued("Cachet LEXOM", ec.generate_private_key(ec.SECP256R1()), authority, now, siren)
    tsa = _issued("Horodatage LEXOM", tsa_key, authority, now, siren, is_tsa=True)
    _write(folder / "ca.pem", authority.certificate.public_bytes(Encoding.PEM))
    _write(folder / "tsa.p12", _archive(tsa, authority))
    _write(folder / "seal.p12", _archive(seal, authority))
    return True


def _authority(now: datetime) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Autorité LEXOM")
    builder = (
        _certificate(name, name, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return Identity(key, builder.sign(key, hashes.SHA256()))


def _issued(
    title: str, key: Key, authority: Identity, now: datetime, siren: str, *, is_tsa: bool = False
) -> Identity:
    usage = ("digital_signature",) if is_tsa else ("digital_signature", "content_commitment")
    builder = (
        _certificate(_name(title, siren), authority.certificate.subject, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(*usage), critical=True)
    )
    if is_tsa:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return Identity(key, builder.sign(authority.key, hashes.SHA256()))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Key, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALIDITY)
    )


def _name(title: str, siren: str = "") -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "LEXOM"),
        x509.NameAttribute(NameOID.COMMON_NAME, f"{title} ({DEVELOPMENT})"),
    ]
    if siren:
        identifier = f"NTRFR-{siren}"
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, identifier))
    return x509.Name(attributes)


def _usage(*granted: str) -> x509.KeyUsage:
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in granted for name in names})


def _archive(identity: Identity, authority: Identity) -> bytes:
    return serialize_key_and_certificates(
        b"lexom",
        identity.key,
        identity.certificate,
        [authority.certificate],
        BestAvailableEncryption(PASSWORD.encode()),
    )


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
