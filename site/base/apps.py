from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "base"
    verbose_name = "organisation"

    def ready(self) -> None:
        from base import page_cache  # models must be loaded first

        page_cache.connect_signals()
