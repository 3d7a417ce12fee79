"""Migrations that are killed anywhere, and starters that come together, on full databases."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from service import schema
from tests.migrations.dying import careless_engine
from tests.support.contents import Change, Contents, assert_whole, read_contents
from tests.support.engines import opened
from tests.support.failpoints import failpoint
from tests.support.revisions import Filled, change_since, later_than, revisions
from tests.support.schemas import Fingerprint, fingerprint

ROOT = Path(__file__).resolve().parents[2]
OLD = revisions()[:-1]
EVERY_OLD = [
    pytest.param(revision, marks=[pytest.mark.slow] if revision != OLD[0] else [])
    for revision in OLD
]
"""From the first revision the way is the longest; the other starts are left to the slow run."""


def state(url: str) -> tuple[Contents, Fingerprint]:
    with opened(url) as engine:
        return read_contents(engine), fingerprint(engine)


def upgraded(url: str) -> tuple[Contents, Fingerprint]:
    with opened(url) as engine:
        schema.upgrade(engine)
        schema.require_current(engine)
    return state(url)


def statements(url: str) -> int:
    with opened(url) as engine, failpoint(engine) as counted:
        schema.upgrade(engine)
    return counted.passed


def kill(way: str, *points: tuple[str, int]) -> list[int]:
    """How the migrations of the addresses ended that were killed at their statement."""
    given = [word for url, at in points for word in (url, str(at))]
    command = [sys.executable, "-m", "tests.migrations.dying", way, *given]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [int(line) for line in done.stdout.split()]


def verify_killed(filled: Filled, revision: str, points: list[int]) -> None:
    before, old_schema = state(filled.at(revision))
    whole, new_schema = upgraded(filled.at(revision))
    urls = [filled.at(revision) for _ in points]
    assert kill("careful", *zip(urls, points, strict=True)) == [-9] * len(points)
    for url, point in zip(urls, points, strict=True):
        assert state(url) in ((before, old_schema), (whole, new_schema)), point
        contents, found = upgraded(url)
        assert_whole(before, contents, change_since(revision))
        assert_whole(whole, contents, Change())
        assert found == new_schema, point
    print(f"{len(points)} kills from {revision}")  # noqa: T201 - the figure


@pytest.mark.parametrize("revision", EVERY_OLD)
def test_a_killed_migration_is_finished_by_the_next_start(filled: Filled, revision: str) -> None:
    last = statements(filled.at(revision))
    middle = random.Random(revision).randint(3, last - 1)
    verify_killed(filled, revision, [1, middle, last])


@pytest.mark.slow
@pytest.mark.parametrize("revision", OLD)
def test_a_migration_killed_at_any_statement_is_finished(filled: Filled, revision: str) -> None:
    verify_killed(filled, revision, list(range(1, statements(filled.at(revision)) + 1)))


def test_a_kill_is_felt_by_a_migration_without_a_transaction(filled: Filled) -> None:
    before, old_schema = state(filled.at(OLD[0]))
    url = filled.at(OLD[0])
    engine = careless_engine(filled.at(OLD[0]))
    with failpoint(engine) as counted:
        schema.upgrade(engine)
    engine.dispose()
    within_a_revision = counted.passed // 2  # the last one may be a single statement
    assert kill("careless", (url, within_a_revision)) == [-9]
    assert state(url) != (before, old_schema)
    with pytest.raises(DBAPIError):
        upgraded(url)


def start_together(way: str, url: str, *, starters: int = 3, seconds: float = 4) -> list[str]:
    """What each starter said in the end; its error if it failed."""
    command = [sys.executable, "-m", "tests.migrations.starting", way, url, str(seconds)]
    running = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(starters)
    ]
    for starter in running:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "ready\n"
    for starter in running:
        assert starter.stdin is not None
        starter.stdin.write("go\n")
        starter.stdin.flush()
    said = [starter.communicate(timeout=120) for starter in running]
    return [
        out.strip() if starter.returncode == 0 else error
        for starter, (out, error) in zip(running, said, strict=True)
    ]


@pytest.mark.parametrize("revision", EVERY_OLD)
def test_of_three_starters_one_migrates_and_all_end_well(filled: Filled, revision: str) -> None:
    url, steps = filled.at(revision), len(later_than(revision))
    before, _ = state(url)
    said = start_together("careful", url)
    assert sorted(said) == ["0", "0", str(steps)]
    contents, found = state(url)
    assert_whole(before, contents, change_since(revision))
    assert found == upgraded(filled.at(revision))[1]


def test_starters_that_do_not_take_turns_fall_over_each_other(filled: Filled) -> None:
    said = start_together("careless", filled.at(OLD[0]))
    assert sum(line.isdigit() for line in said) < 3
