from django_tasks import task

# The client waits for the letter, not in front of the page.
SOON = 30


@task(priority=SOON)
def lay_out_agreement(agreement_id: int) -> None:
    from shop.proposals.agreement.laying_out import lay_out  # WeasyPrint is slow to import

    lay_out(agreement_id)
