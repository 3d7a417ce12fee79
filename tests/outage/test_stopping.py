"""The server ends when it is told to, and finishes what it has begun."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models.enums import Role
from tests.support.people import bearer

ROOT = Path(__file__).resolve().parents[2]
SLOW = "/api/v1/suggestions"
CLIENTS = 6
BEGUN_SECONDS = 0.2
"""A request sent this long before the signal has reached the server."""
UNFINISHED = (
    "POST /api/v1/meetings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    f"Authorization: {bearer(Role.ORGANISER)['Authorization']}\r\nContent-Length: 100\r\n\r\n{{"
).encode()
"""A request whose body is still on its way."""

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@dataclass(slots=True)
class Load:
    """Clients that ask, one request after the other, until nobody answers."""

    port: int
    sent: list[tuple[float, int | None]] = field(default_factory=list)
    """When each request was sent, and its status; None without a whole answer."""

    def client(self) -> None:
        status: int | None = 200
        while status is not None:
            began = time.monotonic()
            status = get(self.port, SLOW)
            self.sent.append((began, status))

    def start(self, clients: int) -> list[threading.Thread]:
        threads = [threading.Thread(target=self.client) for _ in range(clients)]
        for thread in threads:
            thread.start()
        return threads


def get(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return response.status


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**os.environ, "DUIJIE_DATABASE_URL": url, "DUIJIE_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "service.cli", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            while get(port, "/healthz") != 200:
                assert server.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
            yield server, port
        finally:
            server.kill()
            server.wait()


def test_what_is_in_flight_is_finished_before_the_server_ends(
    seeded_url: str, tmp_path: Path
) -> None:
    with serving(seeded_url, tmp_path) as (server, port):
        assert get(port, SLOW) == 200
        load = Load(port)
        threads = load.start(clients=CLIENTS)
        time.sleep(1)
        told = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
        for thread in threads:
            thread.join()
    begun = [status for sent, status in load.sent if sent < told - BEGUN_SECONDS]
    assert len(begun) >= CLIENTS
    assert set(begun) == {200}


def test_a_second_signal_ends_it_at_once(seeded_url: str, tmp_path: Path) -> None:
    with (
        serving(seeded_url, tmp_path) as (server, port),
        socket.create_connection(("127.0.0.1", port)) as slow,
    ):
        slow.sendall(UNFINISHED)
        time.sleep(0.5)
        server.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert server.poll() is None, "the request in flight is waited for"
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 128 + signal.SIGTERM


def test_an_idle_server_with_its_worker_ends_well(seeded_url: str, tmp_path: Path) -> None:
    with serving(seeded_url, tmp_path) as (server, _):
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
