from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "boutique"

    def ready(self) -> None:
        from shop.account.registration import register_account  # models must be loaded first
        from shop.cancelled_sessions.registration import register_cancelled_sessions
        from shop.changes.registration import register_changes
        from shop.collection.registration import register_collection
        from shop.complaints.registration import register_complaints
        from shop.funding.registration import register_funding  # models must be loaded first
        from shop.invoices.ledger.registration import register_ledger
        from shop.invoices.registration import register_invoices
        from shop.orders.registration import register_orders
        from shop.payments.bank.registration import register_bank
        from shop.payments.registration import register_payments
        from shop.proposals.agreement.registration import register_agreements
        from shop.proposals.registration import register_proposals
        from shop.proposals.signing.registration import register_signing
        from shop.withdrawal.registration import register_withdrawal

        register_funding()
        register_ledger()
        register_orders()
        register_payments()
        register_bank()
        register_invoices()
        register_proposals()
        register_agreements()
        register_signing()
        register_account()
        register_collection()
        register_withdrawal()
        register_cancelled_sessions()
        register_complaints()
        register_changes()
