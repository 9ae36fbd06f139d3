"""What every document prints about the company that issues it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letterhead:
    """``identity`` is the legal line of the footer; ``nda_mention`` follows law.md T-04."""

    name: str
    identity: str = ""
    nda_mention: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    disability_contact: str = ""
