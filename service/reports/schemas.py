"""Schedules and reports as the API takes and gives them."""

import re
from datetime import date
from email.errors import MessageError
from email.headerregistry import Address
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from models.enums import (
    Channel,
    DeliveryState,
    Language,
    OnDoubt,
    ReportScope,
    RunKind,
    RunState,
    ScheduleState,
    Visibility,
)
from service.reports.due import check_cron, check_zone
from service.reports.views import Change
from service.suggestions.schemas import RunOut as RankingRunOut
from service.suggestions.schemas import SuggestionOut
from service.text import Line

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\Z")
FOLDER = r"^[^\W_][\w-]{0,59}$"


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise ValueError("expected one line: it becomes the subject of a mail")
    return text


def _address(text: str) -> str:
    try:
        if ADDRESS.match(text):
            return str(Address(addr_spec=text).addr_spec)
    except (ValueError, MessageError):
        pass
    raise ValueError("expected a mail address such as zhang@example.org")


def _distinct(addresses: list[str]) -> list[str]:
    return list({address.casefold(): address for address in reversed(addresses)}.values())[::-1]


Name = Annotated[Line, AfterValidator(_one_line)]
Cron = Annotated[str, Field(max_length=120), AfterValidator(check_cron)]
Zone = Annotated[str, Field(max_length=60), AfterValidator(check_zone)]
MailAddress = Annotated[str, Field(max_length=254), AfterValidator(_address)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)]
Length = Annotated[int, Field(ge=1, le=500, strict=True)]
RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class ScheduleIn(BaseModel):
    """A digest of the pairings that falls due again and again.

    It covers all pairs, or the partners of `cluster`, or the participants of `event`.
    """

    model_config = ConfigDict(extra="forbid")

    name: Name
    language: Language = Language.ZH
    cron: Cron = Field(
        description="Minute, hour, day, month, weekday in `time_zone`.", examples=["0 8 * * MON"]
    )
    time_zone: Zone = "Asia/Shanghai"
    cluster: Line | None = Field(default=None, description="Slug, registered name or alias.")
    event: RowNumber | None = None
    topic: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")] | None = None
    min_score: Share = 0.0
    top: Length = 50
    move: Share = Field(
        default=0.02, description="By how much a score must have moved to be reported as changed."
    )
    audience: Visibility = Visibility.MEMBERS
    skip_unchanged: Flag = Field(
        default=False, description="Send nothing when nothing is new, changed or gone."
    )
    on_doubt: OnDoubt = Field(
        default=OnDoubt.RESEND,
        description=(
            "When a mail server falls silent after it had the mail: send it again with the same"
            " Message-ID, or leave it for a person to decide."
        ),
    )
    recipients: Annotated[list[MailAddress], AfterValidator(_distinct)] = Field(
        default=[], max_length=100
    )
    folder: Annotated[str, Field(pattern=FOLDER)] | None = Field(
        default=None, description="Name of a folder below the data directory's `reports`."
    )

    @model_validator(mode="after")
    def one_scope(self) -> Self:
        if self.cluster is not None and self.event is not None:
            raise ValueError("name a cluster or a docking event, not both")
        return self


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ScheduleOut(Out):
    id: int
    name: str
    state: ScheduleState
    language: Language
    cron: str
    time_zone: str
    scope: ReportScope
    cluster: str | None
    event: int | None
    topic: str | None
    min_score: float
    top: int
    move: float
    audience: Visibility
    skip_unchanged: bool
    on_doubt: OnDoubt
    recipients: list[str]
    folder: str | None
    next_due_at: AwareDatetime | None
    version: int
    updated_at: AwareDatetime


class DeliveryOut(Out):
    id: int
    channel: Channel
    target: str
    message_id: str | None
    state: DeliveryState
    attempts: int
    doubtful: int = Field(
        description="Attempts after which nobody knows whether the server has the mail."
    )
    next_attempt_at: AwareDatetime | None
    error: str | None
    sent_at: AwareDatetime | None


class ReportOut(Out):
    """One run of a schedule; the counts are of pairs."""

    schedule_id: int
    schedule: str
    due_at: AwareDatetime
    kind: RunKind
    state: RunState
    missed: int = Field(description="Earlier due times that this one run makes up for.")
    missed_since: AwareDatetime | None
    attempts: int
    error: str | None
    rendered_at: AwareDatetime | None
    as_of: date | None
    revision: int | None
    scorer: str | None
    audience: Visibility | None
    weights: dict[str, float] | None
    compared_with: AwareDatetime | None
    subject: str | None
    new: int | None
    changed: int | None
    gone: int | None
    unchanged: int | None
    deliveries: list[DeliveryOut]


class PairingOut(Out):
    """A pair that is gone stands as it stood in the earlier report."""

    change: Change
    previous_score: float | None
    reasons_changed: bool
    cause: Literal["veto", "member", "met_before", "refused"] | None
    withdrawn: int
    suggestion: SuggestionOut


class BaselineOut(Out):
    due_at: AwareDatetime
    as_of: date
    scorer: str


class PairingsOut(Out):
    run: RankingRunOut
    baseline: BaselineOut | None
    more: bool
    pairings: list[PairingOut]
