"""What statements stand on: topics, places, and the rules of the value chain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from models.enums import LabelKind
from service.matching.taxonomy import Taxonomy
from service.matching.types import ClusterFact, InferenceRule, TopicFact
from service.suggestions import queries
from service.suggestions.queries import AnyRow

if TYPE_CHECKING:
    from service.matching.text import PhraseEncoder

Names = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A value; ``rows`` is all that it was made of.

    ``names`` and ``provinces`` go by slug, ``labels`` by notation; names and labels are Chinese,
    then English.
    """

    rows: tuple[Sequence[tuple[Any, ...]], ...]
    taxonomy: Taxonomy
    encoder: "PhraseEncoder"
    clusters: Sequence[ClusterFact]
    rules: Sequence[InferenceRule]
    rule_rows: Mapping[str, AnyRow]
    labels: Names
    names: Names
    provinces: Mapping[str, str | None]


def read_ground(session: Session, known: Ground | None = None) -> Ground:
    """As the session sees it: ``known`` itself if nothing of it has changed."""
    topics, labels = queries.topics(session), queries.labels(session)
    places, rules = queries.clusters(session), queries.chain_rules(session)
    rows = tuple([tuple(row) for row in part] for part in (topics, labels, places, rules))
    if known is not None and known.rows == rows:
        return known
    return Ground(
        rows=rows,
        taxonomy=Taxonomy.from_topics(TopicFact(*topic) for topic in topics),
        encoder=encoder_of(label.text for label in labels),
        clusters=[cluster_of(place) for place in places],
        rules=[rule_of(row) for row in rules],
        rule_rows={row.code: row for row in rules},
        labels=preferred(labels),
        names={place.slug: (place.name_zh, place.name_en) for place in places},
        provinces={place.slug: place.province for place in places},
    )


def encoder_of(terms: Iterable[str]) -> "PhraseEncoder":
    """Fitted on the wordings of the topics alone."""
    from service.matching.text import PhraseEncoder  # noqa: PLC0415 - scikit-learn takes a second

    return PhraseEncoder().fit(terms)


def preferred(labels: Iterable[AnyRow]) -> Names:
    found: dict[str, dict[str, str]] = {}
    for label in labels:
        if label.kind == LabelKind.PREFERRED:
            found.setdefault(label.notation, {})[label.language] = label.text
    return {notation: (texts["zh"], texts["en"]) for notation, texts in found.items()}


def cluster_of(place: AnyRow) -> ClusterFact:
    return ClusterFact(place.slug, place.kind, place.latitude, place.longitude, place.part_of)


def rule_of(row: AnyRow) -> InferenceRule:
    return InferenceRule(
        id=row.code,
        kind_from=row.from_kind,
        topic_from=row.from_topic,
        kind=row.kind,
        topic=row.topic,
        weight=row.weight,
        phrase=row.phrase,
        unless=frozenset(row.unless),
        inherits=frozenset(row.inherits),
    )
