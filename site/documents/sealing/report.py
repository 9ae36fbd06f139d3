"""What a verification found, said in French. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Seal:
    """A seal or signature, oldest first; ``signed_at`` is proved by a third party if ``timestamped``.

    ``intact`` says that the document is the one that was sealed, ``trusted`` who sealed it.
    """

    field: str
    signer: str
    signed_at: datetime | None
    timestamped: bool
    intact: bool
    trusted: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """``file_faults`` concern no seal in particular."""

    seals: tuple[Seal, ...]
    file_faults: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        return bool(self.seals) and not self.file_faults and all(s.intact for s in self.seals)

    @property
    def trusted(self) -> bool:
        return self.intact and all(seal.trusted for seal in self.seals)

    @property
    def faults(self) -> tuple[str, ...]:
        return (*self.file_faults, *(fault for seal in self.seals for fault in seal.faults))

    def named(self, field: str) -> tuple[Seal, ...]:
        return tuple(seal for seal in self.seals if seal.field == field)
