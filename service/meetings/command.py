"""``duijie extract``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from service.extraction.extract import extract
from service.extraction.types import Document
from service.lexicon import lexicon_of, shipped_places
from service.meetings.decoding import decode
from service.seeding.files import read_seed
from service.settings import Settings

FIELDS = (
    "cluster",
    "cluster_slug",
    "kind",
    "topic",
    "secondary_topics",
    "facets",
    "quote",
    "start",
    "end",
    "speaker",
    "confidence",
)


def extracted(file: Path) -> list[dict[str, Any]]:
    """Drafts of one document; ``quote`` is ``text[start:end]`` of the decoded file."""
    text, _ = decode(file.read_bytes())
    seed = read_seed(Settings().seed_dir)
    lexicon = lexicon_of(seed, shipped_places(seed))
    drafts = extract(Document(text=text, title=file.stem), lexicon)
    return [{name: plain(getattr(draft, name)) for name in FIELDS} for draft in drafts]


def plain(value: object) -> object:
    """The same value out of JSON's types."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def table(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = ("cluster", "kind", "topic", "quote", "speaker", "confidence")
    return [{name: row[name] for name in names} for row in rows]
