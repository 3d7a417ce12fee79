"""Meetings with their documents and statements, and dockings, as database rows."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Docking, Document, Meeting, Statement
from models.enums import Basis, Visibility
from service.dates import known_from
from service.seeding.rows import DockingRow, MeetingRow, MeetingStatementRow, SeedData
from service.seeding.store_register import (
    SEED,
    clusters_by_slug,
    facets_by_value,
    stored_keys,
    topics_by_notation,
)
from service.statements.usecases import record_created


def store(
    session: Session,
    seed: SeedData,
    *,
    now: datetime,
    time_zone: str,
    progress: Callable[[str, int], None],
) -> None:
    progress("meetings", len(seed.meetings))
    documents = {row.slug: store_meeting(session, row, now) for row in seed.meetings}
    session.flush()
    progress("meeting_statements", len(seed.meeting_statements))
    store_statements(session, seed.meeting_statements, documents, now, time_zone)
    progress("dockings", len(seed.dockings))
    store_dockings(session, seed.dockings)


def store_meeting(session: Session, row: MeetingRow, now: datetime) -> Document:
    """The meeting's document, both stored unless they are already."""
    content = row.text.encode()
    digest = hashlib.sha256(content).hexdigest()
    known = session.scalars(select(Document).where(Document.sha256 == digest)).one_or_none()
    if known:
        return known
    rows = select(Meeting).where(Meeting.seed_key == row.slug)
    meeting = session.scalars(rows).one_or_none() or Meeting(
        seed_key=row.slug,
        title_zh=row.title_zh,
        title_en=row.title_en,
        kind=row.kind,
        held_on=row.date.text if row.date else None,
        place=row.place,
        host=row.host,
        visibility=Visibility.PUBLIC,
        created_at=now,
        updated_at=now,
    )
    session.add(meeting)
    session.flush()
    document = Document(
        meeting_id=meeting.id,
        filename=PurePosixPath(row.file).name,
        media_type="text/plain",
        charset="utf-8",
        size=len(content),
        sha256=digest,
        content=content,
        text=row.text,
        uploaded_at=now,
    )
    session.add(document)
    return document


def store_statements(
    session: Session,
    rows: Iterable[MeetingStatementRow],
    documents: dict[str, Document],
    now: datetime,
    time_zone: str,
) -> None:
    topics, facets = topics_by_notation(session), facets_by_value(session)
    clusters, stored = clusters_by_slug(session), stored_keys(session)
    meetings = {meeting.id: meeting for meeting in session.scalars(select(Meeting))}
    new = []
    for row in rows:
        if row.key in stored:
            continue
        document = documents[row.meeting]
        held_on = meetings[document.meeting_id].held_on
        statement = Statement(
            seed_key=row.key,
            cluster=clusters[row.cluster],
            topic=topics[row.notation],
            facet_values=[facets[pair] for pair in row.facets],
            meeting_id=document.meeting_id,
            document_id=document.id,
            span_start=row.start,
            span_end=row.end,
            phrase=row.phrase_zh,
            phrase_en=row.phrase_en,
            stated_on=held_on,
            known_from=known_from(held_on, now, time_zone),
            visibility=Visibility.PUBLIC,
            basis=Basis.MEETING,
            created_at=now,
            updated_at=now,
            **{name: getattr(row, name) for name in COPIED},
        )
        new.append(statement)
    record_created(session, SEED, new, now=now)


COPIED = ("kind", "asks", "quote", "speaker", "weight", "status")


def store_dockings(session: Session, rows: Iterable[DockingRow]) -> None:
    topics = topics_by_notation(session)
    clusters = clusters_by_slug(session)
    stored = {docking.code: docking for docking in session.scalars(select(Docking))}
    for row in rows:
        docking = stored.get(row.id) or Docking(code=row.id)
        for side in ("supplier", "receiver"):
            name, registered = getattr(row, side), getattr(row, f"{side}_registered")
            setattr(docking, f"{side}_id", clusters[name].id if registered else None)
            setattr(docking, f"{side}_name", None if registered else name)
        docking.held_on = row.date.text if row.date else None
        docking.topic_id = topics[row.topic].id
        docking.kind, docking.grade = row.kind, row.grade
        docking.subject_en, docking.facts_zh = row.subject_en, row.facts_zh
        docking.source_zh, docking.source_en = row.source_zh, row.source_en
        session.add(docking)
    session.flush()
