"""Extraction with the register of a database: a place is known as soon as it is registered."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Cluster
from service.db import data_revision
from service.extraction.extract import extract
from service.extraction.lexicon import Lexicon
from service.extraction.types import Document, DraftStatement, Place
from service.lexicon import lexicon_of
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


@dataclass(slots=True, eq=False)
class Extractor:
    """Reads drafts with the lexicon of the session's data revision, which it keeps."""

    seed_dir: Path
    _seed: SeedData | None = None
    _kept: tuple[int, Lexicon] | None = None
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, session: Session, text: str, title: str) -> list[DraftStatement]:
        return extract(Document(text=text, title=title), self._lexicon(session))

    def _lexicon(self, session: Session) -> Lexicon:
        revision = data_revision(session)
        with self._lock:
            if self._kept is None or self._kept[0] != revision:
                self._seed = self._seed or read_seed(self.seed_dir)
                self._kept = revision, lexicon_of(self._seed, registered_places(session))
            return self._kept[1]
