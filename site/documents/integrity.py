from __future__ import annotations

from collections.abc import Iterator

from base.private_files import FileAltered, FileMissing
from documents.issued import IssuedDocument
from documents.sealing import verify_seals

BATCH = 500


def document_faults() -> Iterator[str]:
    """A French line for each document that is not as it was issued; one file in memory at a time."""
    documents = IssuedDocument.objects.defer("context").order_by("pk")
    for document in documents.iterator(chunk_size=BATCH):
        yield from _faults_of(document)


def _faults_of(document: IssuedDocument) -> Iterator[str]:
    name = f"Document {document.pk} « {document} »"
    try:
        content = document.content()
    except FileMissing:
        yield f"{name} : le fichier manque."
    except FileAltered:
        yield f"{name} : le fichier n’est plus celui qui a été émis."
    else:
        report = verify_seals(content) if document.sealed_at else None
        if report and not report.intact:
            yield f"{name} : {' '.join(report.faults)}"
