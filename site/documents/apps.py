from django.apps import AppConfig
from django.core.checks import register

from documents import checks


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "documents"

    def ready(self) -> None:
        register(checks.check_font_subsetter)
        register(checks.check_fonts)
