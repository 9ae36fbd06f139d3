from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = "messages"

    def ready(self) -> None:
        from base.integrity import register_check
        from mail.integrity import message_faults  # models must be loaded first
        from mail.jobs import register_jobs

        register_jobs()
        register_check("messages", message_faults)
