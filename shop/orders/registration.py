"""What the room tells the rest of the house about itself."""

from datetime import timedelta

from base.clock import Job, register
from courses.sessions.waiting.closing import ask_before_offering_one_seat
from mail.delivery import on_accepted, on_failed
from mail.labels import name_template
from shop.orders.confirmation import (
    CONFIRMATION,
    TRAINEE_PACK,
    confirm_forgotten_orders,
    confirmation_accepted,
    confirmation_failed,
)
from shop.orders.drafts import forget_abandoned_drafts
from shop.orders.moving import MOVED
from shop.orders.offers import individuals_may_order
from shop.orders.resending import COPY


def register_orders() -> None:
    on_accepted(CONFIRMATION, confirmation_accepted)
    on_failed(CONFIRMATION, confirmation_failed)
    name_template(CONFIRMATION, "confirmation de commande")
    name_template(COPY, "copie d’une confirmation de commande")
    name_template(MOVED, "changement de session d’une commande")
    name_template(TRAINEE_PACK, "information du stagiaire")
    ask_before_offering_one_seat(individuals_may_order)
    register(Job("confirmations en attente", timedelta(minutes=5), confirm_forgotten_orders))
    register(Job("commandes abandonnées", timedelta(hours=24), forget_abandoned_drafts))
