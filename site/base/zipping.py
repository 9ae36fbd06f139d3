"""A ZIP that is written while it is sent: never more than one of its files is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FASTEST = 1  # a PDF is compressed already


class _Outlet:
    """What the archive has written since it was last asked."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, piece: bytes) -> int:
        self._written += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """The end of the archive can still be taken."""

    def taken(self) -> bytes:
        piece = bytes(self._written)
        self._written.clear()
        return piece


def zipped(members: Iterable[tuple[ZipInfo, Iterable[bytes]]]) -> Iterator[bytes]:
    """The archive of these members and of their pieces, in their order."""
    outlet = _Outlet()
    with ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=FASTEST) as archive:
        for place, pieces in members:
            with archive.open(place, "w") as target:
                for piece in pieces:
                    target.write(piece)
            yield outlet.taken()
    yield outlet.taken()


def dated(name: str, day: date) -> ZipInfo:
    """The same bytes whenever it is made: an entry is dated from what it holds."""
    place = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    place.compress_type = ZIP_DEFLATED
    return place
