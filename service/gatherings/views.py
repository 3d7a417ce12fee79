"""An event as a whole, as every face of the program shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.suggestions.views import Cited, RankingQuery, Run, Suggestion


@dataclass(frozen=True, slots=True)
class GatheringQuery:
    """What is asked of an event or, without one, of all that is registered."""

    ranking: RankingQuery
    event: int | None = None
    cluster: str | None = None
    """Only what concerns this place: whose need it is, or who sits at the table."""
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    cluster: str
    name_zh: str
    name_en: str
    kind: str
    province: str | None


@dataclass(frozen=True, slots=True)
class FairnessView:
    """Figures of lists at one price; ``loss``, ``largest_loss`` and envy are shares of 1."""

    spread: float
    total: float
    loss: float
    largest_loss: float
    gini: float
    most: int
    never: int
    envious: float
    envious_beyond_one: float


@dataclass(frozen=True, slots=True)
class Shown:
    """In how many lists a participant stands, and what its own list is worth, before and after."""

    place: Place
    before: int
    after: int
    worth_before: float
    worth_after: float


@dataclass(frozen=True, slots=True)
class Exposure:
    run: Run
    top: int
    before: FairnessView
    after: FairnessView
    choices: Sequence[FairnessView]
    """What other prices would give, if asked for."""
    participants: Sequence[Shown]
    """The most shown first."""


@dataclass(frozen=True, slots=True)
class ListItem:
    """``rank_before`` is the place in the participant's whole ranking; ``suggestion.rank`` here."""

    rank_before: int
    kept: bool
    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class SpreadList:
    """The partners of one participant; ``dropped`` stood in its best list and made room."""

    place: Place
    worth_before: float
    worth_after: float
    items: Sequence[ListItem]
    dropped: Sequence[ListItem]


@dataclass(frozen=True, slots=True)
class SpreadLists:
    run: Run
    lists: Sequence[SpreadList]
    more: bool


@dataclass(frozen=True, slots=True)
class TableLink:
    """``giver`` fills the need of ``taker`` by ``share``; ``weight`` is share times the need's."""

    giver: str
    taker: str
    topic: str
    topic_zh: str
    topic_en: str
    share: float
    weight: float
    gap: Cited
    strength: Cited


@dataclass(frozen=True, slots=True)
class Table:
    """Places in their order round the table or along the chain, and a link between neighbours."""

    rank: int
    form: str
    weakest: float
    total: float
    places: Sequence[Place]
    links: Sequence[TableLink]


@dataclass(frozen=True, slots=True)
class Tables:
    """``complete`` unless the search gave up before it found as many as asked for."""

    run: Run
    form: str
    least_share: float
    complete: bool
    tables: Sequence[Table]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who could be asked; ``share`` of the need that it would fill, None on another topic."""

    place: Place
    share: float | None
    topic: str
    strength: Cited


@dataclass(frozen=True, slots=True)
class Outsider:
    """A party that is not registered but gave such things at a docking, as was reported."""

    name: str
    topic: str
    held_on: str | None
    facts_zh: str
    source_zh: str
    source_en: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A need that nobody present fills; ``here`` is the largest share of those present.

    ``recruits`` are registered and fill it. Without them nobody registered does: ``weak`` come
    nearest, ``near`` offer a neighbouring topic, ``outside`` are known from dockings.
    """

    rank: int
    place: Place
    topic: str
    topic_zh: str
    topic_en: str
    weight: float
    here: float
    reach: str
    gap: Cited
    recruits: Sequence[Candidate]
    weak: Sequence[Candidate]
    near: Sequence[Candidate]
    outside: Sequence[Outsider]


@dataclass(frozen=True, slots=True)
class Count:
    name: str | None
    present: int
    """Gaps that somebody registered fills, but nobody present."""
    registered: int
    """Gaps that nobody registered fills."""


@dataclass(frozen=True, slots=True)
class Filled:
    place: Place
    topic: str


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom to invite next, the weight of the gaps that it fills anew, and whose these are."""

    place: Place
    gain: float
    fills: Sequence[Filled]


@dataclass(frozen=True, slots=True)
class Gaps:
    """``by_topic`` and ``by_province`` count all gaps, ``gaps`` is one page of them."""

    run: Run
    least_share: float
    needs: int
    """How many needs were looked at."""
    total: int
    by_topic: Sequence[Count]
    by_province: Sequence[Count]
    invitations: Sequence[Invited]
    gaps: Sequence[Gap]
    more: bool
