"""The values that go into and come out of the extraction: stdlib only, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A text exactly as it was decoded; every span counts its characters."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A registered place with all its names: Chinese, English and aliases."""

    slug: str
    name_zh: str
    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A node of the taxonomy with all its labels and synonyms."""

    notation: str
    broader: str | None
    group: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with all its labels and synonyms."""

    facet: str
    value: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of the cue table; ``docs`` of the columns stand in ``lexicon.build_lexicon``."""

    id: str
    role: str
    forms: tuple[str, ...]
    scope: str = "any"
    weight: int = 3
    confidence: float = 0.7
    value: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a statement, with ``text == document.text[start:end]``.

    ``value`` is written out in ``unit`` (2.5万台 is 25000 in 台, 五百亿元 is 500 in 亿元);
    ``of`` is what is counted, as written, or empty.
    """

    text: str
    start: int
    end: int
    value: float
    unit: str
    of: str


@dataclass(frozen=True, slots=True)
class DraftStatement:
    """One thing that one place said, with ``quote == text[start:end]`` of the document."""

    cluster: str
    cluster_slug: str | None
    kind: str
    topic: str
    subtopic: str | None
    secondary_topics: tuple[str, ...]
    facets: Mapping[str, list[str]]
    quote: str
    start: int
    end: int
    speaker: str | None
    confidence: float
    asks: bool
    weight: int
    phrase: str
    rule: str
    figures: tuple[Figure, ...] = ()
