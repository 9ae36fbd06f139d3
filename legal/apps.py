from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "legal"
    verbose_name = "textes juridiques"

    def ready(self) -> None:
        from legal.terms.registration import register_terms  # models must be loaded first

        register_terms()
