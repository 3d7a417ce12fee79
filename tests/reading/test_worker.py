"""What a fork may use, measured in the fork itself."""

import faulthandler
import io
import os
import resource
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from service.errors import UnreadableDocument
from service.reading import bounds, worker
from service.reading.bounds import CPU_SECONDS, MEMORY_BYTES
from service.reading.frames import reading_of, receive
from service.reading.types import TEXT, Reading


def answered(monkeypatch: pytest.MonkeyPatch, behave: Any, wall: float = 30.0) -> Reading:
    """What the reader would get if reading a file did ``behave``."""
    monkeypatch.setattr(worker, "read", lambda *_, **__: behave())
    monkeypatch.setattr(worker, "WALL_SECONDS", wall)
    sink = io.BytesIO()
    worker._answer(sink, {"filename": "x", "declared": None}, b"x")
    sink.seek(0)
    return reading_of(*receive(sink))


def refusal(monkeypatch: pytest.MonkeyPatch, behave: Any, wall: float = 30.0) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        answered(monkeypatch, behave, wall)
    return caught.value.message


def spin() -> None:
    while True:
        pass


def grow() -> None:
    kept = []
    while True:
        kept.append(bytearray(2**20))


def end_by(number: int) -> None:
    faulthandler.disable()
    os.kill(os.getpid(), number)


def limits() -> Reading:
    kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
    return Reading(str([resource.getrlimit(kind)[0] for kind in kinds]), TEXT, "utf-8")


def fill_the_disk(folder: Path) -> None:
    with (folder / "big").open("wb") as file:
        for _ in range(10_000):
            file.write(b"x" * 65536)


def test_a_reading_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch, lambda: Reading("面料", TEXT, "utf-8")).text == "面料"


def test_the_system_itself_holds_a_fork_within_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch, limits).text == f"[{MEMORY_BYTES}, {CPU_SECONDS}, 0]"


@pytest.mark.parametrize(
    ("behave", "message"),
    [
        (grow, "too-heavy"),
        (lambda: end_by(signal.SIGABRT), "too-heavy"),
        (lambda: end_by(signal.SIGSEGV), "too-odd"),
        (lambda: 1 / 0, "too-odd"),
        (lambda: os._exit(0), "too-odd"),
    ],
)
def test_every_end_has_a_cause(monkeypatch: pytest.MonkeyPatch, behave: Any, message: str) -> None:
    assert refusal(monkeypatch, behave) == message


@pytest.mark.parametrize("behave", [spin, lambda: time.sleep(60)])
def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, behave: Any) -> None:
    assert refusal(monkeypatch, behave, wall=0.5) == "too-slow"


def test_computing_is_counted_apart_from_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (worker, bounds):
        monkeypatch.setattr(module, "CPU_SECONDS", 1)
    monkeypatch.setattr(worker, "read", lambda *_, **__: spin())
    sink = io.BytesIO()
    worker._answer(sink, {"filename": "x", "declared": None}, b"x")
    sink.seek(0)
    with pytest.raises(UnreadableDocument) as caught:
        reading_of(*receive(sink))
    assert (caught.value.message, caught.value.values) == ("too-slow", {"seconds": 1})


def test_a_fork_cannot_fill_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refusal(monkeypatch, lambda: fill_the_disk(tmp_path))
    assert (tmp_path / "big").stat().st_size <= bounds.FILE_BYTES


def test_a_failure_names_its_place_and_no_words(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    refusal(monkeypatch, lambda: int("面料机密"))
    said = capfd.readouterr().err
    assert "ValueError at test_worker.py" in said
    assert "机密" not in said
