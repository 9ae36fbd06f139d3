from django_tasks import task

# Somebody is waiting in front of the page.
URGENT = 60


@task(priority=URGENT)
def prepare_draft_contract(draft_id: int) -> str:
    from shop.orders.drafts import render_draft_contract  # it enqueues this task

    return render_draft_contract(draft_id)


@task(priority=URGENT)
def confirm_order(order_id: int) -> None:
    from shop.orders.confirmation import send_confirmation  # same

    send_confirmation(order_id)
