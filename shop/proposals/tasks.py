from django_tasks import task

# Somebody waits for the file in front of the page.
URGENT = 60


@task(priority=URGENT)
def lay_out_proposal(proposal_id: int) -> None:
    from shop.proposals.laying_out import lay_out  # WeasyPrint is slow to import

    lay_out(proposal_id)
