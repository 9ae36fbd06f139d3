from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = "pages"

    def ready(self) -> None:
        from mail.labels import name_template
        from pages.jobs import register_jobs  # models must be loaded first

        register_jobs()
        name_template("contact_announcement", "annonce d’un message reçu")
        name_template("contact_acknowledgement", "accusé de réception d’un message")
