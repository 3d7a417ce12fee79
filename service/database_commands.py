"""``duijie db``: bring the database up to date, check it, back it up."""

from pathlib import Path
from typing import Annotated

import typer

from service.output import Format, FormatOption, fail, in_words, note, refusals, show, tell

app = typer.Typer(
    help="数据库 · The database: bring it up to date, check it, back it up.", no_args_is_help=True
)


@app.command()
def upgrade(
    *, seed: Annotated[bool, typer.Option(help="Also load the shipped facts.")] = True
) -> None:
    """升级 · Create or migrate the database, and load the shipped facts."""
    from service.runtime import open_runtime  # noqa: PLC0415 - keeps --help quick

    with refusals(), open_runtime(ready=False) as runtime:
        runtime.upgrade(lambda step, rows: note(f"  {step}: {rows}"), seed=seed)
        tell(
            "command.up_to_date",
            database=runtime.engine.url.render_as_string(hide_password=True),
        )


@app.command()
def scrub() -> None:
    """清除残留 · Take erased words out of the database's own files; after a warning in the log."""
    from service.erasures.scrub import scrub as scrubbed  # noqa: PLC0415 - keeps --help quick
    from service.runtime import open_runtime  # noqa: PLC0415

    with refusals(), open_runtime() as runtime:
        if not scrubbed(runtime.engine):
            fail(in_words("command.database_in_use"))


@app.command()
def check(format_: FormatOption = Format.TABLE) -> None:
    """检查 · Find what somebody broke by hand: row by row, and what to do about it."""
    from service.integrity import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        rows = command.found()
    if rows or format_ is not Format.TABLE:
        show(format_, rows, rows)
    if rows:
        fail(command.summary(len(rows)))
    note(command.summary(0))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The new file; it holds hashes: keep it safe.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """备份 · Write everything into one file, while others go on working."""
    from service.backup import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        command.backup(file, force=force)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="Made by: duijie db backup")]) -> None:
    """恢复 · Load a back-up into an empty database, of either kind."""
    from service.backup import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        command.restore(file)
