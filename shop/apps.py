from datetime import timedelta

from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "boutique"

    def ready(self) -> None:
        from base.clock import Job, register  # models must be loaded first
        from courses.sessions.waiting.closing import ask_before_offering_one_seat
        from shop.orders import confirmation, drafts, offers

        confirmation.register_handlers()
        ask_before_offering_one_seat(offers.individuals_may_order)
        register(
            Job(
                "confirmations en attente",
                timedelta(minutes=5),
                confirmation.confirm_forgotten_orders,
            )
        )
        register(Job("commandes abandonnées", timedelta(hours=24), drafts.forget_abandoned_drafts))
