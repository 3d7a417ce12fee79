"""One revision of the data as a match index, with what is needed to show its reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import Topic
from models.enums import Basis, LabelKind, Status, Visibility
from service.access import CIRCLES
from service.blends.active import weights_in_force
from service.dates import last_day
from service.matching.confidence import denials
from service.matching.index import MatchIndex, build_index
from service.matching.inference import infer
from service.matching.lifts import Sources
from service.matching.taxonomy import Taxonomy
from service.matching.types import (
    ClusterFact,
    InferenceRule,
    ScoreParams,
    StatementFact,
    TopicFact,
)
from service.phrases import Phrases
from service.statements.views import reading_of
from service.suggestions import queries
from service.suggestions.queries import AnyRow
from service.suggestions.views import Cited

Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class DataKey:
    """Two rankings with one key read one index."""

    revision: int
    as_of: date
    audience: Visibility
    drafts: bool


@dataclass(frozen=True, slots=True, eq=False)
class RankingData:
    """A value: nothing in it changes after it is built.

    ``cited`` and ``changed`` go by statement id as the index knows it, ``met`` and ``vetoes`` by
    the two slugs; ``met`` holds the partial dates of dockings, None where the year is unknown.
    """

    key: DataKey
    index: MatchIndex
    waiting: Sequence[StatementFact]
    """Drafts of the same readers that do not count."""
    sources: Sources
    """What the index was derived from."""
    names: Mapping[str, tuple[str, str]]
    provinces: Mapping[str, str | None]
    cited: Mapping[str, Cited]
    changed: Mapping[str, datetime]
    labels: Mapping[str, tuple[str, str]]
    vetoes: Mapping[Pair, str]
    met: Mapping[Pair, Sequence[str | None]]


def load(session: Session, key: DataKey, phrases: Phrases) -> RankingData:
    """Read one revision and build its index; takes about a second at 2,000 clusters."""
    topics = queries.topics(session)
    labels = {topic.notation: preferred(topic) for topic in topics}
    taxonomy = Taxonomy.from_topics(
        TopicFact(
            notation=topic.notation,
            broader=topic.broader.notation if topic.broader else None,
            group=topic.group,
            know_how=topic.know_how,
        )
        for topic in topics
    )
    encoder = phrases.encoder(label.text for topic in topics for label in topic.labels)
    places = queries.clusters(session)
    rows = queries.statements(
        session,
        as_of=key.as_of,
        circle=CIRCLES[key.audience],
        statuses=(Status.CONFIRMED, Status.DRAFT),
    )
    facts = mark_contradicted(facts_of(rows, queries.facets(session)))
    counted = [fact for fact in facts if key.drafts or fact.status == "confirmed"]
    rules = queries.chain_rules(session)
    sources = Sources(counted, [rule_of(row) for row in rules])
    inferred = infer(counted, sources.rules, taxonomy, key.as_of)
    names = {place.slug: (place.name_zh, place.name_en) for place in places}
    cited = cite(rows, names)
    cited |= cite_inferred(inferred, cited, rules, names)
    return RankingData(
        key=key,
        index=build_index(
            [cluster_of(place) for place in places],
            [*counted, *inferred],
            taxonomy,
            encoder,
            ScoreParams(weights=weights_in_force(session)),
            key.as_of,
        ),
        sources=sources,
        waiting=[fact for fact in facts if not key.drafts and fact.status == "draft"],
        names=names,
        provinces={place.slug: place.province for place in places},
        cited=cited,
        changed={str(row.id): row.updated_at for row in rows},
        labels=labels,
        vetoes={frozenset((low, high)): reason for low, high, reason in queries.vetoes(session)},
        met=meetings_of(queries.dockings(session)),
    )


def preferred(topic: Topic) -> tuple[str, str]:
    found = {x.language: x.text for x in topic.labels if x.kind == LabelKind.PREFERRED}
    return found["zh"], found["en"]


def cluster_of(place: AnyRow) -> ClusterFact:
    return ClusterFact(place.slug, place.kind, place.latitude, place.longitude, place.part_of)


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
    return [replace(fact, contradicted=fact.id in denied) for fact in facts]


def rule_of(row: AnyRow) -> InferenceRule:
    rule = row.ChainRule
    return InferenceRule(
        id=rule.code,
        kind_from=rule.from_kind,
        topic_from=row.from_topic,
        kind=rule.kind,
        topic=row.topic,
        weight=rule.weight,
        phrase=rule.phrase,
        unless=frozenset(rule.unless),
        inherits=frozenset(rule.inherits),
    )


def cite(rows: Iterable[AnyRow], names: Mapping[str, tuple[str, str]]) -> dict[str, Cited]:
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
    rules: Iterable[AnyRow],
    names: Mapping[str, tuple[str, str]],
) -> dict[str, Cited]:
    known = {row.ChainRule.code: row.ChainRule for row in rules}
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


def meetings_of(rows: Iterable[AnyRow]) -> dict[Pair, list[str | None]]:
    met: dict[Pair, list[str | None]] = {}
    for one, other, held_on in rows:
        met.setdefault(frozenset((one, other)), []).append(held_on)
    return met
