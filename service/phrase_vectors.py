"""The stored vectors of capability phrases: written once, gone when nobody holds the phrase."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import delete, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import ChainRule, PhraseVector, Statement
from service.db import hold_revision

AT_ONCE = 500
"""Rows asked for or written by one statement."""
KEY = ("encoder", "digest")

Item = TypeVar("Item")


def digest_of(phrase: str) -> str:
    return sha256(phrase.encode()).hexdigest()


def stored(session: Session, encoder: str, digests: Collection[str]) -> dict[str, bytes]:
    """Those of the vectors that are there, by digest."""
    found: dict[str, bytes] = {}
    for some in chunks(digests):
        wanted = PhraseVector.encoder == encoder, PhraseVector.digest.in_(some)
        rows = session.execute(select(PhraseVector.digest, PhraseVector.vector).where(*wanted))
        found.update((digest, vector) for digest, vector in rows)
    return found


def store(session: Session, encoder: str, vectors: Mapping[str, bytes]) -> None:
    """Keep the vectors, by phrase; not those of phrases that nobody holds any more.

    It waits for an erasure that is under way, so that nothing comes back that it takes away.
    """
    hold_revision(session)
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    for phrases in chunks(sorted(held(session) & vectors.keys())):
        rows = [
            {"encoder": encoder, "digest": digest_of(phrase), "vector": vectors[phrase]}
            for phrase in phrases
        ]
        insert = dialect.insert(PhraseVector)
        mended = {"vector": insert.excluded.vector}
        session.execute(insert.on_conflict_do_update(index_elements=KEY, set_=mended), rows)


def held(session: Session) -> set[str]:
    """Every phrase that a statement holds, whatever its status, or a rule of the value chain."""
    return set(session.scalars(union(select(Statement.phrase), select(ChainRule.phrase))))


def drop_unheld(session: Session) -> None:
    """Remove the vectors, by whatever encoder, of phrases that nobody holds any more."""
    kept = {digest_of(phrase) for phrase in held(session)}
    gone = set(session.scalars(select(PhraseVector.digest))) - kept
    for digests in chunks(sorted(gone)):
        session.execute(delete(PhraseVector).where(PhraseVector.digest.in_(digests)))


def chunks(items: Collection[Item]) -> Iterator[Sequence[Item]]:
    ordered = list(items)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
