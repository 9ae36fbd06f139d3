from django_tasks import task

# A person waits for the file, to print it.
SOON = 30


@task(priority=SOON)
def lay_out_letter(letter_id: int) -> None:
    from shop.collection.laying_out import lay_out  # WeasyPrint is slow to import

    lay_out(letter_id)
