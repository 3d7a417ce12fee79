"""Files and text that organisers drop on a meeting's page, and what came of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from service.access import Action, Principal
from service.dashboard.frame import Link
from service.errors import DomainError, DuplicateDocument
from service.meetings.usecases import Intake, find_drafts, take_in
from service.messages import Catalogue

MOST_FILES = 20
LONGEST_PASTE = 4 * 1024 * 1024
"""Bytes of text in the text area; more comes as a file."""
LONGEST_NAME = 120
ACCEPTED = ".txt,.html,.htm,.docx,.pdf"


@dataclass(frozen=True, slots=True)
class Dropped:
    name: str
    content: bytes
    declared: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file; ``taken``: stored now. ``document`` is where its text is read."""

    name: str
    taken: bool
    said: str
    notes: Sequence[str]
    document: Link | None


@dataclass(frozen=True, slots=True)
class IntakeForm:
    action: str
    accepted: str
    limits: str
    outcomes: Sequence[Outcome]


async def _dropped(request: Request) -> list[Dropped]:
    limits = {"max_files": MOST_FILES, "max_fields": MOST_FILES, "max_part_size": LONGEST_PASTE}
    found = []
    async with request.form(**limits) as form:
        for name, part in form.multi_items():
            if isinstance(part, UploadFile) and part.filename:
                found.append(Dropped(part.filename, await part.read(), part.content_type))
            elif isinstance(part, str) and name == "text" and part.strip():
                text = part.replace("\r\n", "\n").encode("utf-8", "replace")
                found.append(Dropped("", text, "text/plain; charset=utf-8"))
    return found


Drops = Annotated[list[Dropped], Depends(_dropped)]
"""The files and the text of a form; a file without a name was not chosen."""


def intake_form(
    request: Request, c: Catalogue, who: Principal, meeting: int, outcomes: Sequence[Outcome]
) -> IntakeForm | None:
    """None for who may add no document."""
    if not who.may(Action.WRITE_MEETINGS):
        return None
    limit = request.app.state.settings.max_body_bytes // 2**20
    return IntakeForm(
        action=f"/meetings/{meeting}/documents",
        accepted=ACCEPTED,
        limits=c.translate("intake.limits", files=MOST_FILES, size=limit),
        outcomes=outcomes,
    )


def take_all(
    request: Request, c: Catalogue, who: Principal, meeting: int, drops: Sequence[Dropped]
) -> Iterator[Outcome]:
    """Each in a transaction of its own: one that is refused does not hold up the others."""
    for dropped in drops:
        name = dropped.name[-LONGEST_NAME:] or c.translate("intake.pasted")
        try:
            yield taken(c, name, _take(request, who, meeting, dropped, name))
        except DuplicateDocument as error:
            yield twin(c, name, error)
        except DomainError as error:
            yield Outcome(name, taken=False, said=c.detail_of(error), notes=(), document=None)


def _take(request: Request, who: Principal, meeting: int, dropped: Dropped, name: str) -> Intake:
    state = request.app.state
    reading = state.reader(dropped.content, filename=name, declared=dropped.declared)
    with state.sessions.read() as session:
        drafts = find_drafts(session, who, meeting, reading, state.extractor)
    with state.sessions.write() as session:
        return take_in(
            session,
            who,
            meeting,
            dropped.content,
            reading,
            drafts,
            filename=name,
            now=state.clock(),
            time_zone=state.settings.time_zone,
        )


def taken(c: Catalogue, name: str, intake: Intake) -> Outcome:
    count = len(intake.drafts)
    said = c.translate("intake.taken" if count else "intake.no_drafts", count=count)
    document = intake.document
    return Outcome(
        name=name,
        taken=True,
        said=said,
        notes=[c.translate(f"note.{note.key}", **note.values) for note in intake.notes],
        document=Link(
            c.translate("meeting.read"), f"/meetings/{document.meeting}/documents/{document.id}"
        ),
    )


def twin(c: Catalogue, name: str, error: DuplicateDocument) -> Outcome:
    meeting, document = error.values["meeting"], error.values["document"]
    link = Link(c.translate("meeting.read"), f"/meetings/{meeting}/documents/{document}")
    return Outcome(name, taken=False, said=c.translate("intake.twin"), notes=(), document=link)
