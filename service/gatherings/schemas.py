"""Exposure, round tables and gaps as the API and the command line give them."""

from typing import Annotated, Literal

from pydantic import Field

from service.suggestions.schemas import CitedOut, Out, RunOut, SuggestionOut

Share = Annotated[float, Field(ge=0, le=1)]


class PlaceOut(Out):
    cluster: str
    name_zh: str
    name_en: str
    kind: str
    province: str | None


class FairnessOut(Out):
    """Figures of everybody's lists at one price.

    `gini` is that of the exposures: in how many lists each stands. Envy: the share of those with a
    list who would rather have another's, and who would even without its best item (EF1).
    """

    spread: float
    total: float = Field(description="Sum of the scores of all entries.")
    loss: Share = Field(description="Mean share of its best list that a participant gives up.")
    largest_loss: Share
    gini: Share
    most: int = Field(description="Lists that hold the most shown.")
    never: int = Field(description="Participants that stand in no list.")
    envious: Share
    envious_beyond_one: Share


class ShownOut(Out):
    place: PlaceOut
    before: int
    after: int
    worth_before: float
    worth_after: float


class ExposureOut(Out):
    run: RunOut
    top: int
    before: FairnessOut
    after: FairnessOut
    choices: list[FairnessOut]
    participants: list[ShownOut]


class ListItemOut(Out):
    rank_before: int = Field(description="Place in the participant's whole ranking by score.")
    kept: bool = Field(description="Whether it stood in the best list too.")
    suggestion: SuggestionOut


class SpreadListOut(Out):
    """`dropped` stood in the best list and made room."""

    place: PlaceOut
    worth_before: float
    worth_after: float
    items: list[ListItemOut]
    dropped: list[ListItemOut]


class TableLinkOut(Out):
    """`giver` fills `share` of a need of `taker`; `weight` is that times the need's weight."""

    giver: str
    taker: str
    topic: str
    topic_zh: str
    topic_en: str
    share: Share
    weight: Share
    gap: CitedOut
    strength: CitedOut


class TableOut(Out):
    """`places` in order; `links[i]` joins place i with the next, in a cycle the last the first."""

    rank: int
    form: Literal["cycle", "chain", "two_way"]
    weakest: float
    total: float
    places: list[PlaceOut]
    links: list[TableLinkOut]


class TablesOut(Out):
    run: RunOut
    form: Literal["cycle", "chain", "two_way"]
    least_share: float
    complete: bool = Field(
        description="False if the search gave up before it found as many as asked for."
    )
    tables: list[TableOut]


class CandidateOut(Out):
    place: PlaceOut
    share: float | None = Field(description="Share of the need it fills; null on another topic.")
    topic: str
    strength: CitedOut


class OutsiderOut(Out):
    """Not registered; known from a docking."""

    name: str
    topic: str
    held_on: str | None
    facts_zh: str
    source_zh: str
    source_en: str | None


class GapOut(Out):
    """A need that nobody present fills, or (`reach`: registered) nobody registered."""

    rank: int
    place: PlaceOut
    topic: str
    topic_zh: str
    topic_en: str
    weight: float
    here: float = Field(description="The largest share of the need that somebody present fills.")
    reach: Literal["present", "registered"]
    gap: CitedOut
    recruits: list[CandidateOut]
    weak: list[CandidateOut]
    near: list[CandidateOut]
    outside: list[OutsiderOut]


class FilledOut(Out):
    place: PlaceOut
    topic: str


class InvitedOut(Out):
    place: PlaceOut
    gain: float = Field(description="Weight of the needs that it fills anew.")
    fills: list[FilledOut]
