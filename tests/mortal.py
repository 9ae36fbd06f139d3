"""Real processes that a test may kill: children of one that has loaded Django, which takes seconds."""

import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, Self

import django

ROOT = Path(__file__).resolve().parents[1]
LONGEST_LIFE_SECONDS = 90  # then it dies by itself: nobody waits for ever


class Nursery:
    """Its children share its environment, and nothing else: each opens the database by itself."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.log = folder / "mortal.log"
        fixed = {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.mortal"],
                cwd=ROOT, env=os.environ | fixed | environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        with self.process:  # its input ends, and so does it
            pass

    def start(self, program: str, *arguments: str) -> "Mortal":
        assert self.process.stdin
        self.process.stdin.write(json.dumps((program, arguments)) + "\n")
        self.process.stdin.flush()
        return Mortal(self, int(self.read_line()))

    def read_line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline().strip()
        assert line, self.log.read_text()
        return line


class Mortal:
    """A process that runs a program."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.nursery = nursery
        self.pid = pid

    def says(self) -> str:
        """The next line that it prints."""
        return self.nursery.read_line()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        assert self.ends() == -signal.SIGKILL

    def ends(self) -> int:
        """Waits for it; its exit code, or minus the signal that killed it."""
        return int(self.nursery.read_line())


def serve() -> None:
    """One line with a program in, one with its process, then one with its end."""
    django.setup()
    for line in sys.stdin:
        program, arguments = json.loads(line)
        pid = os.fork()
        if pid == 0:
            live(program, arguments)
        tell(pid)
        _, status = os.waitpid(pid, 0)
        tell(os.waitstatus_to_exitcode(status))


def live(program: str, arguments: list[str]) -> None:
    """Never returns: the child must not read what its parent waits for."""
    signal.alarm(LONGEST_LIFE_SECONDS)
    sys.argv[1:] = arguments
    code = 0
    try:
        exec(program, {"__name__": "__main__"})  # noqa: S102  our own code
    except BaseException:  # noqa: BLE001  its only reader is the log
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def tell(word: Any) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
