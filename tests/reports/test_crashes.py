"""Workers that die at any moment: nothing is missing, and a second copy is recognisable."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from service.db import Sessions, make_engine
from tests.reports.conftest import Office
from tests.reports.mailbox import Mailbox, serving

ONCE = "0 12 24 11 *"
"""Due when the clock of the workers begins, and not again for a year."""
ROOT = Path(__file__).resolve().parents[2]


def crash(
    url: str, folder: Path, *, due: int, chance: float, seconds: float = 7200
) -> tuple[int, int, list[str], Office]:
    """Send ``due`` reports with three mortal workers.

    Returns how many died, how many of them after the server's word, the Message-IDs that arrived
    and the office.
    """
    engine = make_engine(url)
    office = Office(Sessions(engine), folder)
    for number in range(due):
        to = [f"r{number}@x.example"]
        office.plan(name=f"s{number}", cron=ONCE, recipients=to, top=1)
    with serving(mailbox := Mailbox()) as server:
        given = [url, server.port, 3, chance, due, seconds, folder]
        found = subprocess.run(
            [sys.executable, "-m", "tests.reports.crashing", *map(str, given)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        )
    died, doubtful = map(int, found.stdout.splitlines()[-1].split())
    return died, doubtful, mailbox.ids, office


def verify(due: int, doubtful: int, ids: list[str], office: Office) -> None:
    runs = office.runs()
    deliveries = [delivery for run in runs for delivery in run.deliveries]
    assert Counter(run.schedule_id for run in runs) == dict.fromkeys(range(1, due + 1), 1)
    assert {delivery.state for delivery in deliveries} == {"sent"}
    assert set(ids) == {delivery.message_id for delivery in deliveries}
    assert len(ids) - len(set(ids)) <= doubtful
    assert sum(delivery.doubtful for delivery in deliveries) >= doubtful
    office.sessions.engine.dispose()


def test_crashes_lose_nothing(register_url: str, tmp_path: Path) -> None:
    died, doubtful, ids, office = crash(register_url, tmp_path, due=10, chance=0.15)
    verify(10, doubtful, ids, office)
    assert died >= doubtful


@pytest.mark.slow
def test_two_hundred_reports_survive_crashes(register_url: str, tmp_path: Path) -> None:
    died, doubtful, ids, office = crash(register_url, tmp_path, due=200, chance=0.1)
    verify(200, doubtful, ids, office)
    assert died > 10
    print(f"{died} deaths, {doubtful} in doubt, {len(ids)} mails of {len(set(ids))}")  # noqa: T201 - the figure
