"""Digests, schedules, runs and deliveries as every face of the program shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models import Delivery, ReportRun, Schedule
from models.enums import DeliveryState, ReportScope
from service.suggestions.views import Run, Suggestion


class Change(StrEnum):
    """What became of a pair since the report it is compared with."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Pairing:
    """One pair of a digest; one that is gone stands as it stood in the earlier report."""

    change: Change
    suggestion: Suggestion
    previous_score: float | None = None
    reasons_changed: bool = False
    cause: str | None = None
    """Why a pair is gone, if it was excluded: veto, member, met_before or refused."""
    withdrawn: int = 0
    """Reasons of a pair that is gone which are no longer shown."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The earlier report that a digest is compared with."""

    due_at: datetime
    as_of: date
    scorer: str


@dataclass(frozen=True, slots=True)
class Digest:
    """Pairs by change, each kind best first; ``more`` says that the list was cut at its length."""

    run: Run
    baseline: Baseline | None
    pairings: Sequence[Pairing]
    more: bool

    def of(self, change: Change) -> list[Pairing]:
        return [pairing for pairing in self.pairings if pairing.change == change]

    def count(self, change: Change) -> int:
        return len(self.of(change))

    @property
    def has_news(self) -> bool:
        return any(pairing.change != Change.UNCHANGED for pairing in self.pairings)


@dataclass(frozen=True, slots=True)
class Label:
    zh: str
    en: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """A digest with all that its reader is told about it."""

    digest: Digest
    schedule_id: int
    name: str
    language: str
    time_zone: str
    due_at: datetime
    rendered_at: datetime
    scope: ReportScope
    about: Label | None
    """The cluster or docking event that the pairs belong to."""
    topic: Label | None
    min_score: float
    top: int
    move: float
    missed: int
    missed_since: datetime | None
    base_url: str


@dataclass(frozen=True, slots=True)
class ScheduleView:
    id: int
    name: str
    state: str
    language: str
    cron: str
    time_zone: str
    scope: str
    cluster: str | None
    event: int | None
    topic: str | None
    min_score: float
    top: int
    move: float
    audience: str
    skip_unchanged: bool
    on_doubt: str
    recipients: Sequence[str]
    folder: str | None
    next_due_at: datetime | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    id: int
    channel: str
    target: str
    message_id: str | None
    state: str
    attempts: int
    doubtful: int
    next_attempt_at: datetime | None
    error: str | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunView:
    """``new`` to ``unchanged`` count pairs and are None until the run is rendered."""

    schedule_id: int
    schedule: str
    due_at: datetime
    kind: str
    state: str
    missed: int
    missed_since: datetime | None
    attempts: int
    error: str | None
    rendered_at: datetime | None
    as_of: date | None
    revision: int | None
    scorer: str | None
    audience: str | None
    weights: dict[str, float] | None
    compared_with: datetime | None
    subject: str | None
    new: int | None
    changed: int | None
    gone: int | None
    unchanged: int | None
    deliveries: Sequence[DeliveryView]


def schedule_view(schedule: Schedule) -> ScheduleView:
    same = (
        *("id", "name", "state", "language", "cron", "time_zone", "scope", "topic", "min_score"),
        *("top", "move", "audience", "skip_unchanged", "on_doubt", "recipients", "folder"),
        *("next_due_at", "version", "updated_at"),
    )
    return ScheduleView(
        **{name: getattr(schedule, name) for name in same},
        cluster=schedule.cluster.slug if schedule.cluster else None,
        event=schedule.event_id,
    )


def run_view(run: ReportRun) -> RunView:
    same = (
        *("schedule_id", "due_at", "kind", "state", "missed", "missed_since", "attempts", "error"),
        *("rendered_at", "as_of", "revision", "scorer", "audience", "weights", "compared_with"),
        *("subject", "new", "changed", "gone", "unchanged"),
    )
    return RunView(
        **{name: getattr(run, name) for name in same},
        schedule=run.schedule.name,
        deliveries=[delivery_view(delivery) for delivery in run.deliveries],
    )


def delivery_view(delivery: Delivery) -> DeliveryView:
    same = ("id", "channel", "target", "message_id", "state", "attempts", "doubtful", "error")
    waits = delivery.state in (DeliveryState.PENDING, DeliveryState.HANDED_OVER)
    return DeliveryView(
        **{name: getattr(delivery, name) for name in same},
        next_attempt_at=delivery.next_attempt_at if waits else None,
        sent_at=delivery.sent_at,
    )
