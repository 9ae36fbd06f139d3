from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

import pytest

from base.private_files import FileAltered, FileMissing, keep, private_storage, read

CONTENT = b"%PDF-1.7 piece"


@pytest.fixture(autouse=True)
def _disk(monkeypatch, tmp_path):
    """Real files: other models hold on to the storage of the settings, which stays as it is."""
    disk = FileSystemStorage(location=tmp_path)
    monkeypatch.setattr("base.private_files.storages", {"private": disk})


def name_of(content):
    digest = sha256(content).hexdigest()
    return f"sha256/{digest[:2]}/{digest}"


def replace(content):
    private_storage().delete(name_of(CONTENT))
    private_storage().save(name_of(CONTENT), ContentFile(content))


def test_file_is_read_back_under_its_hash():
    assert read(keep(CONTENT)) == CONTENT


def test_same_file_is_kept_once(tmp_path):
    assert keep(CONTENT) == keep(CONTENT)

    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_missing_file_is_named():
    with pytest.raises(FileMissing, match="ab"):
        read("ab" * 32)


def test_altered_file_is_refused_and_repaired_by_the_original():
    digest = keep(CONTENT)
    replace(b"faux")

    with pytest.raises(FileAltered):
        read(digest)

    keep(CONTENT)
    assert read(digest) == CONTENT


def test_full_disk_is_reported_and_leaves_nothing_under_the_name(monkeypatch):
    def refuse(self, name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", refuse)

    with pytest.raises(OSError, match="No space left"):
        keep(CONTENT)

    with pytest.raises(FileMissing):
        read(sha256(CONTENT).hexdigest())
