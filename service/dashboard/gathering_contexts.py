"""What the pages on gatherings show: exactly these values, ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.dashboard.citations import Citation
from service.dashboard.contexts import Page
from service.dashboard.fields import Input, Option, Select, errors_of
from service.dashboard.frame import Link
from service.dashboard.pairings import Card


@dataclass(frozen=True, slots=True)
class GatheringForm:
    first: Sequence[Select]
    cluster: Input
    names: Sequence[Option]
    as_of: Input
    more: Sequence[Select]
    more_open: bool

    @property
    def errors(self) -> list[str]:
        return errors_of(*self.first, self.cluster, self.as_of, *self.more)


@dataclass(frozen=True, slots=True)
class Party:
    """A place, and where it lies or what it is."""

    link: Link
    about: str


@dataclass(frozen=True, slots=True)
class TableStop:
    """A need that one place fills of its neighbour; ``said`` tells which way the goods go."""

    said: str
    giver: Link
    taker: Link
    topic: str
    share: str
    gap: Citation
    strength: Citation


@dataclass(frozen=True, slots=True)
class TableCard:
    """``back`` is the first place again, where the last one gives to it."""

    rank: int
    places: Sequence[Party]
    back: Link | None
    weakest: str
    weakest_topic: str
    total: str
    steps: Sequence[TableStop]


@dataclass(frozen=True, slots=True)
class RoundTablesPage(Page):
    template = "round_tables.html"

    form: GatheringForm
    scope: str
    back: Link | None
    """To the event that is looked at."""
    explanation: str
    cards: Sequence[TableCard] | None
    """None while the form holds errors."""
    complete: bool
    more_href: str | None
    csv_href: str
    xlsx_href: str
    run: Sequence[str]


@dataclass(frozen=True, slots=True)
class CandidateRow:
    party: Party
    share: str
    topic: str
    strength: Citation


@dataclass(frozen=True, slots=True)
class OutsiderRow:
    name: str
    topic: str
    date: str
    facts: str
    source: str


@dataclass(frozen=True, slots=True)
class CandidateGroup:
    label: str
    rows: Sequence[CandidateRow]


@dataclass(frozen=True, slots=True)
class GapCard:
    rank: int
    party: Party
    topic: str
    reach: str
    reach_label: str
    here: str
    weight: str
    gap: Citation
    groups: Sequence[CandidateGroup]
    outside: Sequence[OutsiderRow]


@dataclass(frozen=True, slots=True)
class CountRow:
    name: Link
    present: int
    registered: int


@dataclass(frozen=True, slots=True)
class InvitedRow:
    party: Party
    fills: Sequence[str]
    gain: str


@dataclass(frozen=True, slots=True)
class GapsPage(Page):
    template = "gaps.html"

    form: GatheringForm
    scope: str
    back: Link | None
    count: str
    cards: Sequence[GapCard] | None
    """None while the form holds errors."""
    by_topic: Sequence[CountRow]
    by_province: Sequence[CountRow]
    invitations: Sequence[InvitedRow]
    more_href: str | None
    csv_href: str
    xlsx_href: str
    run: Sequence[str]


@dataclass(frozen=True, slots=True)
class FairnessRow:
    """Figures at one price; ``current`` is the one whose lists are shown."""

    price: Link
    current: bool
    loss: str
    largest_loss: str
    gini: str
    most: int
    never: int
    envious: str
    beyond: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """``before`` and ``after`` are numbers of lists, the widths shares of all lists for bars."""

    party: Party
    before: int
    after: int
    before_width: str
    after_width: str


@dataclass(frozen=True, slots=True)
class ListEntry:
    card: Card
    moved: str
    kept: bool


@dataclass(frozen=True, slots=True)
class ListSection:
    party: Party
    kept: str
    entries: Sequence[ListEntry]
    dropped: Sequence[ListEntry]


@dataclass(frozen=True, slots=True)
class ListsPage(Page):
    template = "spread_lists.html"

    back: Link
    lead: str
    prices: Sequence[FairnessRow]
    shown: Sequence[ShownRow]
    sections: Sequence[ListSection]
    next_href: str | None
    first_href: str | None
    csv_href: str
    xlsx_href: str
    run: Sequence[str]
