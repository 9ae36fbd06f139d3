"""One of several processes that take numbers in one SQLite file; run by ``test_races``."""

import os
import sys

import django
from django.db import transaction


def main(first: int, count: int) -> None:
    from tests.shop.invoices.taking import Undone, take

    for place in range(first, first + count):
        try:
            with transaction.atomic():
                print(take(place).number)  # noqa: T201  read by the test
        except Undone:
            print("undone")  # noqa: T201  same


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))
