"""List the lexicon, rehearse a change to it, take it over, withdraw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import LexiconChange
from models.enums import LexiconEffect, LexiconPart, Visibility
from service.access import Action, Principal, require
from service.audit.usecases import Step, record, require_version
from service.db import raise_revision
from service.errors import Conflict, NotFound
from service.extractor import Extractor
from service.lexicon import Change, Word, folded, words_of
from service.lexicon_changes import checks, queries
from service.lexicon_changes.gold import Annotated, shipped_minutes
from service.lexicon_changes.measuring import Measurement, Tick, measure
from service.paging import Page, decode_cursor, encode_cursor

ENTITY = "lexicon_change"


@dataclass(frozen=True, slots=True)
class WordingView:
    """A wording in force, or an own change by which a shipped one is not."""

    part: str
    target: str
    form: str
    effect: str
    origin: str
    """``shipped`` or ``own``."""
    id: int | None
    """Of the own change."""
    note: str | None
    created_by: str | None
    created_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    version: int | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a change does to the annotated minutes; ``change`` has no number until applied."""

    change: WordingView
    applied: bool
    measured: Measurement


@dataclass(frozen=True, slots=True)
class Asked:
    part: str | None = None
    target: str | None = None
    origin: str | None = None
    q: str = ""


def shipped(word: Word) -> WordingView:
    return WordingView(
        *(word.part, word.target, word.form),
        *(LexiconEffect.ADD, "shipped"),
        *(None, None, None, None, None, None, None),
    )


def own(row: LexiconChange) -> WordingView:
    return WordingView(
        part=row.part,
        target=row.target,
        form=row.form,
        effect=row.effect,
        origin="own",
        id=row.id,
        note=row.note,
        created_by=row.created_by,
        created_at=row.created_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=row.withdrawn_at,
        version=row.version,
    )


def list_lexicon(
    session: Session,
    who: Principal,
    extractor: Extractor,
    asked: Asked,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[WordingView]:
    """What is in force and, as own changes, what was taken out; by part, target and form."""
    require(who, Action.WRITE_LEXICON)
    last: Any = tuple(decode_cursor(cursor, (str, str, str))) if cursor is not None else ()
    changes = {row_word(row).key: own(row) for row in queries.changes(session)}
    words = {key: shipped(word) for key, word in words_of(extractor.seed).items()}
    rows = sorted((words | changes).items())
    found = [view for key, view in rows if key > last and _matches(view, asked)]
    more = len(found) > limit
    items = found[:limit]
    end = Word(items[-1].part, items[-1].target, items[-1].form).key if more else None
    return Page(items, encode_cursor(end) if end else None)


def _matches(view: WordingView, asked: Asked) -> bool:
    return (
        asked.part in {None, view.part}
        and asked.target in {None, view.target}
        and asked.origin in {None, view.origin}
        and folded(asked.q) in folded(view.form)
    )


def row_word(row: LexiconChange) -> Word:
    return Word(row.part, row.target, row.form)


def change_of(row: LexiconChange) -> Change:
    return Change(row.effect, row_word(row))


def propose(
    session: Session,
    who: Principal,
    extractor: Extractor,
    fields: dict[str, Any],
    *,
    apply: bool,
    now: datetime,
) -> Rehearsal:
    """Measure a change on the shipped minutes and, with ``apply``, take it over.

    ``fields``: part, effect, target, form, note.

    Raises
    ------
    Unprocessable, AlreadyExists
        The form is no good; the message says why.
    """
    require(who, Action.WRITE_LEXICON)
    word = Word(fields["part"], fields["target"], checks.plain_form(fields["form"]))
    change = Change(fields["effect"], word)
    rows = queries.changes(session)
    minutes = shipped_minutes(extractor.seed)
    _check(extractor, change, rows, minutes)
    known = [change_of(row) for row in rows]
    measured = _side_by_side(session, extractor, known, [*known, change], minutes)
    row = LexiconChange(
        part=word.part,
        effect=change.effect,
        target=word.target,
        form=word.form,
        note=fields["note"],
        created_by=who.actor[:120],
        created_at=now,
    )
    if apply:
        session.add(row)
        session.flush()
        stored = own(row)
        record(session, who, Step("created", ENTITY, row.id, row.version, None, stored), now=now)
        raise_revision(session, now, Visibility.ORGANISERS)
    return Rehearsal(own(row), apply, measured)


def _check(
    extractor: Extractor,
    change: Change,
    rows: Sequence[LexiconChange],
    minutes: Sequence[Annotated],
) -> None:
    word, seed = change.word, extractor.seed
    checks.require_target(seed, word.part, word.target)
    words = words_of(seed, [change_of(row) for row in rows])
    checks.require_new(change, words, [(row.id, change_of(row)) for row in rows])
    if change.effect == LexiconEffect.ADD:
        checks.require_pattern(word.part, word.form)
        checks.require_consistent(seed, word, words)
        if word.part != LexiconPart.IGNORE:
            checks.require_narrow(word.form, [minute.text for minute in minutes])


def _side_by_side(
    session: Session,
    extractor: Extractor,
    before: Sequence[Change],
    after: Sequence[Change],
    minutes: Sequence[Annotated],
    tick: Tick = lambda: None,
) -> Measurement:
    old, new = (extractor.lexicon_with(session, changes) for changes in (before, after))
    return measure(old, new, minutes, tick)


def withdraw(
    session: Session,
    who: Principal,
    extractor: Extractor,
    id_: int,
    *,
    apply: bool,
    version: int | None,
    now: datetime,
) -> Rehearsal:
    """Measure the lexicon without an own change and, with ``apply``, take the change back.

    Raises
    ------
    NotFound, Conflict, StaleVersion
        There is no such change, or it was withdrawn before.
    """
    require(who, Action.WRITE_LEXICON)
    row = queries.change(session, id_, lock=apply)
    if row is None:
        raise NotFound("change-unknown", id=id_)
    before = own(row)
    require_version(session, ENTITY, id_, before, version)
    if row.withdrawn_at is not None:
        raise Conflict("change-withdrawn", id=id_)
    rows = queries.changes(session)
    known = [change_of(each) for each in rows]
    rest = [change_of(each) for each in rows if each.id != id_]
    minutes = shipped_minutes(extractor.seed)
    measured = _side_by_side(session, extractor, known, rest, minutes)
    if apply:
        row.withdrawn_at, row.withdrawn_by = now, who.actor[:120]
        session.flush()
        after = own(row)
        step = Step("withdrawn", ENTITY, id_, row.version, before, after)
        record(session, who, step, now=now)
        raise_revision(session, now, Visibility.ORGANISERS)
    return Rehearsal(own(row), apply, measured)


def measure_changes(
    session: Session,
    who: Principal,
    extractor: Extractor,
    minutes: Sequence[Annotated],
    tick: Tick = lambda: None,
) -> Measurement:
    """The shipped lexicon against the one in force."""
    require(who, Action.WRITE_LEXICON)
    changes = [change_of(row) for row in queries.changes(session)]
    return _side_by_side(session, extractor, [], changes, minutes, tick)
