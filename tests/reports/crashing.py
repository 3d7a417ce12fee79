"""Workers that die anywhere: started, killed by chance, and started again until all is sent.

Run as ``python -m tests.reports.crashing URL PORT WORKERS CHANCE EXPECTED LEASE FOLDER``; prints
how often a worker died, and how often between the server's word and the worker's mark.
"""

import os
import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from models import Delivery
from models.enums import Visibility
from service.db import Sessions, make_engine
from service.reports.deliveries import Parcel
from service.reports.jobs import Post, Worker, attempt
from service.reports.ledger import Lease
from service.suggestions.rankings import Rankings
from service.suggestions.views import RankingQuery
from tests.reports.mailbox import SENDER, address
from tests.support.clock import NOW

SPEED = 3600
"""A second here is an hour on the clock of the workers, so that pauses pass quickly."""
START = NOW + timedelta(days=1)
DIED, IN_DOUBT, DONE = 9, 10, 0


class Mortal:
    """Posts parcels, and may die before or after it; its clock may stop at any reading."""

    def __init__(self, post: Post, begun: float, chance: float) -> None:
        self.post = post
        self.begun = begun
        self.chance = chance
        self.luck = random.Random(os.getpid())
        self.unmarked = False
        """Whether a parcel was taken, and the worker has yet to write it down."""

    def die(self, chance: float) -> None:
        if self.luck.random() < chance:
            os._exit(IN_DOUBT if self.unmarked else DIED)

    def __call__(self, parcel: Parcel) -> None:
        self.die(self.chance)
        self.post(parcel)
        self.unmarked = True
        self.die(self.chance)

    def clock(self) -> datetime:
        self.die(self.chance / 20)
        self.unmarked = False
        return START + timedelta(seconds=(time.time() - self.begun) * SPEED)


def ready_rankings(url: str) -> Rankings:
    """The index of the day, built once so that each new worker has it from birth."""
    engine, rankings = make_engine(url), Rankings()
    query = RankingQuery(as_of=START.date(), audience=Visibility.ORGANISERS)
    with Sessions(engine).read() as session:
        rankings.data(session, query)
    engine.dispose()
    return rankings


def work(url: str, mortal: Mortal, rankings: Rankings, lease: float, expected: int) -> None:
    sessions = Sessions(make_engine(url))
    worker = Worker(
        sessions=sessions,
        rankings=rankings,
        clock=mortal.clock,
        post=mortal,
        lease=Lease(str(os.getpid()), lease),
        sender=SENDER,
        base_url="https://duijie.example",
    )
    while not all_sent(sessions, expected):
        if not attempt(worker):
            time.sleep(0.05)


def all_sent(sessions: Sessions, expected: int) -> bool:
    with sessions.read() as session:
        sent = select(func.count()).where(Delivery.state == "sent")
        return bool(session.scalar(sent) == expected)


def main(arguments: list[str]) -> None:
    url, port, workers, chance, expected, lease, folder = arguments
    rankings = ready_rankings(url)
    begun, ends = time.time(), {DIED: 0, IN_DOUBT: 0, DONE: 0}

    def start() -> int:
        child = os.fork()
        if child:
            return child
        mortal = Mortal(Post(address(int(port)), Path(folder)), begun, float(chance))
        work(url, mortal, rankings, float(lease), int(expected))
        os._exit(DONE)

    living = {start() for _ in range(int(workers))}
    while living:
        child, status = os.wait()
        living.remove(child)
        code = os.waitstatus_to_exitcode(status)
        ends[code] += 1
        if code != DONE:
            living.add(start())
    print(ends[DIED] + ends[IN_DOUBT], ends[IN_DOUBT])  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(sys.argv[1:])
