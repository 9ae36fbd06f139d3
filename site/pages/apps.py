from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "pages"

    def ready(self) -> None:
        from pages.jobs import register_jobs  # models must be loaded first

        register_jobs()
