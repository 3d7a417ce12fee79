"""``duijie lexicon``: what documents are read with, and what a change to it would do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.output import Format, FormatOption, refusals, show, show_table, tell

if TYPE_CHECKING:
    from service.runtime import Runtime

app = typer.Typer(
    help="词库 · The wordings by which documents are read: list, change, measure.",
    no_args_is_help=True,
)

Part = Literal["cue", "topic", "facet", "ignore"]
"""The values of ``LexiconPart``: importing the tables for them would slow ``--help`` down."""
Apply = Annotated[bool, typer.Option("--apply", help="Take it over; otherwise only measure.")]
Target = Annotated[str, typer.Option(help="Cue rule, topic, or facet:value; none if ignored.")]


@contextmanager
def opened() -> Iterator["Runtime"]:
    """The database, open; refusals end the command with their cause and exit code 1."""
    from service.runtime import open_runtime  # noqa: PLC0415 - keeps --help quick

    with refusals(), open_runtime() as runtime:
        yield runtime


@app.command("list")
def list_(
    part: Annotated[Part | None, typer.Option()] = None,
    target: Annotated[str | None, typer.Option()] = None,
    q: Annotated[str, typer.Option(help="Part of the wording.")] = "",
    *,
    own: Annotated[bool, typer.Option("--own", help="Only what was changed here.")] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """列出词库 · The wordings in force, with where they come from."""
    from models.enums import LexiconPart  # noqa: PLC0415 - keeps --help quick
    from service.lexicon_changes import console  # noqa: PLC0415
    from service.lexicon_changes.usecases import Asked  # noqa: PLC0415

    wanted = LexiconPart(part) if part else None
    asked = Asked(part=wanted, target=target, origin="own" if own else None, q=q)
    with opened() as runtime:
        rows = console.listed(runtime, asked)
    show(format_, rows, console.short(rows))


@app.command()
def add(
    part: Annotated[Part, typer.Argument()],
    form: Annotated[str, typer.Argument(help="Words; in a cue … stands for some characters.")],
    target: Target = "",
    note_: Annotated[str | None, typer.Option("--note", help="Why.")] = None,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take a wording out.")] = False,
    apply: Apply = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """增删词语 · Add a wording, or take one out; measures first what that does."""
    from models.enums import LexiconEffect, LexiconPart  # noqa: PLC0415 - keeps --help quick
    from service.lexicon_changes import console  # noqa: PLC0415

    effect = LexiconEffect.REMOVE if remove else LexiconEffect.ADD
    fields = {
        "part": LexiconPart(part),
        "effect": effect,
        "target": target,
        "form": form,
        "note": note_,
    }
    with opened() as runtime:
        row = console.proposed(runtime, fields, apply=apply)
    tell_rehearsal(format_, row)


@app.command()
def withdraw(
    id_: Annotated[int, typer.Argument(metavar="CHANGE", min=1, max=2**31 - 1)],
    *,
    apply: Apply = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """撤回改动 · Take an own change back; measures first what that does."""
    from service.lexicon_changes import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.withdrawn(runtime, id_, apply=apply)
    tell_rehearsal(format_, row)


@app.command()
def measure(
    gold: Annotated[Path | None, typer.Option(help="Annotated statements, JSON lines.")] = None,
    docs: Annotated[Path | None, typer.Option(help="Folder of the minutes they annotate.")] = None,
    *,
    database: Annotated[
        bool, typer.Option("--database", help="Also documents of which every draft was decided.")
    ] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """测量词库 · The shipped lexicon and the changed one, side by side on annotated minutes."""
    from service.lexicon_changes import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.measured(runtime, gold=gold, docs=docs, database=database)
    show(format_, [row], console.score_rows(row))
    if format_ is Format.TABLE:
        tell_differences(row)


def tell_rehearsal(format_: Format, row: dict[str, Any]) -> None:
    from service.lexicon_changes import console  # noqa: PLC0415 - keeps --help quick

    show(format_, [row], console.score_rows(row["measured"]))
    if format_ is Format.TABLE:
        tell_differences(row["measured"])
    if not row["applied"]:
        tell("command.nothing_changed")


def tell_differences(measurement: dict[str, Any]) -> None:
    from service.lexicon_changes import console  # noqa: PLC0415 - keeps --help quick

    rows = console.difference_rows(measurement)
    if rows:
        show_table(rows)
    else:
        tell("command.no_difference")
