from datetime import timedelta

from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "boutique"

    def ready(self) -> None:
        from base.clock import Job, register  # models must be loaded first
        from base.integrity import register_check
        from shop.backoffice.labels import name_templates
        from shop.orders import confirmation, drafts
        from shop.payments import checks  # noqa: F401  registers the system checks
        from shop.payments.integrity import payment_faults
        from shop.payments.jobs import register_jobs
        from shop.withdrawal.registration import register_withdrawal

        confirmation.register_handlers()
        register(
            Job(
                "confirmations en attente",
                timedelta(minutes=5),
                confirmation.confirm_forgotten_orders,
            )
        )
        register(Job("commandes abandonnées", timedelta(hours=24), drafts.forget_abandoned_drafts))
        register_jobs()
        register_check("paiements", payment_faults)
        register_withdrawal()
        name_templates()
