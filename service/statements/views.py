"""A statement as every face of the program shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Statement
from service.extraction.normalise import normalise


def reading_of(quote: str | None) -> str | None:
    """A quote as people read it, unmangled and simplified; None where that is the quote itself.

    >>> reading_of("年產(chǎn)面料")
    '年产面料'
    """
    plain = normalise(quote).text if quote else None
    return plain if plain != quote else None


@dataclass(frozen=True, slots=True)
class StatementView:
    id: int
    cluster: str | None
    place_name: str | None
    kind: str
    asks: bool
    topic: str
    facets: Mapping[str, Sequence[str]]
    phrase: str
    phrase_en: str | None
    quote: str | None
    reading: str | None
    start: int | None
    end: int | None
    meeting: int | None
    document: int | None
    speaker: str | None
    stated_on: str | None
    weight: int
    status: str
    visibility: str
    basis: str
    source_zh: str | None
    source_en: str | None
    evidence: str | None
    confidence: float | None
    rule: str | None
    figures: Sequence[Mapping[str, Any]]
    """Numbers in the quote: text, start, end, value, unit, of."""
    cause: str | None
    """Why it was rejected, where its place was dismissed."""
    version: int
    updated_at: datetime


def facets_of(statement: Statement) -> dict[str, list[str]]:
    facets: dict[str, list[str]] = {}
    for row in statement.facet_values:
        facets.setdefault(row.facet, []).append(row.value)
    return facets


def view(statement: Statement) -> StatementView:
    return StatementView(
        id=statement.id,
        cluster=statement.cluster.slug if statement.cluster else None,
        place_name=statement.place_name,
        kind=statement.kind,
        asks=statement.asks,
        topic=statement.topic.notation,
        facets=facets_of(statement),
        phrase=statement.phrase,
        phrase_en=statement.phrase_en,
        quote=statement.quote,
        reading=reading_of(statement.quote),
        start=statement.span_start,
        end=statement.span_end,
        meeting=statement.meeting_id,
        document=statement.document_id,
        speaker=statement.speaker,
        stated_on=statement.stated_on,
        weight=statement.weight,
        status=statement.status,
        visibility=statement.visibility,
        basis=statement.basis,
        source_zh=statement.source_zh,
        source_en=statement.source_en,
        evidence=statement.evidence,
        confidence=statement.confidence,
        rule=statement.rule,
        figures=statement.figures,
        cause=statement.dismissal.reason
        if statement.dismissal_id is not None and statement.dismissal
        else None,
        version=statement.version,
        updated_at=statement.updated_at,
    )
