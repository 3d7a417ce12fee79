"""The audit as a table to take along."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.audit.usecases import AuditView, Facts, list_entries
from service.paging import Page
from service.tables import Cell, Table

PAGE = 500
MOST = 10_000
"""Entries of one file."""
COLUMNS = (
    *("id", "at", "actor", "account", "key", "origin", "request_id"),
    *("action", "entity", "entity_id", "version", "before", "after", "erased"),
)

Heading = Callable[[str], str]
"""From the name of a column to what stands over it."""


def collect(
    session: Session, *, cursor: str | None, **filters: str | datetime | None
) -> Page[AuditView]:
    """The newest entries, at most ``MOST``; the cursor leads to those before them."""
    found: list[AuditView] = []
    while len(found) < MOST:
        page = list_entries(session, limit=PAGE, cursor=cursor, **filters)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return Page(found, cursor)


def audit_table(entries: Sequence[AuditView], heading: Heading = str) -> Table:
    """A row for each entry."""
    return Table([heading(column) for column in COLUMNS], [cells(entry) for entry in entries])


def cells(entry: AuditView) -> list[Cell]:
    """Moments in RFC 3339; what stood there before and after as JSON."""
    return [
        *(entry.id, entry.at.isoformat(), entry.actor, *numbers(entry.account, entry.key)),
        *(entry.origin or "", entry.request_id or ""),
        *(entry.action, entry.entity, entry.entity_id, *numbers(entry.version)),
        *(as_json(entry.before), as_json(entry.after), "yes" if entry.erased else ""),
    ]


def numbers(*values: int | None) -> list[Cell]:
    return ["" if value is None else value for value in values]


def as_json(facts: Facts) -> str:
    return "" if facts is None else json.dumps(facts, ensure_ascii=False)
