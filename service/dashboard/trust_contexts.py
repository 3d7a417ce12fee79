"""What the pages around proposed places and the lexicon show: exactly these values."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.dashboard.contexts import Page
from service.dashboard.fields import Choices, Input, Option, Select, errors_of
from service.dashboard.frame import Link
from service.dashboard.statements import Item


@dataclass(frozen=True, slots=True)
class DraftsForm:
    kind: Select
    warned: Select

    @property
    def errors(self) -> list[str]:
        return errors_of(self.kind, self.warned)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft, and where a decision on it is sent; one of a place that is not registered waits."""

    item: Item
    href: str
    version: int
    registered: bool


@dataclass(frozen=True, slots=True)
class DraftsPage(Page):
    template = "drafts.html"

    form: DraftsForm
    rows: Sequence[DraftRow]
    here: str
    """Where a decision leads back to."""
    done: str | None
    next_href: str | None
    first_href: str | None


@dataclass(frozen=True, slots=True)
class ProposalsForm:
    name: Input
    kind: Select
    near: Select

    @property
    def errors(self) -> list[str]:
        return errors_of(self.name, self.kind, self.near)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    place: Link
    kind: str
    drafts: int
    documents: Sequence[Link]
    first_seen: str
    near: Sequence[Link]


@dataclass(frozen=True, slots=True)
class DismissedRow:
    name: str
    reason: str
    statements: int
    by: str
    at: str
    restore_href: str


@dataclass(frozen=True, slots=True)
class ProposalsPage(Page):
    template = "proposals.html"

    form: ProposalsForm
    rows: Sequence[ProposalRow]
    dismissed: Sequence[DismissedRow]
    next_href: str | None
    first_href: str | None
    csv_href: str
    xlsx_href: str
    done: str | None


@dataclass(frozen=True, slots=True)
class AcceptForm:
    slug: Input
    name_zh: Input
    name_en: Input
    kind: Select
    country: Input
    province: Input
    part_of: Input

    @property
    def errors(self) -> list[str]:
        return errors_of(
            *(self.slug, self.name_zh, self.name_en, self.kind),
            *(self.country, self.province, self.part_of),
        )


@dataclass(frozen=True, slots=True)
class MergeForm:
    cluster: Input
    alias: Choices
    names: Sequence[Option]

    @property
    def errors(self) -> list[str]:
        return errors_of(self.cluster, self.alias)


@dataclass(frozen=True, slots=True)
class ProposalPage(Page):
    template = "proposal.html"

    facts: ProposalRow
    guess: str
    spellings: str
    action: str
    version: int
    once: str
    refusal: str | None
    accept: AcceptForm
    merge: MergeForm
    reason: Input
    drafts: Sequence[Item]

    @property
    def errors(self) -> list[str]:
        return [*self.accept.errors, *self.merge.errors, *errors_of(self.reason)]


@dataclass(frozen=True, slots=True)
class LexiconForm:
    q: Input
    part: Select
    origin: Select
    target: Input

    @property
    def errors(self) -> list[str]:
        return errors_of(self.q, self.part, self.origin, self.target)


@dataclass(frozen=True, slots=True)
class WordingRow:
    form: str
    tag: str
    """BCP 47 language of the form."""
    part: str
    target: str
    target_label: str
    own: bool
    origin: str
    note: str
    by: str
    withdraw_href: str | None
    remove_href: str | None


@dataclass(frozen=True, slots=True)
class LexiconPage(Page):
    template = "lexicon.html"

    form: LexiconForm
    rows: Sequence[WordingRow]
    next_href: str | None
    first_href: str | None
    done: str | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    count: str
    lexicon: str
    precision: str
    recall: str
    f1: str


@dataclass(frozen=True, slots=True)
class DifferenceGroup:
    label: str
    tone: str
    rows: Sequence[tuple[str, str, str]]
    """What was said, the quote, and the BCP 47 language of that."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the annotated minutes."""

    lead: str
    scores: Sequence[ScoreRow]
    groups: Sequence[DifferenceGroup]


@dataclass(frozen=True, slots=True)
class ChangeForm:
    part: Choices
    effect: Choices
    target: Input
    targets: Sequence[Option]
    form: Input
    note: Input

    @property
    def errors(self) -> list[str]:
        return errors_of(self.part, self.effect, self.target, self.form, self.note)


@dataclass(frozen=True, slots=True)
class NewChangePage(Page):
    template = "new_change.html"

    form: ChangeForm
    refusal: str | None
    once: str
    effect: Effect | None
    """None until it was measured."""
    values: Sequence[tuple[str, str]]
    """As measured: what is sent to apply it."""


@dataclass(frozen=True, slots=True)
class WithdrawPage(Page):
    template = "withdraw_change.html"

    wording: WordingRow
    lead: str
    action: str
    version: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class MeasurementPage(Page):
    template = "measurement.html"

    effect: Effect
