"""A TCP proxy in front of PostgreSQL that fails on demand, as networks and servers do."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import make_url

COMMIT = b"COMMIT\x00"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Mode(StrEnum):
    OPEN = "open"
    REFUSE = "refuse"
    """Nobody listens; connections that stood are reset."""
    SILENT = "silent"
    """New connections are taken and old ones kept; nothing passes any more."""
    RESET = "reset"
    """A connection is reset once the client asks something; new ones can be made."""
    SLOW = "slow"
    """Every answer comes late."""
    DEAF = "deaf"
    """COMMIT reaches the server; its answer is swallowed and the connection reset."""


class Proxy:
    """Listens on the loopback while used as a context manager; ``set_mode`` holds at once."""

    def __init__(self, target: str, *, latency_seconds: float = 5.0) -> None:
        self.target = make_url(target)
        self.latency_seconds = latency_seconds
        self.mode = Mode.OPEN
        self.port = 0
        self.swallowed = 0
        self._flowing = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The address of the target's database, through the proxy."""
        there = self.target.set(host="127.0.0.1", port=self.port, query={})
        return there.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._change(Mode.OPEN))
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def set_mode(self, mode: Mode) -> None:
        self._run(self._change(mode))

    def _run(self, step: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(step, self._loop).result(10)

    async def _change(self, mode: Mode) -> None:
        self.mode = mode
        if mode is Mode.SILENT:
            self._flowing.clear()
        else:
            self._flowing.set()
        if mode is Mode.REFUSE:
            self._hang_up()
        elif self._server is None:
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            reset(writer)

    async def _stop(self) -> None:
        self._hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            await self._flowing.wait()
            answers, there = await self._dial()
            asked: asyncio.Event = asyncio.Event()
            pumps = (self._ask(reader, there, writer, asked), self._answer(answers, writer, asked))
            await asyncio.gather(*pumps)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            self._tasks.discard(task)
            reset(writer)
            if there is not None:
                there.transport.abort()

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        folder = str(self.target.query.get("host", ""))
        port = self.target.port or 5432
        if folder.startswith("/"):
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self.target.host, port)

    async def _ask(
        self,
        client: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        back: asyncio.StreamWriter,
        committing: asyncio.Event,
    ) -> None:
        queries = False
        while chunk := await client.read(65536):
            await self._flowing.wait()
            if self.mode is Mode.RESET and queries:
                reset(back)
                break
            queries = queries or chunk[:1] == b"Q" or chunk[:1] == b"P"
            if self.mode is Mode.DEAF and COMMIT in chunk:
                committing.set()
            server.write(chunk)
        if not committing.is_set():
            server.transport.abort()

    async def _answer(
        self,
        server: asyncio.StreamReader,
        client: asyncio.StreamWriter,
        committing: asyncio.Event,
    ) -> None:
        while chunk := await server.read(65536):
            if committing.is_set():
                self.swallowed += 1
                break
            await self._flowing.wait()
            if self.mode is Mode.SLOW:
                await asyncio.sleep(self.latency_seconds)
            client.write(chunk)
        reset(client)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: what was on its way is lost."""
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()
