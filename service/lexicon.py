"""The extraction lexicon: the shipped words, and every place of the register."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Cluster
from service.db import data_revision
from service.extraction.extract import extract
from service.extraction.lexicon import Lexicon, build_lexicon
from service.extraction.types import Cue, Document, DraftStatement, FacetValue, Place, Topic
from service.seeding.files import read_seed
from service.seeding.rows import SeedData


def lexicon_of(seed: SeedData, places: Iterable[Place]) -> Lexicon:
    return build_lexicon(
        topics=[
            Topic(t.notation, t.broader, t.group, (t.label_zh, t.label_en, *t.alt_zh, *t.alt_en))
            for t in seed.topics
        ],
        facets=[
            FacetValue(f.facet, f.value, (f.label_zh, f.label_en, *f.alt_zh, *f.alt_en))
            for f in seed.facets
        ],
        cues=[
            Cue(
                id=cue.id,
                role=cue.role,
                forms=cue.forms,
                scope=cue.scope or "any",
                weight=cue.weight or 3,
                confidence=cue.confidence or 0.7,
                value=cue.value,
            )
            for cue in seed.cues
        ],
        places=list(places),
    )


def shipped_places(seed: SeedData) -> list[Place]:
    """The register as shipped, for an extraction without a database."""
    return [
        Place(row.slug, row.name_zh, row.kind, (row.name_zh, row.name_en, *aliases))
        for row in seed.clusters
        for aliases in [(*row.aliases_zh, *row.aliases_en)]
    ]


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
