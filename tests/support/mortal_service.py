"""The application behind its real server, in a process that can be killed and started again."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class MortalService:
    """Starts and kills through ``tests.support.forking_service``."""

    starter: subprocess.Popen[str]
    process: int = 0
    address: str = ""

    def start(self) -> None:
        """Returns once the process listens."""
        process, port = self.ask("\n").split()
        self.process, self.address = int(process), f"http://127.0.0.1:{port}"

    def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        os.kill(self.process, signal.SIGKILL)
        self.process = 0
        assert self.ask("").strip() == "gone"

    def ask(self, line: str) -> str:
        assert self.starter.stdin
        assert self.starter.stdout
        self.starter.stdin.write(line)
        self.starter.stdin.flush()
        return self.starter.stdout.readline()


@contextlib.contextmanager
def mortal_service(url: str, folder: Path, *, late: bool = False) -> Iterator[MortalService]:
    """On the database at ``url``; ``late``: it answers before it commits."""
    own = {
        "DUIJIE_DATABASE_URL": url,
        "DUIJIE_DATA_DIR": str(folder),
        "DUIJIE_SCHEDULER": "false",
        "DUIJIE_REQUESTS_PER_MINUTE": "0",
    }
    command = [sys.executable, "-m", "tests.support.forking_service", *(["late"] if late else [])]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **own},
        cwd=ROOT,
    ) as starter:
        service = MortalService(starter)
        try:
            yield service
        finally:
            if service.process:
                service.kill()
