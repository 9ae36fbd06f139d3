from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "formations"

    def ready(self) -> None:
        from courses.catalogue import publication  # noqa: F401  connects the receivers
        from courses.sessions.waiting import jobs, mails  # models must be loaded first

        jobs.register_jobs()
        mails.name_mails()
