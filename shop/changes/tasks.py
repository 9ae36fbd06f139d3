from django_tasks import task

from base.clock import present

MONEY_PRIORITY = 40


@task(priority=MONEY_PRIORITY)
def invoice_outcome_now(outcome_id: int) -> None:
    from shop.changes.invoicing import invoice_outcome

    invoice_outcome(outcome_id=outcome_id, now=present())
