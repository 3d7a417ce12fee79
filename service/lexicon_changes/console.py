"""What ``duijie lexicon`` does, as rows to print."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.access import command_line
from service.errors import Unprocessable
from service.lexicon_changes import usecases
from service.lexicon_changes.gold import minutes_of_files, reviewed_minutes, shipped_minutes
from service.lexicon_changes.measuring import Measurement, Tick
from service.lexicon_changes.schemas import MeasurementOut, RehearsalOut, WordingOut
from service.lexicon_changes.usecases import Asked
from service.output import Rows
from service.runtime import Runtime

PAGE = 200
Row = dict[str, Any]


def listed(runtime: Runtime, asked: Asked) -> list[Row]:
    rows: list[Row] = []
    cursor: str | None = None
    with runtime.sessions.read() as session:
        while True:
            page = usecases.list_lexicon(
                session, command_line(), runtime.extractor, asked, limit=PAGE, cursor=cursor
            )
            rows += [WordingOut.model_validate(v).model_dump(mode="json") for v in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return rows


def short(rows: Rows) -> list[Row]:
    names = ("part", "target", "form", "effect", "origin", "id", "note")
    return [{name: row[name] for name in names} for row in rows]


def proposed(runtime: Runtime, fields: Row, *, apply: bool) -> Row:
    open_ = runtime.sessions.write if apply else runtime.sessions.read
    with open_() as session:
        done = usecases.propose(
            session,
            command_line(),
            runtime.extractor,
            fields,
            apply=apply,
            now=runtime.clock(),
        )
    return RehearsalOut.model_validate(done).model_dump(mode="json")


def withdrawn(runtime: Runtime, id_: int, *, apply: bool) -> Row:
    open_ = runtime.sessions.write if apply else runtime.sessions.read
    with open_() as session:
        done = usecases.withdraw(
            session,
            command_line(),
            runtime.extractor,
            id_,
            apply=apply,
            version=None,
            now=runtime.clock(),
        )
    return RehearsalOut.model_validate(done).model_dump(mode="json")


def measured(runtime: Runtime, *, gold: Path | None, docs: Path | None, database: bool) -> Row:
    """Shipped lexicon and the one in force, on the minutes asked for."""
    if (gold is None) != (docs is None):
        raise Unprocessable("gold-and-docs")
    with runtime.sessions.read() as session:
        minutes = (
            minutes_of_files(gold, docs)
            if gold and docs
            else shipped_minutes(runtime.extractor.seed)
        )
        if database:
            minutes += reviewed_minutes(session)
        with bar(len(minutes)) as tick:
            found = usecases.measure_changes(
                session, command_line(), runtime.extractor, minutes, tick
            )
    return as_row(found)


def as_row(measurement: Measurement) -> Row:
    return MeasurementOut.model_validate(measurement).model_dump(mode="json")


@contextmanager
def bar(total: int) -> Iterator[Tick]:
    """A progress bar on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("测量 measuring", total=total)
        yield lambda: progress.update(task, advance=1)


def score_rows(measurement: Row) -> list[Row]:
    """One line for each way of counting and each lexicon."""
    return [
        {"lexicon": name, "count": way, **measurement[name][way]}
        for way in ("strict", "need")
        for name in ("before", "after")
    ]


def difference_rows(measurement: Row) -> list[Row]:
    return [
        {"change": name, **row}
        for name in ("won", "lost", "invented", "dropped")
        for row in measurement[name]
    ]
