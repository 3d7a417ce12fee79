"""From a schedule to a report: rank, compare with the last one, put into words."""

import json
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from models import Delivery, ReportRun, Schedule
from models.enums import Channel, DeliveryState, ReportScope, RunKind, Visibility
from service.access import program
from service.clock import today
from service.errors import Unprocessable
from service.events.usecases import get_event
from service.reports import queries
from service.reports.digest import cited_by, compare, dump, listed, load
from service.reports.html import identifier, render_html
from service.reports.ledger import Rendered
from service.reports.mail import message_id
from service.reports.plain import render_text
from service.reports.views import Baseline, Change, Digest, Label, Report
from service.reports.wording import Words
from service.reports.xlsx import render_xlsx
from service.suggestions.rankings import Rankings
from service.suggestions.usecases import suggest_for, suggest_for_event, suggest_pairs
from service.suggestions.views import Ranking, RankingQuery
from service.topics.usecases import get_topic

READER = program("reports")
"""Names the docking event; what a report tells is bound by its schedule's audience."""

SNAPSHOT_FORMAT = 1
"""Raised when older snapshots can no longer be read: the next report is then a first one."""


def comparable(schedule: Schedule) -> str:
    """Equal for two runs exactly if they asked the same."""
    asked = [
        SNAPSHOT_FORMAT,
        schedule.scope,
        schedule.cluster_id,
        schedule.event_id,
        schedule.topic,
        schedule.min_score,
        schedule.top,
        schedule.audience,
    ]
    return sha256(json.dumps(asked).encode()).hexdigest()


def report_of(
    session: Session,
    rankings: Rankings,
    schedule: Schedule,
    *,
    due_at: datetime,
    now: datetime,
    base_url: str,
    run: ReportRun | None = None,
) -> Report:
    """What ``schedule`` has to report at ``now``, compared with its last report before ``due_at``.

    Raises
    ------
    DomainError
        The cluster, docking event or topic is gone.
    """
    ranking = _ranking(session, rankings, schedule, now)
    topic = get_topic(session, schedule.topic).pref_label if schedule.topic else None
    return Report(
        digest=_digest(session, schedule, ranking, due_at),
        schedule_id=schedule.id,
        name=schedule.name,
        language=schedule.language,
        time_zone=schedule.time_zone,
        due_at=due_at,
        rendered_at=now,
        scope=ReportScope(schedule.scope),
        about=_about(session, schedule),
        topic=Label(topic.zh, topic.en) if topic else None,
        min_score=schedule.min_score,
        top=schedule.top,
        move=schedule.move,
        missed=run.missed if run else 0,
        missed_since=run.missed_since if run else None,
        base_url=base_url,
    )


def question(schedule: Schedule, now: datetime) -> tuple[RankingQuery, str | None, int | None]:
    """What the schedule asks, and of which cluster (slug) or docking event, if of one.

    Raises
    ------
    Unprocessable
        The cluster or the event is gone.
    """
    if schedule.scope == ReportScope.CLUSTER and schedule.cluster is None:
        raise Unprocessable("schedule-cluster-gone")
    if schedule.scope == ReportScope.EVENT and schedule.event_id is None:
        raise Unprocessable("schedule-event-gone")
    query = RankingQuery(
        as_of=today(now, schedule.time_zone),
        topics=(schedule.topic,) if schedule.topic else (),
        min_score=schedule.min_score,
        audience=Visibility(schedule.audience),
        top=schedule.top,
    )
    return query, schedule.cluster.slug if schedule.cluster else None, schedule.event_id


def _ranking(session: Session, rankings: Rankings, schedule: Schedule, now: datetime) -> Ranking:
    query, slug, event = question(schedule, now)
    if event is not None:
        return suggest_for_event(session, rankings, READER, event, query)
    if slug is not None:
        return suggest_for(session, rankings, slug, query)
    return suggest_pairs(session, rankings, query)


def _digest(session: Session, schedule: Schedule, ranking: Ranking, due_at: datetime) -> Digest:
    last = queries.last_report(session, schedule.id, due_at, comparable(schedule))
    if last is None or last.snapshot is None:
        return compare(ranking, None, None, move=schedule.move)
    previous = load(last.snapshot)
    baseline = Baseline(last.due_at, previous.run.as_of, previous.run.scorer)
    cited = cited_by(reason for pair in listed(previous) for reason in pair.reasons)
    readable = queries.readable(session, cited, Visibility(schedule.audience))
    return compare(ranking, previous, baseline, move=schedule.move, readable=readable)


def _about(session: Session, schedule: Schedule) -> Label | None:
    if schedule.scope == ReportScope.CLUSTER and schedule.cluster:
        return Label(schedule.cluster.name_zh, schedule.cluster.name_en)
    if schedule.scope == ReportScope.EVENT and schedule.event_id:
        event = get_event(session, READER, schedule.event_id)
        return Label(event.name_zh, event.name_en)
    return None


def render(report: Report, schedule: Schedule, kind: str, *, sender: str) -> Rendered:
    """The report in all its forms and its deliveries; or, with nothing new, neither."""
    digest = report.digest
    run = digest.run
    facts = {
        "as_of": run.as_of,
        "revision": run.revision,
        "scorer": run.scorer,
        "audience": run.audience,
        "weights": dict(run.weights),
        "comparable": comparable(schedule),
        "compared_with": digest.baseline.due_at if digest.baseline else None,
        **{change.value: digest.count(change) for change in Change},
    }
    if schedule.skip_unchanged and kind == RunKind.SCHEDULED and not digest.has_news:
        return Rendered(skipped=True, values=facts, deliveries=[])
    content = {
        "subject": Words(report).subject(),
        "snapshot": dump(digest),
        "text": render_text(report),
        "html": render_html(report).encode(),
        "xlsx": render_xlsx(report),
    }
    deliveries = _deliveries(report, schedule, sender)
    return Rendered(skipped=False, values={**facts, **content}, deliveries=deliveries)


def _deliveries(report: Report, schedule: Schedule, sender: str) -> list[Delivery]:
    name = identifier(schedule.id, report.due_at)
    targets = [(Channel.EMAIL, address) for address in schedule.recipients]
    if schedule.folder:
        targets.append((Channel.FOLDER, schedule.folder))
    return [
        Delivery(
            schedule_id=schedule.id,
            due_at=report.due_at,
            channel=channel,
            target=target,
            message_id=message_id(name, target, sender) if channel == Channel.EMAIL else None,
            state=DeliveryState.PENDING,
            attempts=0,
            doubtful=0,
            next_attempt_at=report.rendered_at,
            created_at=report.rendered_at,
        )
        for channel, target in targets
    ]
