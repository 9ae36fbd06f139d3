from django_tasks import task

# Somebody waits for the files in front of the page.
URGENT = 60


@task(priority=URGENT)
def file_signature(signature_id: int) -> None:
    from shop.proposals.signing.filing import file_the_signature  # WeasyPrint is slow to import

    file_the_signature(signature_id)
