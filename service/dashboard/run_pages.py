"""/runs: rankings that were kept, and what has moved since."""

from datetime import date

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.access import Action
from service.clock import Today
from service.dashboard.directory import Directory, Known
from service.dashboard.fields import Input
from service.dashboard.filters import query_string
from service.dashboard.frame import Link, make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.pairings import run_lines
from service.dashboard.rendering import render
from service.dashboard.run_contexts import RunPage, RunRow, RunsPage
from service.dashboard.run_rows import change_row, difference, statement_row
from service.guard import Guarded, needs
from service.paging import Cursor
from service.runs.usecases import compare_now, compare_runs, get_run, list_runs
from service.runs.views import Comparison, RunView, Wanted
from service.text import RowId
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
ROWS = 50


@router.get("/runs")
@needs(Action.READ_REPORTS)
def runs(
    request: Request, session: ReadSession, directory: Known, cursor: Cursor = None
) -> Response:
    c, zone = directory.catalogue, zone_of(request)
    page = list_runs(session, directory.who, Wanted(), limit=ROWS, cursor=cursor)
    following = query_string({}, cursor=page.next_cursor)
    shown = RunsPage(
        frame=make_frame(request, c.translate("runs.title"), "runs"),
        rows=[run_row(directory, run, zone) for run in page.items],
        zone=zone,
        next_href=f"/runs{following}" if page.next_cursor else None,
        first_href="/runs" if cursor else None,
    )
    return render(request, shown)


def run_row(directory: Directory, run: RunView, zone: str) -> RunRow:
    c = directory.catalogue
    here = f"/runs/{run.id}" if run.state == "kept" else ""
    return RunRow(
        run=Link(c.translate("runs.number", id=run.id), here),
        kept_at=moment(c, run.kept_at, zone),
        kept_by=run.kept_by,
        about=about(directory, run),
        as_of=c.day(run.as_of.isoformat()),
        audience=c.translate(f"audience.{run.audience}"),
        state=c.translate(f"runs.state_{run.state}"),
    )


def about(directory: Directory, run: RunView) -> str:
    """What was asked, in a line."""
    c = directory.catalogue
    names = {
        "name": directory.cluster(run.cluster).label if run.cluster else "",
        "event": run.event or "",
    }
    topics = c.translate("list.separator").join(map(directory.topic, run.question["topics"]))
    first = c.translate(f"runs.scope_{run.scope}", **names)
    by = c.translate("run.rank_by", rank_by=c.translate(f"rank_by.{run.question['rank_by']}"))
    return " · ".join(part for part in (first, topics, by) if part)


@router.get("/runs/{id_}")
@needs(Action.READ_REPORTS)
def run(
    id_: RowId, request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c = directory.catalogue
    typed = {name: request.query_params.get(name, "").strip() for name in ("with", "as_of")}
    kept = get_run(session, directory.who, id_)
    other, day, wrong = read_form(directory, typed["with"], typed["as_of"])
    found = compared(request, session, directory, id_, other, day or today)
    again = found.after_id is None
    shown = RunPage(
        frame=make_frame(request, c.translate("runs.title_of", id=id_), "runs"),
        about=about(directory, kept),
        kept=c.translate(
            "runs.kept", by=kept.kept_by, at=moment(c, kept.kept_at, zone_of(request))
        ),
        before=run_lines(directory, found.before),
        after=run_lines(directory, found.after),
        after_title=c.translate("runs.again" if again else "runs.number", id=found.after_id),
        asked=[difference(directory, each) for each in found.asked],
        other=field(directory, "with", typed["with"], wrong),
        as_of=field(directory, "as_of", typed["as_of"], wrong),
        answer_href=f"/api/v1/runs/{id_}",
        rows=[change_row(directory, pair, found) for pair in found.pairs],
        unchanged=c.translate("runs.unchanged", count=found.unchanged),
        statements=[statement_row(directory, each) for each in found.statements],
    )
    return render(request, shown, 422 if wrong else 200)


def compared(
    request: Request,
    session: Session,
    directory: Directory,
    id_: int,
    other: int | None,
    day: date,
) -> Comparison:
    if other is not None:
        return compare_runs(session, directory.who, id_, other)
    return compare_now(session, request.app.state.rankings, directory.who, id_, as_of=day)


def read_form(
    directory: Directory, other: str, day: str
) -> tuple[int | None, date | None, dict[str, str]]:
    """The run and the day that were typed; what is wrong with them by field."""
    c, wrong = directory.catalogue, {}
    number, on = None, None
    if other:
        number = int(other) if other.isascii() and other.isdigit() and len(other) < 10 else None
        if not number:
            number, wrong["with"] = None, c.translate("runs.no_number")
    if day:
        try:
            on = date.fromisoformat(day)
        except ValueError:
            wrong["as_of"] = c.translate("runs.no_day")
    return number, on, wrong


def field(directory: Directory, name: str, value: str, wrong: dict[str, str]) -> Input:
    c = directory.catalogue
    label, hint = c.translate(f"runs.field_{name}"), c.translate(f"runs.field_{name}_hint")
    return Input(name, label, value, hint, wrong.get(name))
