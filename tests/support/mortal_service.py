"""The real ``duijie serve`` as a process of its own that can be killed and started again."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds for a start, generous because the machine may be busy."""


@dataclass
class MortalService:
    url: str
    """Of the database."""
    folder: Path
    program: str = "service.cli"
    """The module that is run with ``serve``."""
    process: subprocess.Popen[bytes] | None = None
    port: int = 0
    started: list[float] = field(default_factory=list)
    """Seconds that each start took."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        begun = time.monotonic()
        self.port = free_port()
        own = {
            "DUIJIE_DATABASE_URL": self.url,
            "DUIJIE_DATA_DIR": str(self.folder),
            "DUIJIE_PORT": str(self.port),
            "DUIJIE_SCHEDULER": "false",
            "DUIJIE_REQUIRE_DURABLE": "false",  # the PostgreSQL of the tests is not what dies here
            "DUIJIE_REQUESTS_PER_MINUTE": "0",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.program, "serve"],
                stdout=log,
                stderr=log,
                env={**os.environ, **own},
                cwd=ROOT,
            )
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - begun > PATIENCE:
                raise RuntimeError(self.log.read_text()[-4000:])
            time.sleep(0.02)
        self.started.append(time.monotonic() - begun)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def answers(self) -> bool:
        with contextlib.suppress(httpx2.TransportError):
            return httpx2.get(f"{self.address}/healthz", trust_env=False).is_success
        return False

    def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def mortal_service(url: str, folder: Path, program: str) -> Iterator[MortalService]:
    """Not started yet; killed at the end of the block if it runs."""
    service = MortalService(url, folder, program)
    try:
        yield service
    finally:
        if service.process is not None:
            service.kill()
