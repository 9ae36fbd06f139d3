from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    name = "base"
    verbose_name = "organisation"

    def ready(self) -> None:
        from base import append_only, clock, events, integrity, page_cache  # after the models

        page_cache.connect_signals()
        post_migrate.connect(append_only.install_triggers, sender=self)
        clock.register(clock.Job("chaîne du journal", timedelta(minutes=1), _link_events))
        integrity.register_check("journal", events.chain_faults)


def _link_events(now: object) -> None:
    from base.events import link_events

    link_events()
