from django_tasks import task

from base.clock import present

MONEY_PRIORITY = 40


@task(priority=MONEY_PRIORITY)
def invoice_payment_now(attempt_id: int) -> None:
    from shop.invoices.actions import invoice_payment

    invoice_payment(attempt_id=attempt_id, now=present())


@task(priority=MONEY_PRIORITY)
def lay_out_invoice(invoice_id: int) -> None:
    from shop.invoices.laying_out import lay_out

    lay_out(invoice_id)


@task(priority=MONEY_PRIORITY)
def credit_payment_now(attempt_id: int) -> None:
    from shop.invoices.actions import credit_payment

    credit_payment(attempt_id=attempt_id, now=present())


@task(priority=MONEY_PRIORITY)
def lay_out_duplicate_now(invoice_id: int) -> None:
    from shop.invoices.duplicates import lay_out_duplicate

    lay_out_duplicate(invoice_id)
