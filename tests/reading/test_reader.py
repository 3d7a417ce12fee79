"""The child process: what it may use, what it knows, and that it always comes back."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from service.errors import TooManyRequests, UnreadableDocument
from service.reading import reader as module
from service.reading.bounds import WALL_SECONDS
from service.reading.reader import Reader
from service.reading.types import HTML, TEXT
from tests.reading.documents import SAID, column, pdf, word

PAGE = f"<html><body><p>{SAID[1]}</p></body></html>".encode()
HEAVY = b"<html><body>" + "<p>面料，</p>".encode() * 600_000


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def refusal(reader: Reader, content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        reader(content, filename="minutes")
    return caught.value.message


def child_of(reader: Reader) -> int:
    reader(PAGE, filename="a.html")
    assert reader._child is not None
    return reader._child.pid


@pytest.mark.parametrize("content", [PAGE, word(*SAID), pdf(column(SAID[:1]))])
def test_every_format_comes_back_whole(reader: Reader, content: bytes) -> None:
    reading = reader(content, filename="x")
    assert SAID[1 if content == PAGE else 0] in reading.text


def test_plain_text_needs_no_child() -> None:
    lone = Reader()
    assert lone(SAID[1].encode(), filename="a.txt").media_type == TEXT
    assert lone._child is None


def test_notes_and_odd_characters_survive(reader: Reader) -> None:
    reading = reader(f"<p>{SAID[1]}𠮷\u2028</p><nav>首页</nav>".encode(), filename="a")
    assert reading.media_type == HTML
    assert "𠮷" in reading.text
    assert [note.key for note in reading.notes] == ["page-left-out"]


def test_a_refusal_comes_back_with_its_values(reader: Reader) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        reader(b"<p>" + b"<div>" * 5000, filename="a")
    assert (caught.value.message, caught.value.values) == ("html-deep", {"limit": 1000})


def test_the_child_knows_nothing_of_the_server(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUIJIE_DATABASE_URL", "postgresql://secret")
    with (tmp_path / "held open").open("w"):
        fresh = Reader()
        place = Path("/proc") / str(child_of(fresh))
        environment = (place / "environ").read_bytes()
        opened = {str(entry.readlink()) for entry in (place / "fd").iterdir()}
    loaded = (place / "maps").read_text()
    fresh.close()
    assert b"secret" not in environment
    assert b"DUIJIE" not in environment
    assert not any("held open" in name or "socket" in name for name in opened)
    assert "psycopg" not in loaded
    assert "sqlite" not in loaded
    assert "lxml" in loaded  # the control: maps do show what is loaded


def test_too_much_memory_is_refused(reader: Reader) -> None:
    assert refusal(reader, HEAVY) == "too-heavy"


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that hangs is ended from outside."""
    monkeypatch.setattr(module, "WALL_SECONDS", 0.5 - module.SPARE_SECONDS)
    fresh = Reader()
    pid = child_of(fresh)
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    reading = fresh(PAGE, filename="a.html")  # by another child
    assert time.monotonic() - started < WALL_SECONDS
    assert SAID[1] in reading.text
    fresh.close()


def test_a_child_that_died_is_replaced(reader: Reader) -> None:
    before = child_of(reader)
    os.kill(before, signal.SIGKILL)
    assert child_of(reader) != before


def test_several_threads_share_one_child(reader: Reader) -> None:
    texts: list[str] = []

    def work(number: int) -> None:
        content = f"<p>{SAID[1]}第{number}次。</p>".encode()
        texts.append(reader(content, filename="a").text)

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(texts) == sorted(f"{SAID[1]}第{number}次。" for number in range(8))


def test_who_waits_too_long_is_told_when_to_come_again(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.01)
    with reader._lock, pytest.raises(TooManyRequests) as caught:
        reader(PAGE, filename="a.html")
    assert caught.value.values == {"seconds": int(WALL_SECONDS)}
    assert reader(SAID[1].encode(), filename="a.txt").media_type == TEXT
    assert reader(PAGE, filename="a.html").media_type == HTML


def test_closing_leaves_no_process_behind() -> None:
    fresh = Reader()
    pid = child_of(fresh)
    fresh.close()
    assert not (Path("/proc") / str(pid)).exists()
