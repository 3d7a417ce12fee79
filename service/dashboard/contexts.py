"""What each page shows: exactly these values, ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from service.dashboard.directory import Circle
from service.dashboard.fields import Input, Select, errors_of
from service.dashboard.filters import ClusterForm, PairingForm
from service.dashboard.frame import Frame, Link
from service.dashboard.intake import IntakeForm
from service.dashboard.marking import Passage
from service.dashboard.pairings import Card, ContradictionRow, LiftRow, ObstacleRow
from service.dashboard.statements import Item, StatementGroup


@dataclass(frozen=True, slots=True)
class Page:
    template: ClassVar[str]

    frame: Frame


@dataclass(frozen=True, slots=True)
class ExcludedRow:
    one: Link
    other: Link
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class PairingsPage(Page):
    template = "pairings.html"

    form: PairingForm
    cards: Sequence[Card] | None
    """None while the form holds errors."""
    excluded: Sequence[ExcludedRow]
    run: Sequence[str]
    unfolded: bool
    unfold_href: str
    more_href: str | None
    csv_href: str
    xlsx_href: str


@dataclass(frozen=True, slots=True)
class ClusterRow:
    name: Link
    other_name: str
    kind: str
    place: str
    titles: Sequence[str]
    products: Sequence[str]


@dataclass(frozen=True, slots=True)
class ClustersPage(Page):
    template = "clusters.html"

    form: ClusterForm
    rows: Sequence[ClusterRow]
    next_href: str | None
    first_href: str | None
    csv_href: str
    xlsx_href: str
    import_: Link | None
    """For those alone who may write clusters."""


@dataclass(frozen=True, slots=True)
class DockingRow:
    """``partner`` leads nowhere where the register lacks it."""

    partner: Link
    date: str
    topic: str
    facts: str
    source: str


@dataclass(frozen=True, slots=True)
class EventRow:
    event: Link
    date: str
    place: str
    themes: str
    participants: int


@dataclass(frozen=True, slots=True)
class ClusterPage(Page):
    template = "cluster.html"

    name: str
    other_name: str
    kind: str
    place: str
    coordinates: str | None
    part_of: Link | None
    aliases: str
    titles: Sequence[str]
    products: Sequence[str]
    said: Sequence[StatementGroup]
    exports: Sequence[Link]
    partners: Sequence[Card]
    partners_href: str
    dockings: Sequence[DockingRow]
    events: Sequence[EventRow]
    run: Sequence[str]


@dataclass(frozen=True, slots=True)
class PairPage(Page):
    template = "pair.html"

    one: Link
    other: Link
    card: Card
    swap: Link
    excluded: Sequence[str]
    obstacles: Sequence[ObstacleRow]
    further_obstacles: Sequence[ObstacleRow]
    lifts: Sequence[LiftRow]
    drafts: Sequence[LiftRow]
    standing: str
    """The partner's place in the list today."""
    best: LiftRow | None
    contradictions: Sequence[ContradictionRow]
    run: Sequence[str]


@dataclass(frozen=True, slots=True)
class MeetingRow:
    meeting: Link
    date: str
    kind: str
    place: str
    host: str


@dataclass(frozen=True, slots=True)
class MeetingsPage(Page):
    template = "meetings.html"

    rows: Sequence[MeetingRow]
    new_href: str | None
    """None for who may record no meeting."""


@dataclass(frozen=True, slots=True)
class MeetingForm:
    inputs: Sequence[Input]
    kind: Select
    visibility: Select

    @property
    def errors(self) -> list[str]:
        return errors_of(*self.inputs, self.kind, self.visibility)


@dataclass(frozen=True, slots=True)
class NewMeetingPage(Page):
    template = "new_meeting.html"

    form: MeetingForm
    once: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    document: Link
    size: str
    digest: str


@dataclass(frozen=True, slots=True)
class MeetingPage(Page):
    template = "meeting.html"

    name: str
    facts: MeetingRow
    circle: Circle | None
    documents: Sequence[DocumentRow]
    said: Sequence[StatementGroup]
    intake: IntakeForm | None


@dataclass(frozen=True, slots=True)
class DocumentPage(Page):
    template = "document.html"

    meeting: Link
    date: str
    circle: Circle | None
    has_blanks: bool
    passages: Sequence[Passage]
    words_tag: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class EventsPage(Page):
    template = "events.html"

    rows: Sequence[EventRow]


@dataclass(frozen=True, slots=True)
class AsAWhole:
    """How evenly the participants are shown, and where an event is looked at as a whole."""

    lines: Sequence[str]
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class EventPage(Page):
    template = "event.html"

    name: str
    facts: EventRow
    time_zone: str
    participants: Sequence[Link]
    whole: AsAWhole
    cards: Sequence[Card]
    more_href: str | None
    unfolded: bool
    unfold_href: str
    run: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProblemPage(Page):
    template = "problem.html"

    status: int
    name: str
    detail: str
    kind: str
    path: str
