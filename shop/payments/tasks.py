from django_tasks import task

from base.clock import present
from shop.payments.refund_sending import send_refund
from shop.payments.releasing import close_pages_of_proposal, release

MONEY_PRIORITY = 40


@task(priority=MONEY_PRIORITY)
def send_refund_now(refund_id: int) -> None:
    send_refund(refund_id, present())


@task(priority=MONEY_PRIORITY)
def release_order(order_id: int) -> None:
    release(order_id, present())


@task(priority=MONEY_PRIORITY)
def release_proposal(proposal_id: int) -> None:
    close_pages_of_proposal(proposal_id, present())
