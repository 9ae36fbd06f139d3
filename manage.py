#!/usr/bin/env python
import os
import sys
from pathlib import Path


def main() -> None:
    root = Path(__file__).resolve().parent
    # ``site/`` is a source folder, not a package: the standard library owns the name ``site``.
    sys.path[:0] = [str(root / "site"), str(root)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line  # needs the path above

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
