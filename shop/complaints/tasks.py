from django_tasks import task


@task
def lay_out_notice(notice_id: int) -> None:
    from shop.complaints.laying_out import lay_out  # WeasyPrint is slow to import

    lay_out(notice_id)
