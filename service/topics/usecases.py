"""Read the taxonomy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import FacetValue, Topic
from models.enums import LabelKind, Language
from service.errors import TopicNotFound, UnknownFacet
from service.topics import queries


@dataclass(frozen=True, slots=True)
class Labels:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class AltLabels:
    zh: Sequence[str]
    en: Sequence[str]


@dataclass(frozen=True, slots=True)
class TopicView:
    notation: str
    group: str
    broader: str | None
    pref_label: Labels
    alt_label: AltLabels


@dataclass(frozen=True, slots=True)
class FacetValueView:
    facet: str
    value: str
    label: Labels
    names: Sequence[str]
    """Other wordings, in both languages."""


def view(topic: Topic) -> TopicView:
    def texts(kind: LabelKind, language: Language) -> list[str]:
        return [x.text for x in topic.labels if (x.kind, x.language) == (kind, language)]

    return TopicView(
        notation=topic.notation,
        group=topic.group,
        broader=topic.broader.notation if topic.broader else None,
        pref_label=Labels(
            zh=texts(LabelKind.PREFERRED, Language.ZH)[0],
            en=texts(LabelKind.PREFERRED, Language.EN)[0],
        ),
        alt_label=AltLabels(
            zh=texts(LabelKind.ALTERNATIVE, Language.ZH),
            en=texts(LabelKind.ALTERNATIVE, Language.EN),
        ),
    )


def list_topics(
    session: Session, *, group: str | None = None, broader: str | None = None
) -> list[TopicView]:
    """The whole taxonomy, narrower topics after their broader ones."""
    views = [view(topic) for topic in queries.topics(session)]
    return [
        topic
        for topic in views
        if (group is None or topic.group == group) and (broader is None or topic.broader == broader)
    ]


def require_topic(session: Session, notation: str) -> Topic:
    topic = queries.topic(session, notation.replace("\x00", ""))
    if topic is None:
        raise TopicNotFound(notation)
    return topic


def get_topic(session: Session, notation: str) -> TopicView:
    return view(require_topic(session, notation))


def list_facets(session: Session) -> list[FacetValueView]:
    return [
        FacetValueView(row.facet, row.value, Labels(row.label_zh, row.label_en), row.names)
        for row in queries.facet_values(session)
    ]


def facet_rows(session: Session, wanted: Mapping[str, Iterable[str]]) -> list[FacetValue]:
    """The rows of facets given as ``{"material": ["cotton"]}``, or UnknownFacet."""
    known = {(row.facet, row.value): row for row in queries.facet_values(session)}
    pairs = dict.fromkeys((facet, value) for facet, values in wanted.items() for value in values)
    for facet, value in pairs:
        if (facet, value) not in known:
            raise UnknownFacet("facet-unknown", facet=facet, value=value)
    return [known[pair] for pair in pairs]
