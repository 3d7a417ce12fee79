"""Annotated minutes: the shipped ones, those of a file, and those that people have gone through."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from models.enums import Status
from service.errors import Unprocessable
from service.extraction.types import Place
from service.lexicon_changes import queries
from service.lexicon_changes.scoring import Said
from service.seeding.rows import SeedData


@dataclass(frozen=True, slots=True)
class Annotated:
    """One document and what stands in it."""

    name: str
    title: str
    text: str
    said: tuple[Said, ...]


def shipped_minutes(seed: SeedData) -> list[Annotated]:
    """The shipped meetings; statements that were shipped as drafts are only implied."""
    names = {row.slug: row.name_zh for row in seed.clusters}
    said: dict[str, list[Said]] = defaultdict(list)
    for row in seed.meeting_statements:
        explicit = row.status == Status.CONFIRMED
        one = Said(names[row.cluster], row.kind, (row.topic,), row.quote, explicit)
        said[row.meeting].append(one)
    return [
        Annotated(meeting.slug, meeting.title_zh, meeting.text, tuple(said[meeting.slug]))
        for meeting in seed.meetings
    ]


def minutes_of_files(
    gold: Path, folder: Path, elsewhere: Mapping[str, Path] = MappingProxyType({})
) -> list[Annotated]:
    """Annotations by others: the document of a line is ``folder/article.txt``, or ``elsewhere``.

    Lines of JSON with ``article``, ``cluster``, ``kind``, ``topic_code`` and maybe
    ``secondary_codes``, ``explicit``, ``quote``.

    Raises
    ------
    Unprocessable
        A line or a document cannot be read; the values say which.
    """
    said: dict[str, list[Said]] = defaultdict(list)
    for number, line in enumerate(_read(gold).splitlines(), start=1):
        if line.strip():
            article, one = _line(gold, number, line)
            said[article].append(one)
    return [
        Annotated(article, article, _read(elsewhere.get(article, path)), tuple(said[article]))
        for article in sorted(said)
        for path in [folder / f"{article}.txt"]
    ]


def _line(gold: Path, number: int, line: str) -> tuple[str, Said]:
    try:
        row: dict[str, Any] = json.loads(line)
        topics = [row.get("topic_code") or row.get("topic"), *(row.get("secondary_codes") or [])]
        one = Said(
            cluster=str(row["cluster"]),
            kind=str(row["kind"]),
            topics=tuple(str(topic) for topic in topics if topic),
            quote=str(row.get("quote") or ""),
            explicit=bool(row.get("explicit", True)),
        )
        return str(row["article"]), one
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unprocessable(
            "gold-line", file=gold.name, line=number, cause=f"{type(error).__name__}: {error}"
        ) from error


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unprocessable("gold-file", file=str(path), cause=str(error)) from error


def reviewed_minutes(session: Session) -> list[Annotated]:
    """Documents, other than the shipped, of which every draft was decided and one confirmed."""
    found = []
    for document, title in queries.reviewed_documents(session):
        said = tuple(
            Said(cluster.name_zh, statement.kind, (top,), statement.quote or "")
            for statement, cluster, top in queries.confirmed_in(session, document.id)
        )
        name = f"{document.meeting_id}/{document.id} {document.filename}"
        found.append(Annotated(name, title, document.text, said))
    return found


def names_of(places: Iterable[Place]) -> Mapping[str, str]:
    """From every name of a place to its registered one."""
    return {name: place.name_zh for place in places for name in (*place.names, place.name_zh)}
