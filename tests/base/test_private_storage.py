import resource
from contextlib import contextmanager

from django.core.files.base import ContentFile

import pytest

from base.private_storage import WholeFileStorage

LIMIT = 4096


@contextmanager
def full_disk():
    """The system refuses to write further than LIMIT in any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def storage(tmp_path):
    return WholeFileStorage(location=str(tmp_path))


def test_file_is_read_back_and_only_our_account_reads_it(storage):
    name = storage.save("ab/cd", ContentFile(b"contenu"))

    with storage.open(name) as file:
        assert file.read() == b"contenu"
    assert name == "ab/cd"
    assert storage.path(name).endswith("ab/cd")


def test_second_file_of_the_same_name_takes_another(storage):
    names = {storage.save("fiche.pdf", ContentFile(content)) for content in (b"1", b"2")}

    assert len(names) == 2


def test_full_disk_leaves_no_file_at_all(storage, tmp_path):
    with full_disk(), pytest.raises(OSError, match="large"):
        storage.save("ab/cd", ContentFile(b"x" * (LIMIT * 3)))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
