"""Real mail servers on the loopback: one that takes mails, and several that misbehave."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from service.reports.mail import MailServer

if TYPE_CHECKING:
    from email.message import EmailMessage

SENDER = "对接 <duijie@assoc.example>"


class Mailbox:
    """Keeps what it was given; ``answer`` decides what it says to each mail, and how late."""

    def __init__(
        self, answer: Callable[[Envelope], str] = lambda _: "250 ok", *, seconds: float = 0
    ) -> None:
        self.answer = answer
        self.seconds = seconds
        self.mails: list[EmailMessage] = []
        self.users: list[str] = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802 - the name that the server calls
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        if address.startswith("later@"):
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802 - the name that the server calls
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = cast("bytes", envelope.content)
        self.mails.append(message_from_bytes(content, policy=default))
        self.encrypted.append(session.ssl is not None)
        await asyncio.sleep(self.seconds)
        return self.answer(envelope)

    def login(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login.decode())
        return AuthResult(success=data.password == b"right", handled=False)

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(mailbox: Mailbox, tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """The mailbox behind a real server, and how to reach it."""
    options: dict[str, Any] = {}
    if tls:
        options = {
            "tls_context": tls,
            "require_starttls": True,
            "authenticator": mailbox.login,
            "auth_required": True,
        }
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), server_hostname="test", **options
    )
    controller.start()
    try:
        yield address(controller.port)
    finally:
        controller.stop()


def address(port: int, **changes: Any) -> MailServer:
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "user": "",
        "password": "",
        "starttls": False,
        "sender": SENDER,
        "step_seconds": 5.0,
        "total_seconds": 20.0,
    }
    return MailServer(**{**given, **changes})


@contextlib.contextmanager
def talking(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that says to each caller what ``talk`` says; the port it listens on."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller, contextlib.suppress(OSError):
                talk(caller)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)
