"""Puts the seed rows into the database; loading twice changes nothing."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models import SeedLoad
from service.db import raise_revision
from service.seeding import store_meetings, store_register
from service.seeding.files import read_seed

Progress = Callable[[str, int], None]
"""Told the name of each step and the number of its rows."""

SEED_LOCK = 0x73656564
"""Any fixed number of our own."""

PARTS = {"register": store_register.store, "meetings": store_meetings.store}


def load_seed(
    session: Session,
    root: Path,
    *,
    now: datetime,
    time_zone: str,
    parts: Iterable[str] = tuple(PARTS),
    progress: Progress = lambda _step, _rows: None,
) -> bool:
    """Load the parts whose files changed since they were loaded last; True if any was.

    Clusters, meetings and statements that are missing are added; those stored already stay as
    people left them. Taxonomy, value chain and dockings become what the files say.

    Raises
    ------
    SeedError
        A file is broken; nothing is written.
    """
    _take_turns(session)
    digest = digest_of(root)
    loaded = {row.part: row for row in session.scalars(select(SeedLoad))}
    due = [part for part in parts if part not in loaded or loaded[part].digest != digest]
    if not due:
        return False
    seed = read_seed(root)
    for part in due:
        PARTS[part](session, seed, now=now, time_zone=time_zone, progress=progress)
        row = loaded.get(part) or SeedLoad(part=part)
        row.digest, row.loaded_at = digest, now
        session.add(row)
    raise_revision(session, now)
    return True


def _take_turns(session: Session) -> None:
    """Replicas that start together load one after the other; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '2min'"))
        session.execute(text("SET LOCAL statement_timeout = '2min'"))
        session.execute(select(func.pg_advisory_xact_lock(SEED_LOCK)))


def digest_of(root: Path) -> str:
    """Changes when the name or the content of any data file below ``root`` does."""
    total = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in {".csv", ".txt"}):
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
