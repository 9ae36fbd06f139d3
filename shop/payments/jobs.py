from datetime import timedelta

from base.clock import Job, register
from shop.payments.announcing import announce_debits
from shop.payments.charging import charge_what_is_due
from shop.payments.comparing import compare_weeks
from shop.payments.expiring import ask_for_new_cards
from shop.payments.mandates import detach_cards
from shop.payments.reconciliation import read_missed_events, reconcile, resume_leftovers
from shop.payments.refund_sending import send_waiting_refunds
from shop.payments.reminding import remind_customers

MINUTE = timedelta(minutes=1)


def register_jobs() -> None:
    """A new card is asked for before its debit is announced, and a debit is announced before it is
    made: on one and the same run, what comes first in time comes first."""
    register(Job("cartes qui expirent", 10 * MINUTE, ask_for_new_cards))
    register(Job("débits à annoncer", MINUTE, announce_debits))
    register(Job("rappels aux clients", 10 * MINUTE, remind_customers))
    for name, every, run in (
        ("envois à Stripe à reprendre", MINUTE, resume_leftovers),
        ("échéances à débiter", MINUTE, charge_what_is_due),
        ("remboursements à envoyer", MINUTE, send_waiting_refunds),
        ("rapprochement avec Stripe", 15 * MINUTE, reconcile),
        ("événements Stripe manqués", timedelta(days=1), read_missed_events),
        # Every day, for the week that has ended: at most one comparison a week comes of it.
        ("comparaison hebdomadaire avec Stripe", timedelta(days=1), compare_weeks),
        ("cartes à supprimer chez Stripe", timedelta(hours=1), detach_cards),
    ):
        register(Job(name, every, run, own_transactions=True))
