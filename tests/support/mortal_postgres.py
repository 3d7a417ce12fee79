"""A PostgreSQL with its real durability that can be killed and started again."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.support.postgres import environment, installation

PATIENCE = 60.0
"""Seconds for the recovery of the log, generous because the machine may be busy."""


@dataclass
class MortalServer:
    binaries: Path
    base: Path
    user: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)
    """Seconds that each start took, recovery included."""

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.base}"

    def start(self) -> None:
        """A direct child: a server that pg_ctl left behind would stay as a zombie once killed."""
        begun = time.monotonic()
        with (self.base / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    self.binaries / "postgres",
                    *("-D", self.base / "data", "-k", self.base, "-c", "listen_addresses="),
                ],
                stdout=log,
                stderr=log,
                env=environment(),
                cwd=self.base,
                **self.user,
            )
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - begun > PATIENCE:
                raise RuntimeError((self.base / "log").read_text()[-4000:])
            time.sleep(0.01)
        self.started.append(time.monotonic() - begun)

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(self.base), user="postgres", connect_timeout=2).close()
            return True
        return False

    def kill(self) -> None:
        """SIGKILL to the server and every process of it, and wait until all are gone."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)  # so that it starts no more of them
        family = children(self.process.pid)
        for pid in (*family, self.process.pid):  # last, or a number might be given anew meanwhile
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(alive(pid) for pid in family):
            time.sleep(0.002)
        self.process = None


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    return False


@contextlib.contextmanager
def mortal_server() -> Iterator[MortalServer]:
    with installation() as (binaries, base, user):
        server = MortalServer(binaries, base, user)
        server.start()
        try:
            yield server
        finally:
            if server.process is not None:
                server.kill()
