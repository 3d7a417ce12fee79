"""Reads the vocabularies: topics, facets, cues, and the rules of the value chain."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from models.enums import Facet, StatementKind, TopicGroup
from service.seeding.rows import ChainRuleRow, CueRow, FacetRow, TopicRow, WeightRow
from service.seeding.table import Row, read_table, refuse_doubles

TOPIC_COLUMNS = ("notation", "broader", "group", "label_zh", "label_en", "alt_zh", "alt_en")
TOPIC_MARKS = ("know_how",)
FACET_COLUMNS = ("facet", "value", "label_zh", "label_en", "alt_zh", "alt_en")
CUE_COLUMNS = ("id", "role", "scope", "weight", "confidence", "value", "forms")
WEIGHT_COLUMNS = ("feature", "weight")
RULE_COLUMNS = (
    "id",
    "from_kind",
    "from_topic",
    "unless",
    "kind",
    "topic",
    "phrase_zh",
    "phrase_en",
    "inherits",
    "weight",
    "reason_zh",
    "reason_en",
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that other files may use: each notation with its parent, and facet values."""

    broader: dict[str, str | None]
    facets: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, topics: Iterable[TopicRow], facets: Iterable[FacetRow]) -> Self:
        return cls(
            broader={topic.notation: topic.broader for topic in topics},
            facets=frozenset((row.facet.value, row.value) for row in facets),
        )

    def topic(self, row: Row) -> tuple[str, str | None]:
        """The cells ``topic`` (a top one) and ``subtopic`` (one of its own, or None)."""
        topic = row.known("topic", self.broader, "topics.csv")
        if self.broader[topic] is not None:
            row.refuse("topic", f"{topic!r} is a sub-topic; write it under subtopic")
        subtopic = row.optional_known("subtopic", self.broader, "topics.csv")
        if subtopic and self.broader[subtopic] != topic:
            row.refuse("subtopic", f"{subtopic!r} does not belong to {topic!r}")
        return topic, subtopic


def read_topics(root: Path) -> tuple[TopicRow, ...]:
    """``topics.csv``; a sub-topic stands below its parent and in the parent's group.

    The column ``know_how`` may be left out; then no topic is know-how.
    """
    rows = read_table(root, "topics.csv", TOPIC_COLUMNS, marks=TOPIC_MARKS)
    refuse_doubles(((row, row.cells["notation"]) for row in rows), "notation")
    topics: dict[str, TopicRow] = {}
    for row in rows:
        topic = _topic(row)
        if topic.broader is not None:
            parent = topics.get(topic.broader)
            if parent is None or parent.broader is not None:
                row.refuse("broader", f"{topic.broader!r} is no top topic in a line above")
            if parent.group != topic.group:
                row.refuse("group", f"its parent is in the group {parent.group}")
        topics[topic.notation] = topic
    return tuple(topics.values())


def _topic(row: Row) -> TopicRow:
    return TopicRow(
        notation=row.text("notation", limit=60),
        broader=row.optional("broader", limit=60),
        group=row.word("group", TopicGroup),
        know_how=row.flag("know_how") if "know_how" in row.cells else False,
        label_zh=row.text("label_zh", limit=160),
        label_en=row.text("label_en", limit=160),
        alt_zh=row.items("alt_zh"),
        alt_en=row.items("alt_en"),
    )


def read_facets(root: Path) -> tuple[FacetRow, ...]:
    rows = read_table(root, "facets.csv", FACET_COLUMNS)
    refuse_doubles(((row, (row.cells["facet"], row.cells["value"])) for row in rows), "value")
    return tuple(
        FacetRow(
            facet=row.word("facet", Facet),
            value=row.text("value", limit=60),
            label_zh=row.text("label_zh", limit=80),
            label_en=row.text("label_en", limit=80),
            alt_zh=row.items("alt_zh"),
            alt_en=row.items("alt_en"),
        )
        for row in rows
    )


def read_cues(root: Path) -> tuple[CueRow, ...]:
    """``cues.csv``; which roles and scopes exist, the extraction itself knows."""
    rows = read_table(root, "cues.csv", CUE_COLUMNS)
    refuse_doubles(((row, row.cells["id"]) for row in rows), "id")
    return tuple(
        CueRow(
            id=row.text("id"),
            role=row.text("role"),
            scope=row.optional("scope"),
            weight=row.whole("weight", low=1, high=5) if row.cells["weight"] else None,
            confidence=row.decimal("confidence", low=0, high=1),
            value=row.optional("value") or "",
            forms=_forms(row),
        )
        for row in rows
    )


def read_weights(root: Path) -> tuple[WeightRow, ...]:
    """``confidence.csv``: without a line under its header, plain rules decide."""
    rows = read_table(root, "confidence.csv", WEIGHT_COLUMNS)
    refuse_doubles(((row, row.cells["feature"]) for row in rows), "feature")
    return tuple(WeightRow(row.text("feature"), _weight(row)) for row in rows)


def _weight(row: Row) -> float:
    found = row.decimal("weight", low=-20, high=20)
    return row.refuse("weight", "write a number") if found is None else found


def _forms(row: Row) -> tuple[str, ...]:
    """The cell's items; a space at the end of one is part of it, as in `` but ``."""
    forms = tuple(row.cells["forms"].split(";"))
    if not all(form.strip() for form in forms):
        row.refuse("forms", "separate the forms by single `;`; none may be empty")
    return forms


def read_chain_rules(root: Path, words: Vocabulary) -> tuple[ChainRuleRow, ...]:
    rows = read_table(root, "chain_rules.csv", RULE_COLUMNS)
    refuse_doubles(((row, row.cells["id"]) for row in rows), "id")
    return tuple(_chain_rule(row, words) for row in rows)


def _chain_rule(row: Row, words: Vocabulary) -> ChainRuleRow:
    from_topic = row.known("from_topic", words.broader, "topics.csv")
    unless = row.items("unless")
    for notation in unless:
        if words.broader.get(notation) != from_topic:
            row.refuse("unless", f"{notation!r} is no sub-topic of {from_topic!r}")
    inherits = row.items("inherits")
    for facet in inherits:
        if facet not in list(Facet):
            row.refuse("inherits", f"{facet!r} is none of {', '.join(Facet)}")
    return ChainRuleRow(
        id=row.slug("id"),
        from_kind=row.word("from_kind", StatementKind),
        from_topic=from_topic,
        unless=unless,
        kind=row.word("kind", StatementKind),
        topic=row.known("topic", words.broader, "topics.csv"),
        phrase_zh=row.text("phrase_zh", limit=200),
        phrase_en=row.text("phrase_en", limit=200),
        inherits=tuple(Facet(facet) for facet in inherits),
        weight=row.whole("weight", low=1, high=5),
        reason_zh=row.text("reason_zh"),
        reason_en=row.text("reason_en"),
    )
