"""/meetings/new and the forms of a meeting: record one, and take in what was written about it."""

from collections.abc import Mapping
from enum import StrEnum

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from models.enums import MeetingKind, Visibility
from service.access import Action
from service.clock import Now
from service.dashboard import once
from service.dashboard.contexts import MeetingForm, NewMeetingPage
from service.dashboard.directory import Directory, Known
from service.dashboard.fields import Input, Select, plain_options
from service.dashboard.forms import Sent, Wrong, faults, given, typed
from service.dashboard.frame import make_frame
from service.dashboard.intake import Drops, take_all
from service.dashboard.meeting_pages import meeting_page
from service.dashboard.rendering import render, render_private
from service.guard import Caller, Guarded, needs
from service.meetings.schemas import MeetingIn
from service.meetings.usecases import get_meeting, record_meeting
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
TYPED = ("title_zh", "title_en", "held_on", "place", "host")
CHOSEN = ("kind", "visibility")


@router.get("/meetings/new")
@needs(Action.WRITE_MEETINGS)
def new_meeting(request: Request, directory: Known) -> Response:
    first = {"kind": MeetingKind.ROUND_TABLE, "visibility": Visibility.MEMBERS}
    return new_page(request, directory, first, {})


def new_page(
    request: Request, directory: Directory, values: Mapping[str, str], wrong: Wrong
) -> Response:
    title = directory.catalogue.translate("intake.new_meeting")
    page = NewMeetingPage(
        frame=make_frame(request, title, "meetings"),
        form=meeting_form(directory, values, wrong),
        once=once.new_form(),
    )
    return render_private(request, page, 422 if wrong else 200)


def meeting_form(directory: Directory, values: Mapping[str, str], wrong: Wrong) -> MeetingForm:
    c = directory.catalogue
    fields = [
        Input(
            name,
            c.translate(f"intake.{name}"),
            values.get(name, ""),
            c.translate(f"intake.{name}_hint"),
            wrong.get(name),
        )
        for name in TYPED
    ]

    def select(name: str, words: type[StrEnum], prefix: str) -> Select:
        options = [(word.value, c.translate(f"{prefix}.{word}")) for word in words]
        value = values.get(name, "")
        groups = [plain_options(options, value)]
        return Select(name, c.translate(f"intake.{name}"), value, groups, wrong.get(name))

    return MeetingForm(
        inputs=fields,
        kind=select("kind", MeetingKind, "meeting"),
        visibility=select("visibility", Visibility, "visible_to"),
    )


@router.post("/meetings")
@needs(Action.WRITE_MEETINGS)
def create_meeting(
    request: Request, directory: Known, who: Caller, sent: Sent, now: Now
) -> Response:
    """The second of two clicks leads to the same meeting."""
    values = {name: typed(sent, name) for name in (*TYPED, *CHOSEN)}
    state, claim = request.app.state, once.claim_of(who, request.url.path, sent)
    try:
        fields = MeetingIn.model_validate(given(values)).model_dump()
    except ValidationError as error:
        return new_page(request, directory, values, faults(directory.catalogue, error))
    with state.sessions.write() as session:
        if not once.is_first(session, claim, now):
            return state.shown_once.find(claim) or RedirectResponse("/meetings", 303)
        made = record_meeting(session, who, fields, now=now)
        answer = RedirectResponse(f"/meetings/{made.id}", 303)
        state.shown_once.keep(claim, answer)
    return answer


@router.post("/meetings/{id_}/documents")
@needs(Action.WRITE_MEETINGS)
def take_in_documents(
    id_: RowId, request: Request, session: ReadSession, directory: Known, who: Caller, drops: Drops
) -> Response:
    get_meeting(session, who, id_)
    outcomes = list(take_all(request, directory.catalogue, who, id_, drops))
    refused = bool(outcomes) and not any(outcome.document for outcome in outcomes)
    with request.app.state.sessions.read() as after:
        page = meeting_page(request, after, directory, id_, outcomes)
        return render(request, page, 422 if refused else 200)
