"""Commands of ``manage.py`` in one process that stays: starting a new one for each takes seconds."""

import io
import json
import subprocess
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path

import django
from django.core.management import ManagementUtility

ROOT = Path(__file__).resolve().parents[2]


class Console:
    """Commands of one site; what they write to the standard error goes to ``log``."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.console"],
                cwd=ROOT, env=environment | {"PYTHONPATH": f"{ROOT / 'site'}"}, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip

    def run(self, *arguments: str) -> tuple[str, str]:
        """What the command wrote to the standard output and error; AssertionError if it failed."""
        assert self.process.stdin
        assert self.process.stdout
        before = self.log.stat().st_size
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        told = self.log.read_bytes()[before:].decode()
        assert answer, told
        failed, output = json.loads(answer)
        assert not failed, told
        return output, told

    def close(self) -> None:
        with self.process:  # its input ends, and so does it
            pass


def serve() -> None:
    """One line of arguments in, one line with the outcome out, until the input ends."""
    django.setup()
    for line in sys.stdin:
        output = io.StringIO()
        with redirect_stdout(output):
            failed = fails(json.loads(line))
        sys.stderr.flush()
        sys.stdout.write(json.dumps((failed, output.getvalue())) + "\n")
        sys.stdout.flush()


def fails(arguments: list[str]) -> bool:
    try:
        ManagementUtility(["manage.py", *arguments]).execute()
    except SystemExit as end:
        return bool(end.code)
    except Exception:  # noqa: BLE001  whatever it is, the journey that asked fails with it
        traceback.print_exc()
        return True
    return False


if __name__ == "__main__":
    serve()
