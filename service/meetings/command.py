"""``duijie extract``."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from service.extraction.extract import extract
from service.extraction.types import Document
from service.lexicon import lexicon_of, shipped_places
from service.messages import own_language
from service.output import note
from service.reading.reader import Reader
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


STEPS = ("read", "rules", "extract")


def extracted(
    file: Path, text_file: Path | None, step: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Drafts of one document; ``quote`` is ``text[start:end]`` of the text as decoded.

    That text is written to ``text_file``, if given: of a web page, Word document or PDF it is what
    was found in it. ``step`` is told what begins.
    """
    words = own_language()
    step("read")
    reader = Reader()
    try:
        reading = reader(file.read_bytes(), filename=file.name)
    finally:
        reader.close()
    for found in reading.notes:
        note(words.translate(f"note.{found.key}", **found.values))
    if text_file is not None:
        text_file.write_bytes(reading.text.encode("utf-8", "surrogatepass"))
        note(words.translate("reading.text_written", file=text_file))
    step("rules")
    seed = read_seed(Settings().seed_dir)
    lexicon = lexicon_of(seed, shipped_places(seed))
    step("extract")
    drafts = extract(Document(text=reading.text, title=file.stem), lexicon)
    return [{name: plain(getattr(draft, name)) for name in FIELDS} for draft in drafts]


def plain(value: object) -> object:
    """The same value out of JSON's types."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def table(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = ("cluster", "kind", "topic", "quote", "speaker", "confidence")
    return [{name: row[name] for name in names} for row in rows]
