from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "boutique"

    def ready(self) -> None:
        from base.integrity import register_check
        from shop.payments import checks  # noqa: F401  registers the system checks
        from shop.payments.integrity import payment_faults
        from shop.payments.jobs import register_jobs

        register_jobs()
        register_check("paiements", payment_faults)
