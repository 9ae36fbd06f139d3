from collections.abc import Iterator

from django.apps import AppConfig
from django.core.checks import register

from base.integrity import register_check
from documents import checks


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "documents"

    def ready(self) -> None:
        register(checks.check_font_subsetter)
        register(checks.check_fonts)
        register(checks.check_seal_key)
        register_check("documents émis", _document_faults)


def _document_faults() -> Iterator[str]:
    from documents.integrity import document_faults  # once the models are ready

    yield from document_faults()
