"""No document brings the reader down: each is read or refused with a cause, in time."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from service.errors import DomainError
from service.messages import catalogue
from service.reading.bounds import WALL_SECONDS
from service.reading.reader import Reader
from tests.reading.mutants import SEEDS, mutant

CRASHED = "too-odd"
"""What is said when a fork ended and did not say why."""
SPARE = 1.0
"""Seconds for sending a file and starting its fork, on a machine that does other things too."""


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def outcomes(reader: Reader, numbers: Iterable[int]) -> tuple[Counter[str], list[str]]:
    """How often each outcome came, and what must never come."""
    counts: Counter[str] = Counter()
    faults = []
    for number in numbers:
        content, started = mutant(number), time.monotonic()
        try:
            reader(content, filename="mutant")
        except DomainError as refusal:
            outcome = refusal.message
            if len(catalogue("zh").detail_of(refusal)) < 5:
                faults.append(f"{number}: no cause")
        else:
            outcome = "read"
        counts[outcome] += 1
        if outcome == CRASHED:
            faults.append(f"{number}: crashed")
        if time.monotonic() - started > WALL_SECONDS + SPARE:
            faults.append(f"{number}: took {time.monotonic() - started:.1f} s")
    return counts, faults


def test_the_seeds_are_read(reader: Reader) -> None:
    for seed in SEEDS:
        assert reader(seed, filename="seed").text


def test_three_hundred_mutants(reader: Reader) -> None:
    counts, faults = outcomes(reader, range(300))
    assert faults == []
    assert counts["read"] > 20
    assert counts.total() - counts["read"] > 100
    assert len(counts) > 8


@pytest.mark.slow
def test_ten_thousand_mutants(reader: Reader) -> None:
    counts, faults = outcomes(reader, range(10_000))
    print(counts.most_common())  # noqa: T201 - the figures of the proof
    assert faults == []
    assert counts.total() == 10_000


def test_a_crash_would_be_noticed(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    """Negative control: a reader that trips over everything."""
    monkeypatch.setattr("service.reading.reader.sniff", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        outcomes(reader, [5])


def test_a_lost_fork_would_be_noticed(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    """Negative control: children that die at every file."""
    monkeypatch.setattr("service.reading.reader.started", dying)
    _, faults = outcomes(reader, [1, 2, 3])
    assert faults == ["1: crashed", "2: crashed", "3: crashed"]


def dying() -> object:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    return subprocess.Popen(
        [sys.executable, "-c", "pass"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
