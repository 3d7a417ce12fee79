"""Mails over real sockets: what arrives, and what each misbehaviour of a server comes to."""

import io
import socket
import ssl
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import openpyxl
import pytest

from service.reports.html import render_html
from service.reports.mail import MailServer, Undelivered, compose, hand_over, message_id
from service.reports.plain import render_text
from service.reports.wording import Words
from service.reports.xlsx import render_xlsx
from tests.reports.builders import NOW, first_digest, report, suggestion
from tests.reports.mailbox import SENDER, Mailbox, address, free_port, serving, talking

TO = "zhang@assoc.example"
RIGHT, WRONG = "right", "wrong-secret"


def mail(to: str = TO, subject: str | None = None) -> EmailMessage:
    found = report(first_digest(suggestion()))
    return compose(
        sender=SENDER,
        recipient=to,
        identity=message_id("duijie-3-20261123T000000Z", to, SENDER),
        subject=subject or Words(found).subject(),
        written=NOW,
        language="zh",
        text=render_text(found),
        html=render_html(found),
        xlsx=render_xlsx(found),
        filename="duijie-3-20261123T000000Z.xlsx",
    )


def refusal(server: MailServer, to: str = TO) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        hand_over(server, mail(to))
    return caught.value


def test_what_arrives_is_what_was_sent() -> None:
    with serving(mailbox := Mailbox()) as server:
        hand_over(server, mail())
    (got,) = mailbox.mails
    assert got["Subject"] == "对接推荐：每周配对，首份报告 1 对（2026-11-23）"
    assert (got["From"], got["To"]) == (SENDER, TO)
    assert got["Message-ID"] == message_id("duijie-3-20261123T000000Z", TO, SENDER)
    assert parsedate_to_datetime(got["Date"]) == NOW
    assert got["Auto-Submitted"] == "auto-generated"
    kinds = [part.get_content_type() for part in got.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]


def test_every_part_quotes_what_was_said_and_the_attachment_opens() -> None:
    with serving(mailbox := Mailbox()) as server:
        hand_over(server, mail())
    (got,) = mailbox.mails
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "“我们没有面料企业”" in text.get_content()
    assert "“我们没有面料企业”" in html.get_content()
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == "duijie-3-20261123T000000Z.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(attached.get_content()))
    values = [cell.value for row in book["理由"].iter_rows() for cell in row]
    assert "“我们没有面料企业”" in values
    assert "出处：称号：中国轻纺城" in values


def test_a_message_id_depends_on_report_and_recipient_only() -> None:
    one = message_id("duijie-3-20261123T000000Z", "A@x.example", SENDER)
    assert one == message_id("duijie-3-20261123T000000Z", "a@x.example", SENDER)
    assert one.endswith("@assoc.example>")
    assert one != message_id("duijie-3-20261123T000000Z", "b@x.example", SENDER)
    assert one != message_id("duijie-3-20261130T000000Z", "a@x.example", SENDER)


def test_a_line_break_can_never_start_a_header() -> None:
    for text in ("a\r\nBcc: x@y.example", "a\nb", "a\rb"):
        with pytest.raises(ValueError, match="linefeed"):
            mail(subject=text)


def test_without_a_mail_server_the_cause_names_the_setting() -> None:
    failure = refusal(address(25, host=""))
    assert "DUIJIE_SMTP_HOST" in str(failure)
    assert (failure.final, failure.doubtful) == (False, False)


def test_a_server_that_is_away_is_tried_again() -> None:
    failure = refusal(address(free_port()))
    assert str(failure).startswith("ConnectionRefusedError")
    assert (failure.final, failure.doubtful) == (False, False)


def test_an_unknown_recipient_is_final_and_greylisting_is_not() -> None:
    with serving(mailbox := Mailbox()) as server:
        unknown = refusal(server, "nobody@assoc.example")
        later = refusal(server, "later@assoc.example")
    assert (str(unknown), unknown.final) == ("550 5.1.1 no such user", True)
    assert (str(later), later.final) == ("451 4.7.1 greylisted", False)
    assert mailbox.mails == []


def test_content_that_is_refused_is_refused_and_not_in_doubt() -> None:
    with serving(Mailbox(lambda _: "554 5.7.1 spam")) as server:
        failure = refusal(server)
    assert (str(failure), failure.final, failure.doubtful) == ("554 5.7.1 spam", True, False)


def test_a_server_that_never_greets_is_given_up_in_time() -> None:
    with talking(lambda _: time.sleep(3)) as port:
        begun = time.monotonic()
        failure = refusal(address(port, step_seconds=0.5))
        assert time.monotonic() - begun < 2.5
    assert (failure.final, failure.doubtful) == (False, False)


def test_a_server_that_drips_is_cut_off_at_the_total_time() -> None:
    def drip(caller: socket.socket) -> None:
        for _ in range(100):
            caller.sendall(b"2")
            time.sleep(0.1)

    with talking(drip) as port:
        begun = time.monotonic()
        failure = refusal(address(port, step_seconds=1.0, total_seconds=1.5))
        assert 1.0 < time.monotonic() - begun < 4
    assert not failure.doubtful


def deaf(caller: socket.socket) -> None:
    """Takes a whole mail and hangs up instead of answering."""
    reader = caller.makefile("rb")
    caller.sendall(b"220 test\r\n")
    for answer in (b"250 test\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
        reader.readline()
        caller.sendall(answer)
    while reader.readline() != b".\r\n":
        pass


def test_silence_after_the_mail_was_taken_is_in_doubt() -> None:
    with talking(deaf) as port:
        failure = refusal(address(port))
    assert (failure.final, failure.doubtful) == (False, True)


def test_the_error_is_one_printable_line_of_bounded_length() -> None:
    long = b"554 " + b"x" * 400 + b"\x1b[31m\r\n"
    with talking(lambda caller: caller.sendall(long)) as port:
        failure = refusal(address(port))
    assert str(failure).isprintable()
    assert len(str(failure)) <= 300


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
        *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate with")
    return key, certificate


def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate[1], certificate[0])
    return context


def test_mail_goes_encrypted_with_a_password_to_a_server_that_is_trusted(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    mailbox = Mailbox()
    with serving(mailbox, tls(certificate)) as server:
        secure = replace(server, starttls=True, user="duijie", password=RIGHT)
        hand_over(secure, mail())
        wrong = refusal(replace(secure, password=WRONG))
    assert (set(mailbox.users), mailbox.encrypted) == ({"duijie"}, [True])
    assert str(wrong).startswith("535")
    assert WRONG not in str(wrong)
    assert not wrong.final


def test_nothing_is_sent_to_a_server_that_nobody_vouches_for(
    certificate: tuple[Path, Path],
) -> None:
    mailbox = Mailbox()
    with serving(mailbox, tls(certificate)) as server:
        failure = refusal(replace(server, starttls=True, user="duijie", password=RIGHT))
    assert "CERTIFICATE_VERIFY_FAILED" in str(failure)
    assert (mailbox.users, mailbox.mails) == ([], [])


def test_the_password_is_not_shown_with_the_server() -> None:
    assert RIGHT not in repr(address(25, password=RIGHT))


def test_the_date_keeps_its_instant() -> None:
    assert parsedate_to_datetime(mail()["Date"]).astimezone(UTC) == datetime(
        2026, 11, 23, 0, 0, 5, tzinfo=UTC
    )
