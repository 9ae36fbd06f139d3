from io import StringIO

from django.core.management import call_command

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import NameOID

from documents.sealing.development import PASSWORD


def create(folder):
    output = StringIO()
    call_command("development_seal", "--siren", "510869274", stdout=output)
    return output.getvalue(), {path.name: path.read_bytes() for path in folder.iterdir()}


def opened(content):
    return load_pkcs12(content, PASSWORD.encode())


def test_keys_are_written_once_for_their_owner_alone(settings, tmp_path):
    folder = settings.SEAL_FOLDER = tmp_path / "seal"

    said, files = create(folder)
    again, same = create(folder)

    assert sorted(files) == ["ca.pem", "seal.p12", "tsa.p12"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert files == same
    assert ("écrites" in said, "déjà" in again) == (True, True)


def test_certificates_say_what_they_are(keys_folder):
    seal, tsa = (opened((keys_folder / name).read_bytes()) for name in ("seal.p12", "tsa.p12"))
    certificates = [
        x509.load_pem_x509_certificate((keys_folder / "ca.pem").read_bytes()),
        seal.cert.certificate,
        tsa.cert.certificate,
    ]

    names = [c.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value for c in certificates]
    assert names == [
        "Autorité LEXOM (développement)",
        "Cachet LEXOM (développement)",
        "Horodatage LEXOM (développement)",
    ]
    company = seal.cert.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    assert [attribute.value for attribute in company] == ["NTRFR-510869274"]
    assert isinstance(seal.key, ec.EllipticCurvePrivateKey)
    assert isinstance(tsa.key, rsa.RSAPrivateKey)
