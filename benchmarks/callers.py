"""Callers of a server on this machine, and what their requests cost it."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

CONNECTIONS = 32
LIMITS = {"DUIJIE_REQUESTS_PER_MINUTE": "1000000", "DUIJIE_SCHEDULER": "false"}


class Caller:
    """Sends the same kind of request over kept-alive connections, signed in with a key."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key

    async def ask(self, paths: list[str], lines: str = "") -> tuple[list[float], bytes]:
        """Seconds that each request took, and the last head."""
        times: list[float] = []
        head = b""

        async def connection(own: list[str]) -> None:
            nonlocal head
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            for path in own:
                began = time.perf_counter()
                asked = f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {self.key}\r\n"
                writer.write(f"{asked}{lines}\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                times.append(time.perf_counter() - began)
            writer.close()

        await asyncio.gather(*(connection(paths[i::CONNECTIONS]) for i in range(CONNECTIONS)))
        return times, head

    def own(self, path: str) -> str:
        return httpx2.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False).text

    def measure(self, paths: list[str], lines: str = "", status: bytes = b"200") -> "Turn":
        before = float(self.own("/cpu"))
        times, head = asyncio.run(self.ask(paths, lines))
        spent = float(self.own("/cpu")) - before
        if head.split()[1] != status:
            raise RuntimeError(f"answered {head!r}")
        ordered = sorted(times)
        return Turn(1000 * spent / len(times), 1000 * ordered[int(0.99 * len(ordered))])


class Turn:
    def __init__(self, cpu_ms: float, p99_ms: float) -> None:
        self.cpu_ms, self.p99_ms = cpu_ms, p99_ms


@contextmanager
def server(folder: Path, key: str) -> Iterator[Caller]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bench_suggestions", "serve", str(folder)]
    environment = {**os.environ, **LIMITS, "DUIJIE_PORT": str(port)}
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own
    try:
        wait_for(f"http://127.0.0.1:{port}/noop")
        yield Caller(port, key)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    while True:
        try:
            httpx2.get(url, trust_env=False)
        except httpx2.TransportError:
            time.sleep(0.02)
        else:
            return
