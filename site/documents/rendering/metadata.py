"""XMP metadata that WeasyPrint does not write by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from documents.rendering import FACTUR_X_FILE


@dataclass(frozen=True)
class Schema:
    """Properties of one namespace, with the description that PDF/A asks of foreign ones.

    ``properties`` holds name, value, XMP type, category and description.
    """

    name: str
    namespace: str
    prefix: str
    properties: tuple[tuple[str, str, str, str, str], ...]


# PDF/UA-1 beside PDF/A-3.
PDF_UA = Schema(
    "PDF/UA identification",
    "http://www.aiim.org/pdfua/ns/id/",
    "pdfuaid",
    (("part", "1", "Integer", "internal", "Part of ISO 14289 that the file follows"),),
)

FACTUR_X = Schema(
    "Factur-X PDFA Extension Schema",
    "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    "fx",
    (
        ("DocumentFileName", FACTUR_X_FILE, "Text", "external", "Name of the embedded XML file"),
        ("DocumentType", "INVOICE", "Text", "external", "Type of the hybrid document"),
        ("Version", "1.0", "Text", "external", "Version of the XML standard"),
        ("ConformanceLevel", "EN 16931", "Text", "external", "Profile of the XML file"),
    ),
)

_END = b"</rdf:RDF>"
_DESCRIPTION = """\
<rdf:Description rdf:about="" xmlns:{schema.prefix}="{schema.namespace}" {attributes}/>
"""
# One bag for all: a property may not be written twice.
_EXTENSIONS = """\
<rdf:Description rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_SCHEMA = """
  <rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>{schema.name}</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>{schema.namespace}</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>{schema.prefix}</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>
  </rdf:li>"""
_PROPERTY = """
      <rdf:li rdf:parseType="Resource">
        <pdfaProperty:name>{name}</pdfaProperty:name>
        <pdfaProperty:valueType>{kind}</pdfaProperty:valueType>
        <pdfaProperty:category>{category}</pdfaProperty:category>
        <pdfaProperty:description>{description}</pdfaProperty:description>
      </rdf:li>"""


def declared_schemas(*, accessible: bool, attached: Iterable[str]) -> list[Schema]:
    """What a file with these attachments is, beyond PDF/A."""
    schemas = [PDF_UA] if accessible else []
    return [*schemas, FACTUR_X] if FACTUR_X_FILE in attached else schemas


def declare(metadata: Any, schemas: list[Schema]) -> None:
    """Make ``metadata`` announce ``schemas`` inside its one ``rdf:RDF`` element.

    WeasyPrint's own ``xmp_metadata`` option adds a second one, which readers ignore.
    """
    if not schemas:
        return
    write = metadata.generate_rdf_metadata

    def write_extended(*args: Any, **kwargs: Any) -> bytes:
        body, end, _ = write(*args, **kwargs).rpartition(_END)
        return bytes(body + _written(schemas).encode() + end)

    metadata.generate_rdf_metadata = write_extended


def _written(schemas: list[Schema]) -> str:
    values = (_DESCRIPTION.format(schema=schema, attributes=_values(schema)) for schema in schemas)
    described = "".join(
        _SCHEMA.format(schema=schema, properties=_properties(schema)) for schema in schemas
    )
    return "".join(values) + _EXTENSIONS.format(schemas=described)


def _values(schema: Schema) -> str:
    return " ".join(f'{schema.prefix}:{name}="{value}"' for name, value, *_ in schema.properties)


def _properties(schema: Schema) -> str:
    return "".join(
        _PROPERTY.format(name=name, kind=kind, category=category, description=description)
        for name, _, kind, category, description in schema.properties
    )
