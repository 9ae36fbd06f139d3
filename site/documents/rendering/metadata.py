"""XMP metadata that WeasyPrint does not write by itself."""

from typing import Any

# PDF/UA-1 beside PDF/A-3: the identifier, and the description that PDF/A asks of foreign schemas.
PDF_UA = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""

_END = b"</rdf:RDF>"


def declare_accessible(metadata: Any) -> None:
    """Make ``metadata`` announce PDF/UA-1 inside its one ``rdf:RDF`` element.

    WeasyPrint's own ``xmp_metadata`` option adds a second one, which readers ignore.
    """
    write = metadata.generate_rdf_metadata

    def write_extended(*args: Any, **kwargs: Any) -> bytes:
        body, end, _ = write(*args, **kwargs).rpartition(_END)
        return bytes(body + PDF_UA + end)

    metadata.generate_rdf_metadata = write_extended
