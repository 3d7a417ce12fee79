"""What the commands of ``duijie report`` do, as rows in the shape of the API."""

import signal
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import typer
from pydantic import ValidationError

from service.access import command_line
from service.errors import NotFound, Unprocessable
from service.reports import usecases
from service.reports.jobs import make_worker, run_worker
from service.reports.schemas import PairingsOut, ReportOut, ScheduleIn, ScheduleOut
from service.runtime import Runtime

WAIT_SECONDS = 0.2

Row = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


def checked(fields: Row) -> Row:
    """Fields of a schedule, or a usage error that names those at fault."""
    try:
        return ScheduleIn.model_validate(fields).model_dump()
    except ValidationError as error:
        found = (f"{'.'.join(map(str, e['loc'])) or 'options'}: {e['msg']}" for e in error.errors())
        raise typer.BadParameter("; ".join(found)) from error


def create(runtime: Runtime, fields: Row) -> Row:
    with runtime.sessions.write() as session:
        now = runtime.clock()
        return _schedule(usecases.create_schedule(session, command_line(), fields, now=now))


def schedules(runtime: Runtime, limit: int) -> list[Row]:
    with runtime.sessions.read() as session:
        page = usecases.list_schedules(session, limit=limit, cursor=None)
    return [_schedule(view) for view in page.items]


def runs(runtime: Runtime, limit: int) -> list[Row]:
    with runtime.sessions.read() as session:
        page = usecases.list_runs(session, limit=limit, cursor=None)
    return [_report(view) for view in page.items]


def run(runtime: Runtime, id_: int) -> Row:
    """Run a schedule and work until its report arrived or waits for another attempt."""
    with runtime.sessions.write() as session:
        view = usecases.run_now(session, command_line(), id_, now=runtime.clock())
    worker = make_worker(runtime)
    while True:
        worked = worker.work_once()
        with runtime.sessions.read() as session:
            row = _report(usecases.get_run(session, id_, view.due_at))
        if not worked and not _moves(row):
            return row
        if not worked:
            time.sleep(WAIT_SECONDS)


def _moves(row: Row) -> bool:
    """Whether another worker is at it right now."""
    first = any(d["state"] == "pending" and not d["attempts"] for d in row["deliveries"])
    sending = any(d["state"] == "sending" for d in row["deliveries"])
    return first or sending or (row["state"] == "due" and row["error"] is None)


def pairings(
    runtime: Runtime, id_: int, due: str | None, files: Mapping[usecases.Content, Path | None]
) -> list[Row]:
    """Pairs of one report; its contents are written to the ``files`` that are named."""
    with runtime.sessions.read() as session:
        if due is None:
            usecases.require_schedule(session, id_)
            page = usecases.list_runs(session, schedule=id_, state="rendered", limit=1, cursor=None)
            if not page.items:
                raise NotFound("report-unknown", schedule=id_, due="")
            moment = page.items[0].due_at
        else:
            moment = _moment(due)
        digest = usecases.get_pairings(session, id_, moment)
        for form, path in files.items():
            if path is not None:
                path.write_bytes(usecases.get_content(session, id_, moment, form))
    told: list[Row] = PairingsOut.model_validate(digest).model_dump(mode="json", by_alias=True)[
        "pairings"
    ]
    return told


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unprocessable("due-time", given=text) from error


def preview(runtime: Runtime, id_: int) -> str:
    with runtime.sessions.read() as session:
        return usecases.preview(
            session,
            runtime.rankings,
            id_,
            now=runtime.clock(),
            base_url=runtime.settings.link_base,
        )


def step(runtime: Runtime, action: str, id_: int) -> str:
    """Pause or resume; says what is next."""
    take = usecases.pause_schedule if action == "pause" else usecases.resume_schedule
    with runtime.sessions.write() as session:
        view = take(session, command_line(), id_, version=None, now=runtime.clock())
    return f"{view.name}: {view.state}, {view.next_due_at or ''}".rstrip(", ")


def delete(runtime: Runtime, id_: int) -> None:
    with runtime.sessions.write() as session:
        usecases.delete_schedule(session, command_line(), id_, version=None, now=runtime.clock())


def work(runtime: Runtime, *, once: bool) -> int:
    """Pieces of work done: until none is due, or until the process is asked to end."""
    if once:
        worker = make_worker(runtime)
        done = 0
        while worker.work_once():
            done += 1
        return done
    runtime.require_durable()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return run_worker(runtime, stop)


def _schedule(view: object) -> Row:
    return ScheduleOut.model_validate(view).model_dump(mode="json")


def _report(view: object) -> Row:
    return ReportOut.model_validate(view).model_dump(mode="json")


def schedule_table(rows: Rows) -> list[Row]:
    names = ("id", "name", "state", "cron", "time_zone", "next_due_at", "scope")
    return [
        {name: row[name] for name in names}
        | {"to": ", ".join([*row["recipients"], *filter(None, [row["folder"]])])}
        for row in rows
    ]


def run_table(rows: Rows) -> list[Row]:
    names = ("schedule_id", "due_at", "state", "new", "changed", "gone", "unchanged")
    return [
        {name: row[name] for name in names}
        | {"deliveries": ", ".join(f"{d['target']}: {d['state']}" for d in row["deliveries"])}
        | {"error": row["error"]}
        for row in rows
    ]


def pairing_table(rows: Rows) -> list[Row]:
    return [
        {"change": row["change"], "for": shown["for"], "cluster": shown["cluster"]}
        | {name: shown[name] for name in ("score", "need", "offer", "confidence")}
        | {"previous_score": row["previous_score"]}
        for row in rows
        for shown in [row["suggestion"]]
    ]
