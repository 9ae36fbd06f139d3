from datetime import UTC, datetime, timedelta

import pytest

from base.models import JobRun
from documents.issued import issue
from documents.rendering import Rendered
from documents.sealing import seal_key
from documents.sealing.development import PASSWORD, write_keys

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seal")
    write_keys(folder, siren="510869274", now=datetime.now(UTC) - timedelta(days=1))
    return folder


@pytest.fixture
def key_in_force(settings, keys_folder):
    settings.SEAL_KEY = str(keys_folder / "seal.p12")
    settings.SEAL_KEY_PASSWORD = PASSWORD
    settings.SEAL_TSA_KEY = str(keys_folder / "tsa.p12")


@pytest.fixture
def key(key_in_force):
    return seal_key()


@pytest.fixture
def authority(keys_folder):
    return (keys_folder / "ca.pem").read_bytes()


@pytest.fixture
def disk(settings, tmp_path):
    """Private files on a real disk, as in production."""
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "base.private_storage.WholeFileStorage",
            "OPTIONS": {"location": str(tmp_path / "private")},
        }
    }
    return tmp_path / "private"


@pytest.fixture
def owner(db):
    return JobRun.objects.create(name="client")


@pytest.fixture
def issued(owner):
    def issued(content=b"%PDF-1.7", **fields):
        return issue(
            **{
                "kind": "essai", "title": "Essai", "file_name": "essai.pdf", "owner": owner,
                "rendered": Rendered(content, 1, ""), "template_version": "1",
                "context": {"nom": "Zoé"}, "now": NOON,
            } | fields
        )  # fmt: skip

    return issued
