"""Write down what was done, and read it again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models import AuditEntry, Change
from service.access import Principal
from service.audit import queries
from service.errors import StaleVersion
from service.paging import Page, read_page

Facts = Mapping[str, Any] | None

ANY_VERSION = 0
"""The caller edits whatever stands there now."""
NO_VERSION = -1
"""The caller does not say what it edits; no entry has this version."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to one entry; ``after`` is None where it was removed."""

    action: str
    entity: str
    entity_id: str | int
    version: int | None = None
    before: object = None
    after: object = None


@dataclass(frozen=True, slots=True)
class AuditView:
    id: int
    at: datetime
    actor: str
    account: int | None
    key: int | None
    origin: str | None
    request_id: str | None
    action: str
    entity: str
    entity_id: str
    version: int | None
    before: Facts
    after: Facts
    erased: bool = False
    """Whether its words were there and were erased."""


def record(session: Session, who: Principal, step: Step, *, now: datetime) -> None:
    """Add to the audit, in the transaction of what was done."""
    record_all(session, who, [step], now=now)


def record_all(session: Session, who: Principal, steps: Iterable[Step], *, now: datetime) -> None:
    """Rows go in without objects: a long document or an import adds ten thousand of them."""
    steps = list(steps)
    if not steps:
        return
    session.flush()
    entries = [
        {
            "at": now,
            "actor": who.actor[:120],
            "account_id": who.account_id,
            "key_id": who.key_id,
            "origin": who.origin,
            "request_id": who.request_id,
            "action": f"{step.entity}.{step.action}",
            "entity": step.entity,
            "entity_id": str(step.entity_id),
            "version": step.version,
        }
        for step in steps
    ]
    added = insert(AuditEntry).returning(AuditEntry.id, sort_by_parameter_order=True)
    ids = session.scalars(added, entries).all()
    changes = [
        {"audit_id": id_, "before": facts(step.before), "after": facts(step.after)}
        for id_, step in zip(ids, steps, strict=True)
        if step.before is not None or step.after is not None
    ]
    if changes:
        session.execute(insert(Change), changes)


def facts(view: object) -> dict[str, Any] | None:
    """A view as JSON values."""
    if view is None:
        return None
    plain = _plain(view)
    return plain if isinstance(plain, dict) else {"value": plain}


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def require_version(
    session: Session,
    entity: str,
    entity_id: str | int,
    stored: object,
    expected: int | None,
    *,
    may_see: Callable[[Facts], bool] = lambda _: True,
) -> None:
    """StaleVersion if the caller knows another version than that of ``stored``, a view or facts.

    The problem then shows both: ``stored`` as it is now and, if the caller ``may_see`` it,
    ``known`` as it was read.
    """
    now = facts(stored) or {}
    if expected in {None, ANY_VERSION, now["version"]}:
        return
    problem = StaleVersion("stale", expected=expected, version=now["version"])
    change = queries.as_of_version(session, entity, str(entity_id), expected)
    known = change.after if change and may_see(change.after) else None
    problem.shown = {"stored": now, "known": known}
    raise problem


def history(session: Session, entity: str, entity_id: str | int) -> list[AuditView]:
    """What happened to one entry, oldest first."""
    return [view(entry) for entry in queries.history(session, entity, str(entity_id))]


def list_entries(
    session: Session, *, limit: int, cursor: str | None = None, **filters: Any
) -> Page[AuditView]:
    """Newest first; ``filters`` as in ``queries.listed``."""
    rows = queries.listed(**filters)
    page = read_page(
        session, rows, key=(AuditEntry.id,), limit=limit, cursor=cursor, descending=True
    )
    wordless = [entry for entry in page.items if entry.change is None]
    erased = queries.erased_among(session, wordless)
    return Page([view(entry, erased=entry.id in erased) for entry in page.items], page.next_cursor)


def view(entry: AuditEntry, *, erased: bool = False) -> AuditView:
    return AuditView(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        account=entry.account_id,
        key=entry.key_id,
        origin=entry.origin,
        request_id=entry.request_id,
        action=entry.action,
        entity=entry.entity,
        entity_id=entry.entity_id,
        version=entry.version,
        before=entry.change.before if entry.change else None,
        after=entry.change.after if entry.change else None,
        erased=erased,
    )
