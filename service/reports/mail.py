"""Compose a report as a mail and hand it to the mail server."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from threading import Event, Timer

STEP_SECONDS = 20.0
"""Longest wait for one answer of the server."""
TOTAL_SECONDS = 120.0
"""Longest time for one mail, however slowly the server drips; leases last longer than this."""
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Undelivered(Exception):
    """The report did not arrive, as far as is known.

    ``final``: the server will never take it. ``doubtful``: it may have it all the same.
    """

    def __init__(self, cause: str, *, final: bool = False, doubtful: bool = False) -> None:
        super().__init__(cause)
        self.final = final
        self.doubtful = doubtful


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over; an empty ``host`` means that there is none."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    starttls: bool
    sender: str
    step_seconds: float = STEP_SECONDS
    total_seconds: float = TOTAL_SECONDS


def message_id(identifier: str, recipient: str, sender: str) -> str:
    """The same for every attempt at one report for one recipient."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{identifier}.{sha256(recipient.casefold().encode()).hexdigest()[:20]}@{domain}>"


def compose(
    *,
    sender: str,
    recipient: str,
    identity: str,
    subject: str,
    written: datetime,
    language: str,
    text: str,
    html: str,
    xlsx: bytes,
    filename: str,
) -> EmailMessage:
    """Plain text and HTML as alternatives, and the workbook attached."""
    message = EmailMessage(SMTP)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(written)
    message["Message-ID"] = identity
    message["Content-Language"] = language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    message.add_attachment(xlsx, maintype=XLSX[0], subtype=XLSX[1], filename=filename)
    return message


def hand_over(server: MailServer, message: EmailMessage) -> None:
    """Return once the server has taken responsibility for ``message``; else Undelivered."""
    if not server.host:
        raise Undelivered("no mail server is configured: set DUIJIE_SMTP_HOST")
    sender, recipient = parseaddr(message["From"])[1], parseaddr(message["To"])[1]
    content = message.as_bytes()
    with _connection(server) as smtp:
        _accepted(lambda: smtp.mail(sender))
        _accepted(lambda: smtp.rcpt(recipient))
        _accepted(lambda: smtp.data(content), doubtful=True)
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()


@contextmanager
def _connection(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Open, greeted, encrypted and authenticated, and cut off after its total time."""
    smtp = smtplib.SMTP(timeout=server.step_seconds)
    done = Event()
    timer = Timer(server.total_seconds, _cut, [smtp, done])
    timer.daemon = True
    timer.start()
    try:
        try:
            _open(smtp, server)
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(_said(error)) from error
        yield smtp
    finally:
        done.set()
        timer.cancel()
        smtp.close()


def _cut(smtp: smtplib.SMTP, done: Event) -> None:
    """Break the connection off, also one that opens only now, so that no wait goes on."""
    while not done.wait(0.1):
        if smtp.sock:
            with suppress(OSError):
                smtp.sock.shutdown(socket.SHUT_RDWR)


def _open(smtp: smtplib.SMTP, server: MailServer) -> None:
    smtp._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001 - connect() leaves it out
    code, answer = smtp.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, answer)
    if server.starttls:
        smtp.starttls(context=ssl.create_default_context())
    smtp.ehlo_or_helo_if_needed()
    if server.user:
        smtp.login(server.user, server.password)


def _accepted(step: Callable[[], tuple[int, bytes]], *, doubtful: bool = False) -> None:
    """Take one step of the dialogue; ``doubtful`` if a silence there means anything."""
    try:
        code, answer = step()
    except smtplib.SMTPResponseException as error:
        raise Undelivered(_said(error), final=error.smtp_code >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(_said(error), doubtful=doubtful) from error
    if not 200 <= code < 300:
        raise Undelivered(_line(f"{code} {_text(answer)}"), final=code >= 500)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _line(f"{error.smtp_code} {_text(error.smtp_error)}")
    return _line(f"{type(error).__name__}: {error}")


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _line(text: str) -> str:
    """One printable line of bounded length."""
    return "".join(char if char.isprintable() else " " for char in text)[:300]
