"""A starter that migrates when it is told to, and tells how many revisions it ran itself.

Run as ``python -m tests.migrations.starting careful|careless URL SECONDS``; begins with a line on
its input. It dawdles for that long before the first change, so that the others arrive meanwhile;
the careless one does not wait for its turn. Its own patience is but half of that.
"""

import re
import sys
import time

from sqlalchemy import Engine, event

from service import schema
from service.db import make_engine
from service.patience import patient

TURNS = {
    r"SELECT pg_advisory_xact_lock\(\d+\)": "SELECT 1",
    r"BEGIN IMMEDIATE": "BEGIN",
}
"""How starters wait for each other, and what does not wait."""


def dawdle(engine: Engine, seconds: float) -> None:
    waited: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def wait(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not waited and re.match("CREATE|ALTER|DROP|INSERT|UPDATE|DELETE", statement.lstrip()):
            waited.append(statement)
            time.sleep(seconds)


def push_in(engine: Engine) -> None:
    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def replace(*given: object) -> tuple[str, object]:
        statement, parameters = str(given[2]), given[3]
        for turn, instead in TURNS.items():
            statement = re.sub(turn, instead, statement)
        return statement, parameters


def count_steps(engine: Engine) -> list[str]:
    """Fills with the statements that mark a revision as reached."""
    steps: list[str] = []

    @event.listens_for(engine, "after_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if re.match("(UPDATE|INSERT INTO) alembic_version", statement):
            steps.append(statement)

    return steps


def main(way: str, url: str, seconds: str) -> None:
    engine = make_engine(url)
    if way == "careless":
        push_in(engine)
    dawdle(engine, float(seconds))
    steps = count_steps(engine)
    print("ready", flush=True)  # noqa: T201 - read by the test
    sys.stdin.readline()
    with patient(float(seconds) / 2):
        schema.upgrade(engine)
    print(len(steps))  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(*sys.argv[1:])
