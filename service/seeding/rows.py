"""The rows of the seed files, checked and typed."""

from dataclasses import dataclass

from models.enums import (
    ClusterKind,
    Evidence,
    Facet,
    MeetingKind,
    StatementKind,
    Status,
    TopicGroup,
)
from service.seeding.words import DateBasis, DockingKind, Grade, PartialDate, SourceKind

FacetPair = tuple[Facet, str]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """``know_how``: the topic is learnt from a place like one's own rather than bought."""

    notation: str
    broader: str | None
    group: TopicGroup
    know_how: bool
    label_zh: str
    label_en: str
    alt_zh: tuple[str, ...]
    alt_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetRow:
    facet: Facet
    value: str
    label_zh: str
    label_en: str
    alt_zh: tuple[str, ...]
    alt_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CueRow:
    """``weight`` in 1–5 and ``confidence`` in [0, 1] are None where the extraction's own hold."""

    id: str
    role: str
    scope: str | None
    weight: int | None
    confidence: float | None
    value: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A coefficient of the confidence of drafts."""

    feature: str
    weight: float


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """``lat`` and ``lon`` in degrees, both or none; ``country`` is ISO 3166-1 alpha-2."""

    slug: str
    name_zh: str
    name_en: str
    kind: ClusterKind
    country: str
    province: str | None
    province_en: str | None
    admin_level: str | None
    lat: float | None
    lon: float | None
    part_of: str | None
    aliases_zh: tuple[str, ...]
    aliases_en: tuple[str, ...]
    titles: tuple[str, ...]
    titles_en: tuple[str, ...]
    titles_evidence: Evidence | None
    products: tuple[str, ...]
    products_en: tuple[str, ...]
    products_evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class RegisterStatementRow:
    cluster: str
    kind: StatementKind
    topic: str
    subtopic: str | None
    facets: tuple[FacetPair, ...]
    phrase_zh: str
    phrase_en: str
    weight: int
    source_kind: SourceKind
    source_zh: str
    source_en: str
    evidence: Evidence

    @property
    def notation(self) -> str:
        """The most precise topic given."""
        return self.subtopic or self.topic

    @property
    def key(self) -> str:
        """Names the row among all seed rows, as long as its facts stay."""
        return f"register/{self.cluster}/{self.source_kind}/{self.notation}/{self.phrase_zh}"


@dataclass(frozen=True, slots=True)
class ChainRuleRow:
    """It fires on ``from_topic`` and its sub-topics, save those in ``unless``.

    What it implies takes over the facets in ``inherits`` from what it follows from.
    """

    id: str
    from_kind: StatementKind
    from_topic: str
    unless: tuple[str, ...]
    kind: StatementKind
    topic: str
    phrase_zh: str
    phrase_en: str
    inherits: tuple[Facet, ...]
    weight: int
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """``text`` is the whole document; its UTF-8 bytes are the file's."""

    slug: str
    title_zh: str
    title_en: str
    kind: MeetingKind
    date: PartialDate | None
    date_basis: DateBasis | None
    place: str | None
    host: str | None
    file: str
    note: str | None
    text: str


@dataclass(frozen=True, slots=True)
class MeetingStatementRow:
    """``quote == meeting.text[start:end]``."""

    meeting: str
    cluster: str
    kind: StatementKind
    topic: str
    subtopic: str | None
    facets: tuple[FacetPair, ...]
    asks: bool
    weight: int
    quote: str
    start: int
    end: int
    speaker: str | None
    phrase_zh: str
    phrase_en: str
    status: Status
    note: str | None

    @property
    def notation(self) -> str:
        """The most precise topic given."""
        return self.subtopic or self.topic

    @property
    def key(self) -> str:
        """Names the row among all seed rows, as long as its facts stay."""
        return f"{self.meeting}/{self.cluster}/{self.kind}/{self.notation}/{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class DockingRow:
    """``supplier`` and ``receiver`` are slugs where ``*_registered``, else names as written."""

    id: str
    date: PartialDate | None
    supplier: str
    supplier_registered: bool
    receiver: str
    receiver_registered: bool
    topic: str
    subject_en: str
    kind: DockingKind
    grade: Grade
    facts_zh: str
    source_zh: str
    source_en: str


@dataclass(frozen=True, slots=True)
class SeedData:
    """All rows, in the order of their files."""

    topics: tuple[TopicRow, ...]
    facets: tuple[FacetRow, ...]
    cues: tuple[CueRow, ...]
    weights: tuple[WeightRow, ...]
    clusters: tuple[ClusterRow, ...]
    register_statements: tuple[RegisterStatementRow, ...]
    chain_rules: tuple[ChainRuleRow, ...]
    meetings: tuple[MeetingRow, ...]
    meeting_statements: tuple[MeetingStatementRow, ...]
    dockings: tuple[DockingRow, ...]
