from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "boutique"

    def ready(self) -> None:
        from shop.withdrawal.registration import register_withdrawal  # models must be loaded first

        register_withdrawal()
