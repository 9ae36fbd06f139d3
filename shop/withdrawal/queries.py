from __future__ import annotations

from shop.orders.models import Order
from shop.withdrawal.matching import (
    Candidate,
    Declared,
    cited_references,
    designated,
    may_concern,
)
from shop.withdrawal.models import ChargeFreeze, WithdrawalDeclaration


def order_of_link(token: str) -> Order | None:
    return Order.objects.filter(token=token).first() if _may_be_stored(token) else None


def designated_orders(declaration: WithdrawalDeclaration, order_token: str) -> list[Order]:
    """Whatever their state; always in the same sequence, for the locks that follow."""
    linked = order_of_link(order_token)
    if linked is not None:
        return [linked]
    declared = declared_by(declaration)
    cited = Order.objects.filter(reference__in=cited_references(declared.contract))
    by_key = {order.pk: order for order in cited.order_by("pk")}
    chosen = designated(declared, map(_candidate, by_key.values()))
    return [by_key[candidate.pk] for candidate in chosen]


def orders_maybe_concerned(
    declaration: WithdrawalDeclaration, order_token: str = ""
) -> list[Order]:
    declared, linked = declared_by(declaration), order_of_link(order_token)
    active = Order.objects.active().order_by("pk")
    keys = {order.pk for order in active.iterator() if may_concern(declared, _candidate(order))}
    keys |= {linked.pk} if linked else set()
    return list(Order.objects.filter(pk__in=keys).order_by("pk"))


def is_frozen(order: Order) -> bool:
    """A declaration that may concern the order waits for staff: no charge meanwhile (F-10)."""
    return ChargeFreeze.objects.standing().filter(order=order).exists()


def declared_by(declaration: WithdrawalDeclaration) -> Declared:
    return Declared(name=declaration.name, email=declaration.email, contract=declaration.contract)


def _candidate(order: Order) -> Candidate:
    return Candidate(
        pk=order.pk,
        reference=order.reference,
        names=(order.full_name, order.trainee_name),
        emails=(order.email, order.trainee_email),
    )


def _may_be_stored(token: str) -> bool:
    """What could be a token: PostgreSQL refuses to compare a text with a NUL character."""
    return 0 < len(token) <= 64 and token.isascii() and token.isprintable()
