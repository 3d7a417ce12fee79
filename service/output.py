"""How commands speak: results to stdout, everything else to stderr."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\x00")


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print the result.")]
Rows = Sequence[Mapping[str, Any]]


def show(form: Format, rows: Rows, flat: Rows, lines: Rows | None = None) -> None:
    """Print ``rows`` as JSON, ``flat`` as CSV, or ``lines`` (else ``flat``) as a table."""
    if form is Format.JSON:
        typer.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))
    elif form is Format.CSV:
        typer.echo(as_csv(flat), nl=False)
    else:
        show_table(flat if lines is None else lines)


def show_table(rows: Rows) -> None:
    if not rows:
        tell("command.nothing_found")
        return
    table = Table(*rows[0], header_style="bold")
    for row in rows:
        table.add_row(*(cell(value) for value in row.values()))
    Console(file=sys.stdout).print(table)


def cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)


def as_csv(rows: Rows) -> str:
    """CSV in which no cell is a live formula when a spreadsheet opens it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0] if rows else [])
    writer.writerows([inert(value) for value in row.values()] for row in rows)
    return out.getvalue()


def inert(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def note(message: str) -> None:
    typer.echo(message, err=True)


def tell(key: str, **values: object) -> None:
    """A message of the catalogue, in the language of the terminal."""
    note(in_words(key, **values))


def in_words(key: str, **values: object) -> str:
    from service.messages import own_language  # noqa: PLC0415 - keeps --help quick

    return own_language().translate(key, **values)


def fail(cause: str) -> NoReturn:
    """End with the cause on stderr and exit code 1."""
    note(cause)
    raise typer.Exit(1)


@contextmanager
def steps(names: Sequence[str], namespace: str) -> Iterator[Callable[[str], None]]:
    """A progress bar over named steps while a person watches; it is gone when they are done."""
    from rich.progress import Progress  # noqa: PLC0415 - keeps --help quick

    from service.messages import own_language  # noqa: PLC0415

    words = own_language()
    console = Console(file=sys.stderr)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(names))

        def step(name: str) -> None:
            shown = words.translate(f"{namespace}.step_{name}")
            progress.update(task, description=shown, completed=names.index(name))

        yield step


@contextmanager
def refusals() -> Iterator[None]:
    """Domain errors end the command with their cause and exit code 1."""
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415 - keeps --help quick

    from service.errors import DomainError  # noqa: PLC0415
    from service.messages import own_language  # noqa: PLC0415
    from service.seeding.table import SeedError  # noqa: PLC0415

    try:
        yield
    except DomainError as error:
        fail(own_language().detail_of(error))
    except SeedError as error:
        fail(str(error))
    except OperationalError as error:
        fail(f"{own_language().translate('title.database-unavailable')}: {error.orig}")
