"""Reads of changes to the lexicon, and of documents that people have gone through."""

from collections.abc import Iterator, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased, undefer

from models import Cluster, Document, LexiconChange, Meeting, Statement, Topic
from models.enums import Status


def changes(session: Session) -> Sequence[LexiconChange]:
    """Those in force, in the order of entry."""
    rows = select(LexiconChange).where(LexiconChange.withdrawn_at.is_(None))
    return session.scalars(rows.order_by(LexiconChange.id)).all()


def change(session: Session, id_: int, *, lock: bool = False) -> LexiconChange | None:
    rows = select(LexiconChange).where(LexiconChange.id == id_)
    return session.scalars(rows.with_for_update() if lock else rows).one_or_none()


def reviewed_documents(session: Session) -> Iterator[tuple[Document, str]]:
    """With the title of the meeting; without those whose drafts wait, and without shipped ones."""
    of_it = Statement.document_id == Document.id
    rows = (
        select(Document, Meeting.title_zh)
        .join(Meeting, Meeting.id == Document.meeting_id)
        .where(
            Meeting.seed_key.is_(None),
            exists().where(of_it, Statement.status == Status.CONFIRMED),
            ~exists().where(of_it, Statement.status == Status.DRAFT),
        )
        .options(undefer(Document.text))
        .order_by(Document.id)
    )
    yield from session.execute(rows)


def confirmed_in(session: Session, document: int) -> Sequence[tuple[Statement, Cluster, str]]:
    """Confirmed statements, whose they are, and their topic at the top of the taxonomy."""
    broader = aliased(Topic)
    rows = (
        select(Statement, Cluster, Topic.notation, broader.notation)
        .join(Cluster, Cluster.id == Statement.cluster_id)
        .join(Topic, Topic.id == Statement.topic_id)
        .outerjoin(broader, broader.id == Topic.broader_id)
        .where(Statement.document_id == document, Statement.status == Status.CONFIRMED)
        .order_by(Statement.id)
    )
    return [(s, cluster, top or own) for s, cluster, own, top in session.execute(rows)]
