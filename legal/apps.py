from django.apps import AppConfig


class LegalConfig(AppConfig):
    name = "legal"
    verbose_name = "textes juridiques"

    def ready(self) -> None:
        from legal.notices import upkeep  # models must be loaded first
        from legal.terms.registration import register_terms

        register_terms()
        upkeep.register_upkeep()
