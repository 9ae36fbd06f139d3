"""What happens by itself as time passes: sessions expire, refunds fail late, disputes arrive."""

from collections.abc import Callable
from typing import Any

from shop.payments.standin import checkout, disputes, refunds
from shop.payments.standin.machine import Machine


def _dispute(machine: Machine, charge_id: str) -> None:
    if not machine.find("charge", charge_id)["disputed"]:
        disputes.open_dispute(machine, charge_id)


ACTIONS: dict[str, Callable[[Machine, str], Any]] = {
    "dispute": _dispute,
    "refund_failed": refunds.fail,
    "refund_pending": refunds.succeed,
}


def run_due(machine: Machine) -> None:
    with machine.store.transaction():
        due = machine.store.execute(
            "DELETE FROM jobs WHERE due <= ? RETURNING number, action, target", machine.now()
        )
        for _, action, target in sorted(due):
            ACTIONS[action](machine, target)
        checkout.expire_due(machine)
