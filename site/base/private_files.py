"""Bytes that are never served directly, named by their SHA-256: the same file is kept once."""

from __future__ import annotations

from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages


class FileFault(Exception):
    """The bytes under a name are gone, or are no longer those that were stored."""


class FileMissing(FileFault):
    pass


class FileAltered(FileFault):
    pass


def private_storage() -> Storage:
    return storages["private"]


def keep(content: bytes) -> str:
    """Stores ``content`` and returns its SHA-256 in hexadecimal.

    What a full disk left half-written is removed, or found by its hash and replaced next time.
    Raises OSError when the storage refuses, and FileAltered when it reads back something else.
    """
    digest = sha256(content).hexdigest()
    if not _holds(digest):
        _write(_path(digest), content)
        read(digest)
    return digest


def forget(digest: str) -> None:
    """Removes a file that proves nothing; what was issued is never passed here."""
    private_storage().delete(_path(digest))


def _holds(digest: str) -> bool:
    try:
        read(digest)
    except FileFault:
        return False
    return True


def _write(path: str, content: bytes) -> None:
    storage = private_storage()
    storage.delete(path)  # altered or half-written, or the storage would choose another name
    try:
        storage.save(path, ContentFile(content))
    except OSError:
        storage.delete(path)
        raise


def read(digest: str) -> bytes:
    """The bytes stored under ``digest``. Raises FileMissing or FileAltered."""
    if not digest:  # the path would be that of a folder
        raise FileMissing(digest)
    try:
        with private_storage().open(_path(digest), "rb") as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise FileMissing(digest) from error
    if sha256(content).hexdigest() != digest:
        raise FileAltered(digest)
    return content


def _path(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest}"
