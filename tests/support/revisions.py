"""The revisions, how to reach one, and databases that are full at each of them."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from service import schema
from tests.conftest import Databases
from tests.support.contents import Change
from tests.support.engines import opened
from tests.support.filling import Rows, draw_rows, put_rows
from tests.support.schemas import Fingerprint, fingerprint

CHANGES: dict[str, Change] = {
    "0003": Change(
        moved={"statement_change": "change"},
        dropped=frozenset({"data_revision.id", "statement_change.before"}),
        rewritten=frozenset({"statement_change.before"}),
        grown=frozenset({"audit_entry", "data_revision"}),
    ),
}
"""By revision: what it is meant to do to stored rows, where that is more than nothing."""


@cache
def revisions() -> tuple[str, ...]:
    """From the first to the newest."""
    scripts = ScriptDirectory.from_config(schema.alembic_config())
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]


def later_than(revision: str) -> tuple[str, ...]:
    return revisions()[revisions().index(revision) + 1 :]


def change_since(revision: str) -> Change:
    total = Change()
    for later in later_than(revision):
        total |= CHANGES.get(later, Change())
    return total


def raise_to(engine: Engine, revision: str) -> None:
    schema._migrate(engine, revision, command.upgrade)


@cache
def rows_at(revision: str) -> Rows:
    """Rows for every table of the revision, the same in every call."""
    with TemporaryDirectory() as folder, opened(f"sqlite:///{Path(folder) / 'x.db'}") as engine:
        raise_to(engine, revision)
        return draw_rows(engine)


@dataclass
class Filled:
    """Databases of one backend with rows in every table of a revision."""

    databases: Databases
    templates: dict[str, str] = field(default_factory=dict)
    schemas: dict[str, Fingerprint] = field(default_factory=dict)

    def schema_at(self, revision: str) -> Fingerprint:
        """What the schema is at a revision that was reached without any row."""
        if revision not in self.schemas:
            with opened(self.databases.blank()) as engine:
                raise_to(engine, revision)
                self.schemas[revision] = fingerprint(engine)
        return self.schemas[revision]

    def at(self, revision: str) -> str:
        """The address of a fresh one."""
        if revision not in self.templates:
            url = self.databases.blank()
            with opened(url) as engine:
                raise_to(engine, revision)
                put_rows(engine, rows_at(revision))
            self.templates[revision] = url
        return self.databases.copy(self.templates[revision])
