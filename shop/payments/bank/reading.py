"""A file that somebody chose -> what the statement says, or one sentence. Pure."""

from __future__ import annotations

from shop.payments.bank.camt import read_camt
from shop.payments.bank.spreadsheet import read_csv
from shop.payments.bank.statements import LARGEST_FILE, Statement, StatementRefused

_FOREIGN = {
    b"%PDF": "un PDF : demandez à la banque le format CAMT.053 ou CSV",
    b"PK\x03\x04": "un classeur ou une archive : enregistrez-le au format CSV, ou décompressez-le",
    b"\xd0\xcf\x11\xe0": "un ancien classeur Excel : enregistrez-le au format CSV",
    b"OFXHEADER": "au format OFX : demandez à la banque le format CAMT.053 ou CSV",
    b"!Type:": "au format QIF : demandez à la banque le format CAMT.053 ou CSV",
    b":20:": "au format MT940 : demandez à la banque le format CAMT.053 ou CSV",
}
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_statement(content: bytes) -> Statement:
    """Raises StatementRefused, and nothing else, whatever the bytes."""
    if not content.strip():
        raise StatementRefused("Ce fichier est vide.")
    if len(content) > LARGEST_FILE:
        raise StatementRefused("Ce fichier dépasse 8 Mo : exportez une période plus courte.")
    start = content.lstrip()
    for signature, message in _FOREIGN.items():
        if start.startswith(signature):
            raise StatementRefused(f"Ce fichier est {message}.")
    return read_camt(start) if _is_xml(start) else read_csv(content)


def _is_xml(start: bytes) -> bool:
    for mark in _BOMS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip().startswith(b"<")
