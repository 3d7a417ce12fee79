"""Rows of statements as facts for the index, and as what is cited of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from models.enums import Basis
from service.dates import last_day
from service.matching.confidence import denials
from service.matching.types import StatementFact
from service.statements.views import reading_of
from service.suggestions.ground import Names
from service.suggestions.queries import AnyRow
from service.suggestions.views import Cited


def facts_of(
    rows: Iterable[AnyRow], facets: Mapping[int, Mapping[str, frozenset[str]]]
) -> list[StatementFact]:
    return [
        StatementFact(
            id=str(row.id),
            cluster=row.slug,
            kind=row.kind,
            asks=row.asks,
            topic=row.notation,
            facets=facets.get(row.id, {}),
            phrase=row.phrase,
            weight=row.weight,
            status=row.status,
            basis=row.basis,
            stated_on=last_day(row.stated_on) if row.stated_on else None,
        )
        for row in rows
    ]


def mark_contradicted(facts: Sequence[StatementFact]) -> list[StatementFact]:
    denied = denials(facts)
    return [
        fact
        if fact.contradicted is (fact.id in denied)
        else replace(fact, contradicted=fact.id in denied)
        for fact in facts
    ]


def cite(rows: Iterable[AnyRow], names: Names) -> dict[str, Cited]:
    return {
        str(row.id): Cited(
            cluster=row.slug,
            name_zh=names[row.slug][0],
            name_en=names[row.slug][1],
            basis=row.basis,
            kind=row.kind,
            phrase=row.phrase,
            phrase_en=row.phrase_en,
            statement=row.id,
            quote=row.quote,
            reading=reading_of(row.quote),
            meeting=row.title_zh,
            meeting_id=row.meeting_id,
            document_id=row.document_id,
            start=row.span_start,
            date=row.stated_on,
            speaker=row.speaker,
            source_zh=row.source_zh,
            source_en=row.source_en,
        )
        for row in rows
    }


def cite_inferred(
    inferred: Iterable[StatementFact],
    cited: Mapping[str, Cited],
    known: Mapping[str, AnyRow],
    names: Names,
) -> dict[str, Cited]:
    """``known``: the rules by their codes."""
    return {
        fact.id: Cited(
            cluster=fact.cluster,
            name_zh=names[fact.cluster][0],
            name_en=names[fact.cluster][1],
            basis=Basis.INFERRED,
            kind=fact.kind,
            phrase=fact.phrase,
            phrase_en=known[fact.rule].phrase_en,
            rule=fact.rule,
            rule_zh=known[fact.rule].reason_zh,
            rule_en=known[fact.rule].reason_en,
            follows_from=cited[fact.follows_from],
        )
        for fact in inferred
        if fact.rule and fact.follows_from
    }
