from datetime import timedelta

from base.clock import Job, register
from shop.payments.announcing import announce_debits
from shop.payments.charging import charge_what_is_due
from shop.payments.mandates import detach_cards
from shop.payments.reconciliation import read_missed_events, reconcile, resume_leftovers
from shop.payments.refund_sending import send_waiting_refunds

MINUTE = timedelta(minutes=1)


def register_jobs() -> None:
    """Announcements before charges: on one and the same run, the notice starts first."""
    register(Job("débits à annoncer", MINUTE, announce_debits))
    for name, every, run in (
        ("envois à Stripe à reprendre", MINUTE, resume_leftovers),
        ("échéances à débiter", MINUTE, charge_what_is_due),
        ("remboursements à envoyer", MINUTE, send_waiting_refunds),
        ("rapprochement avec Stripe", 15 * MINUTE, reconcile),
        ("événements Stripe manqués", timedelta(days=1), read_missed_events),
        ("cartes à supprimer chez Stripe", timedelta(hours=1), detach_cards),
    ):
        register(Job(name, every, run, own_transactions=True))
