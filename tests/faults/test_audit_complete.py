"""Whatever changes leaves an entry in the audit, what is refused leaves none, and none goes."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, Table, delete, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from models import AuditEntry, Base
from service.db import Sessions
from service.runtime import Runtime
from tests.access.cast import BOTH_ENGINES, ONE_ENGINE, Cast
from tests.access.principals import PRINCIPALS
from tests.access.test_matrix import WRITING, Row, table
from tests.support.clock import NOW

KEPT_BESIDE = {"audit_entry", "change", "idempotency_key", "data_revision", "counter"}
NOTED = re.compile(r'UPDATE "?(api_key|sign_in)"? SET (used_at|seen_at)')
"""When a key or a browser was last seen is no change that somebody made."""
CHANGE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?')
VERSIONED = {
    name: table
    for name, table in Base.metadata.tables.items()
    if "version" in table.columns and name != "audit_entry"
}
PAIRS = {"veto"}
"""Named in the audit by the two slugs, not by their number."""


@dataclass
class Writes:
    """Tables that committed transactions wrote to."""

    open: list[str] = field(default_factory=list)
    committed: list[str] = field(default_factory=list)

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self.note)
        event.listen(engine, "commit", self.keep)
        event.listen(engine, "rollback", lambda _: self.open.clear())

    def note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found = CHANGE.match(statement)
        if found and found[1] not in KEPT_BESIDE and not NOTED.match(statement):
            self.open.append(found[1])

    def keep(self, _: Any) -> None:
        self.committed += self.open
        self.open.clear()


def versions(sessions: Sessions) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    with sessions.read() as session:
        for name, rows in VERSIONED.items():
            key = primary_key(rows, name)
            for id_, version in session.execute(select(key, rows.c.version)):
                found[name, str(id_)] = version
    return found


def primary_key(rows: Table, name: str) -> Any:
    """As the audit names an entry of this kind."""
    return rows.c.slug if name == "cluster" else rows.c.id


def entries(sessions: Sessions, after: int) -> list[Any]:
    with sessions.read() as session:
        rows = select(AuditEntry).where(AuditEntry.id > after).order_by(AuditEntry.id)
        return list(session.scalars(rows))


def newest(sessions: Sessions) -> int:
    with sessions.read() as session:
        rows = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)
        return session.scalar(rows) or 0


@pytest.fixture
def acted(stage: Cast) -> Cast:
    """What is written stays."""
    stage.perform(stage.runtime)
    return stage


def gaps(cast: Cast, rows: list[Row]) -> tuple[list[str], Counter[str]]:
    """Requests whose change and whose entries do not match, in words; and how many there were."""
    sessions, writes, wrong = cast.runtime.sessions, Writes(), []
    writes.watch(cast.runtime.engine)
    tally: Counter[str] = Counter()
    for row in rows:
        for principal in PRINCIPALS:
            before, last = versions(sessions), newest(sessions)
            writes.committed.clear()
            url = row.url(cast.names)
            answer = cast.client(principal).request(row.method, url, **row.sent())
            told, changed = entries(sessions, last), bool(writes.committed)
            tally["changed" if changed else "unchanged"] += 1
            tally["entries"] += len(told)
            said = f"{row.method} {url} as {principal}: {answer.status_code} {writes.committed}"
            if changed != bool(told) or (answer.status_code >= 400 and (changed or told)):
                wrong.append(f"{said}, told {[entry.action for entry in told]}")
            moved = risen(before, versions(sessions))
            known = {(e.entity, e.entity_id): e.version for e in told if e.version is not None}
            if moved != {key: v for key, v in known.items() if key[0] not in PAIRS}:
                wrong.append(f"{said}: moved {moved}, told {known}")
    return wrong, tally


@BOTH_ENGINES
def test_what_changes_is_audited_and_what_is_refused_is_not(acted: Cast) -> None:
    """Every writing route as everybody, each request on what the one before has left."""
    wrong, tally = gaps(acted, [row for row in table() if row.method in WRITING])
    print(dict(tally))  # noqa: T201 - the figure
    assert not wrong, "\n".join(wrong)
    assert tally["changed"] > 60
    assert tally["unchanged"] > 200


@ONE_ENGINE
def test_a_change_that_nobody_writes_down_is_found(
    acted: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr("service.audit.usecases.record_all", lambda *_, **__: None)
    rows = [row for row in table() if (row.method, row.path) == ("POST", "/api/v1/meetings")]
    wrong, _ = gaps(acted, rows)
    assert len(wrong) == 4  # of the organiser and the admin: no entry, and a version untold


def risen(
    before: dict[tuple[str, str], int], after: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Entries that are new or have another version, those of pairs left out."""
    return {
        key: version
        for key, version in after.items()
        if before.get(key) != version and key[0] not in PAIRS
    }


def an_entry(sessions: Sessions) -> int:
    with sessions.write() as session:
        entry = AuditEntry(at=NOW, actor="x", action="x.y", entity="x", entity_id="1")
        session.add(entry)
        session.flush()
        return entry.id


SAME = "(id, at, actor, action, entity, entity_id) VALUES"
ATTEMPTS: dict[str, Any] = {
    "update": lambda id_: update(AuditEntry).where(AuditEntry.id == id_).values(actor="z"),
    "update all": lambda _: update(AuditEntry).values(actor="z"),
    "delete": lambda id_: delete(AuditEntry).where(AuditEntry.id == id_),
    "delete all": lambda _: delete(AuditEntry),
    "insert again": lambda id_: insert(AuditEntry).values(
        id=id_, at=NOW, actor="z", action="x.y", entity="x", entity_id="1"
    ),
    "replace": lambda id_: text(
        f"INSERT OR REPLACE INTO audit_entry {SAME} ({id_}, '2026-11-23', 'z', 'x.y', 'x', '1')"
    ),
    "upsert": lambda id_: text(
        f"INSERT INTO audit_entry {SAME} ({id_}, '2026-11-23', 'z', 'x.y', 'x', '1')"
        " ON CONFLICT (id) DO UPDATE SET actor = 'z'"
    ),
    "truncate": lambda _: text("TRUNCATE audit_entry CASCADE"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_database_keeps_every_entry(seeded: Runtime, attempt: str) -> None:
    """As the role under which the application itself works."""
    sessions = seeded.sessions
    id_ = an_entry(sessions)
    before = [(e.id, e.actor) for e in entries(sessions, 0)]
    with pytest.raises(DBAPIError), sessions.write() as session:
        session.execute(ATTEMPTS[attempt](id_))
    assert [(e.id, e.actor) for e in entries(sessions, 0)] == before


def test_an_entry_that_is_changed_through_the_session_is_refused(seeded: Runtime) -> None:
    id_ = an_entry(seeded.sessions)
    with pytest.raises(DBAPIError), seeded.sessions.write() as session:
        session.get_one(AuditEntry, id_).actor = "z"
    with pytest.raises(DBAPIError), seeded.sessions.write() as session:
        session.delete(session.get_one(AuditEntry, id_))
    assert entries(seeded.sessions, id_ - 1)[0].actor == "x"
