"""``duijie run``: rankings that were kept."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from service.output import Format, FormatOption, refusals, show, tell

app = typer.Typer(help="保存的运算 · Rankings that were kept.", no_args_is_help=True)


@app.command("list")
def list_runs(format_: FormatOption = Format.TABLE) -> None:
    """列出 · The kept runs, latest first."""
    from service.runs import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        rows = command.listed()
    show(format_, rows, command.flat(rows))


@app.command("show")
def show_run(run: Annotated[int, typer.Argument(help="Number of the run.")]) -> None:
    """显示 · The answer of a kept run, byte for byte (JSON)."""
    from service.runs import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        typer.echo(command.shown(run), nl=False)


@app.command("delete")
def delete_runs(
    run: Annotated[list[int] | None, typer.Argument(help="Numbers of runs.")] = None,
    before: Annotated[
        str | None, typer.Option(help="YYYY-MM-DD: also those about earlier days.")
    ] = None,
) -> None:
    """删除 · Let kept runs go, with the facts that no other run needs."""
    from service.runs import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        gone = command.deleted(run or [], before)
    tell("run.deleted", count=len(gone), runs=", ".join(map(str, gone)))


def compare_runs(
    context: typer.Context,
    run: int,
    against: int | None,
    options: Mapping[str, Any],
    format_: Format,
) -> None:
    """``duijie suggest --compare``: options that were given replace those of the kept question."""
    from service.messages import own_language  # noqa: PLC0415 - keeps --help quick
    from service.runs import command  # noqa: PLC0415 - as above

    words = own_language().translate
    given = {name: options[name] for name in options if was_given(context, name)}
    with refusals():
        found = command.compared(run, against, given)
    show(format_, [found], command.table(found, words), command.lines(found, words))
    if format_ is Format.TABLE:
        tell("run.compared", before=run, unchanged=found["unchanged"])


def was_given(context: typer.Context, option: str) -> bool:
    source = context.get_parameter_source("topic" if option == "topics" else option)
    return source is not None and source.name == "COMMANDLINE"
