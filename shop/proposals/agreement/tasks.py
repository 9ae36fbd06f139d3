from django_tasks import task

from base.clock import present

# The client waits for the letter, not in front of the page.
SOON = 30


@task(priority=SOON)
def conclude_now(proposal_id: int) -> None:
    from shop.proposals.agreement.actions import conclude

    conclude(proposal_id=proposal_id, now=present())


@task(priority=SOON)
def lay_out_agreement(agreement_id: int) -> None:
    from shop.proposals.agreement.laying_out import lay_out  # WeasyPrint is slow to import

    lay_out(agreement_id)
