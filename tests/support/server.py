"""The application behind the real server, on a free port of this machine."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic, sleep
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from service.middleware.server import server_options
from service.settings import Settings


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    host: str
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=20)

    def send(self, *pieces: bytes) -> Answer:
        """Send bytes as they are on a connection of their own; read all that comes back."""
        with self.connect() as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the server hung up early, its answer may still be there
            return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    received = b""
    try:
        while b"\r\n\r\n" not in received and (piece := connection.recv(65536)):
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(": ") for line in lines]
        headers = [(name.lower(), value) for name, _, value in pairs]
        length = int(dict(headers).get("content-length", 0))
        while len(body) < length and (piece := connection.recv(65536)):
            body += piece
    except ConnectionResetError:
        return Answer(0)
    return Answer(int(status.split()[1]) if status else 0, headers, body)


@contextmanager
def served(app: ASGIApp, settings: Settings) -> Iterator[Served]:
    options = server_options(settings)
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", **options))
    thread = Thread(target=server.run)
    thread.start()
    deadline = monotonic() + 20
    while not server.started:
        assert monotonic() < deadline, "the server did not start"
        sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    yield Served(host, port)
    server.should_exit = True
    thread.join()
