"""What statements stand on: topics, places, and the rules of the value chain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.enums import LabelKind
from service.matching.encoders import Encoder
from service.matching.taxonomy import Taxonomy
from service.matching.types import ClusterFact, InferenceRule, TopicFact
from service.phrases import Phrases
from service.suggestions import queries
from service.suggestions.queries import AnyRow

Names = Mapping[str, tuple[str, str]]
Members = Sequence[tuple[str, str]]
"""Each registered place with each that it is part of, the whole first, from the nearest up."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A value; ``rows`` is all that it was made of.

    ``names`` and ``provinces`` go by slug, ``labels`` by notation; names and labels are Chinese,
    then English.
    """

    rows: tuple[Sequence[tuple[Any, ...]], ...]
    taxonomy: Taxonomy
    encoder: Encoder
    clusters: Sequence[ClusterFact]
    rules: Sequence[InferenceRule]
    rule_rows: Mapping[str, AnyRow]
    labels: Names
    names: Names
    provinces: Mapping[str, str | None]
    members: Members


def read_ground(session: Session, phrases: Phrases, known: Ground | None = None) -> Ground:
    """As the session sees it: ``known`` itself if nothing of it has changed."""
    topics, labels = queries.topics(session), queries.labels(session)
    places, rules = queries.clusters(session), queries.chain_rules(session)
    rows = tuple([tuple(row) for row in part] for part in (topics, labels, places, rules))
    if known is not None and known.rows == rows:
        return known
    clusters = [cluster_of(place) for place in places]
    return Ground(
        rows=rows,
        taxonomy=Taxonomy.from_topics(TopicFact(*topic) for topic in topics),
        encoder=phrases.encoder(label.text for label in labels),
        clusters=clusters,
        rules=[rule_of(row) for row in rules],
        rule_rows={row.code: row for row in rules},
        labels=preferred(labels),
        names={place.slug: (place.name_zh, place.name_en) for place in places},
        provinces={place.slug: place.province for place in places},
        members=members_of(clusters),
    )


def preferred(labels: Iterable[AnyRow]) -> Names:
    found: dict[str, dict[str, str]] = {}
    for label in labels:
        if label.kind == LabelKind.PREFERRED:
            found.setdefault(label.notation, {})[label.language] = label.text
    return {notation: (texts["zh"], texts["en"]) for notation, texts in found.items()}


def cluster_of(place: AnyRow) -> ClusterFact:
    return ClusterFact(place.slug, place.kind, place.latitude, place.longitude, place.part_of)


def members_of(clusters: Iterable[ClusterFact]) -> Members:
    part_of = {cluster.slug: cluster.part_of for cluster in clusters}
    found: list[tuple[str, str]] = []
    for slug, whole in part_of.items():
        wholes: list[str] = []
        parent = whole
        while parent and parent not in wholes:
            wholes.append(parent)
            parent = part_of[parent]
        found += [(known, slug) for known in wholes]
    return found


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
