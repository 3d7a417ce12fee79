"""``duijie blend``: the weights of a score, and what decisions say of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from service.output import Format, FormatOption, refusals, show

if TYPE_CHECKING:
    from service.runtime import Runtime

app = typer.Typer(
    help="权重 · The blend of a score: what is in force, what decisions say, go back.",
    no_args_is_help=True,
)


@contextmanager
def opened() -> Iterator["Runtime"]:
    """The database, open; refusals end the command with their cause and exit code 1."""
    from service.runtime import open_runtime  # noqa: PLC0415 - keeps --help quick

    with refusals(), open_runtime() as runtime:
        yield runtime


@app.command()
def present(format_: FormatOption = Format.TABLE) -> None:
    """现行权重 · The blend in force, the evidence so far, and what is missing to learn from it."""
    from service.blends import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.present(runtime)
    show(format_, [row], console.state_rows(row))


@app.command("list")
def list_(format_: FormatOption = Format.TABLE) -> None:
    """列出权重 · What was learnt, the newest first."""
    from service.blends import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        rows = console.listed(runtime)
    show(format_, rows, console.blend_rows(rows))


@app.command()
def learn(format_: FormatOption = Format.TABLE) -> None:
    """学习权重 · Propose a blend from all decisions and outcomes; no ranking changes."""
    from service.blends import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.learnt(runtime)
    show(format_, [row], console.figure_rows(row))


@app.command()
def activate(
    id_: Annotated[int, typer.Argument(metavar="BLEND", min=1, max=2**31 - 1)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Also one that is no better.")] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """启用权重 · Blend all rankings by it from now on."""
    from service.blends import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.activated(runtime, id_, force=force)
    show(format_, [row], console.blend_rows([row]))


@app.command()
def back(format_: FormatOption = Format.TABLE) -> None:
    """退回权重 · Retire the blend in force: the one before it counts again."""
    from service.blends import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.gone_back(runtime)
    show(format_, [row], console.state_rows(row))
