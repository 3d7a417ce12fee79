"""``duijie import`` and ``duijie export``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from service.access import command_line
from service.exchange import output, usecases
from service.exchange.columns import What
from service.exchange.plans import Doing
from service.exchange.schemas import OutcomeOut
from service.exchange.sheets import MAX_BYTES
from service.exchange.usecases import Outcome
from service.messages import own_language
from service.output import Rows, note
from service.runtime import Runtime
from service.tables import csv_bytes

NOTHING: tuple[None, ...] = (None,)


@contextmanager
def busy(step: str) -> Iterator[None]:
    """A moving bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(own_language().translate(f"import.step_{step}")):
        yield


def take_in(runtime: Runtime, file: Path, what: What | None, *, apply: bool) -> Outcome:
    """What the file would change or, with ``apply``, has changed.

    Raises
    ------
    UnreadableTable, RowsRefused
        It cannot be read, or rows of it cannot be taken; nothing was changed.
    """
    words, who = own_language(), command_line()
    with busy("read"), file.open("rb") as source:
        sheets = usecases.read_file(source.read(MAX_BYTES + 1))
    if not apply:
        with busy("rehearse"), runtime.sessions.read() as session:
            return usecases.rehearse(session, who, sheets, words, what)
    with busy("apply"), runtime.sessions.write() as session:
        return usecases.apply(
            *(session, who, sheets, words, what),
            expected=usecases.ANY_PLAN,
            now=runtime.clock(),
            time_zone=runtime.settings.time_zone,
        )


def told(outcome: Outcome) -> list[dict[str, Any]]:
    """In the shape of the API."""
    return [OutcomeOut.of(outcome).model_dump(mode="json")]


def lines(outcome: Outcome) -> Rows:
    """A line for each field that changes, and for each row that is refused."""
    shown = OutcomeOut.of(outcome)
    return [
        {
            "sheet": row.sheet or row.kind,
            "row": row.row,
            "doing": row.doing,
            "entry": row.entry,
            "column": change.label if change else "",
            "old": change.old if change else "",
            "new": change.new if change else "",
        }
        for row in shown.rows
        for change in (row.changes or NOTHING)
        if change or row.doing is Doing.REFUSED
    ]


def speak(outcome: Outcome) -> None:
    """Warnings, faults and counts, to stderr."""
    shown, wording = OutcomeOut.of(outcome), outcome.wording
    for warning in shown.warnings:
        note(warning)
    for error in shown.errors:
        note(error.detail)
    if shown.errors_left_out:
        note(wording.words.translate("import.more_wrong", count=shown.errors_left_out))
    note(wording.words.translate("list.separator").join(wording.counts(outcome.plan)))


def export(runtime: Runtime, what: What, file: Path) -> int:
    """Rows written; CSV where the name of the file ends so, else a workbook."""
    words, who = own_language(), command_line()
    with busy("export"), runtime.sessions.read() as session:
        make = {
            What.CLUSTERS: output.export_clusters,
            What.STATEMENTS: output.export_statements,
        }[what]
        facts, table = make(session, who, words)
    if file.suffix.lower() == ".csv":
        file.write_bytes(csv_bytes(table))
    else:
        file.write_bytes(output.workbook(facts, {what: table}))
    return len(table.rows)
