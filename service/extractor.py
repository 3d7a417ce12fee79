"""Extraction with the register and the lexicon of a database, as they stand now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Cluster, LexiconChange
from service.db import data_revision
from service.extraction.lexicon import Lexicon
from service.extraction.types import Document, DraftStatement, Place
from service.lexicon import Change, Word, lexicon_of
from service.seeding.files import read_seed
from service.seeding.rows import SeedData


def registered_places(session: Session) -> list[Place]:
    rows = select(Cluster).options(selectinload(Cluster.aliases)).order_by(Cluster.id)
    return [
        Place(
            cluster.slug,
            cluster.name_zh,
            cluster.kind,
            tuple(
                dict.fromkeys(
                    [cluster.name_zh, cluster.name_en, *(alias.name for alias in cluster.aliases)]
                )
            ),
        )
        for cluster in session.scalars(rows)
    ]


def changes_in_force(session: Session) -> list[Change]:
    """What people changed in the shipped lexicon, in the order of entry."""
    rows = select(LexiconChange).where(LexiconChange.withdrawn_at.is_(None))
    return [
        Change(row.effect, Word(row.part, row.target, row.form))
        for row in session.scalars(rows.order_by(LexiconChange.id))
    ]


@lru_cache(maxsize=2)
def _shipped(seed_dir: Path) -> SeedData:
    """The shipped facts, read once."""
    return read_seed(seed_dir)


@lru_cache(maxsize=4)
def _compiled(seed_dir: Path, places: tuple[Place, ...], changes: tuple[Change, ...]) -> Lexicon:
    """Most writes change neither a place nor a wording: then nothing is compiled again."""
    return lexicon_of(_shipped(seed_dir), places, changes)


@dataclass(slots=True, eq=False)
class Extractor:
    """Reads drafts with the lexicon of the session's data revision, which it keeps."""

    seed_dir: Path
    _kept: tuple[int, Lexicon] | None = None
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, session: Session, text: str, title: str) -> list[DraftStatement]:
        from service.extraction.extract import extract  # noqa: PLC0415 - keeps commands quick

        return extract(Document(text=text, title=title), self.lexicon(session))

    def lexicon(self, session: Session) -> Lexicon:
        """What documents are read with at the session's data revision."""
        revision = data_revision(session)
        with self._lock:
            if self._kept is None or self._kept[0] != revision:
                changes = changes_in_force(session)
                self._kept = revision, self.lexicon_with(session, changes)
            return self._kept[1]

    def lexicon_with(self, session: Session, changes: Iterable[Change]) -> Lexicon:
        """The lexicon if these changes, and no others, were in force."""
        return _compiled(self.seed_dir, tuple(registered_places(session)), tuple(changes))

    @property
    def seed(self) -> SeedData:
        return _shipped(self.seed_dir)
