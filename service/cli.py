"""The command line. On the machine itself it acts as admin."""

import gc
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from service.accounts.commands import accounts, keys
from service.blends.commands import app as blends
from service.database_commands import app as database
from service.gatherings.commands import app as gatherings
from service.lexicon_changes.commands import app as lexicon
from service.output import (
    Format,
    FormatOption,
    Rows,
    note,
    refusals,
    show,
    show_table,
    steps,
    tell,
)
from service.reports.commands import app as reports
from service.runs.commands import app as runs

app = typer.Typer(
    name="duijie",
    help="对接 · Finds which industrial clusters should meet, and says why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
) -> None:
    """启动服务 · Bring the database up to date, print the first pairings, and serve."""
    gc.disable()  # imports leave nothing to collect: a tenth of the start
    from service.serving import run  # noqa: PLC0415 - the others start without the server

    gc.enable()
    with refusals():
        run(host=host, port=port)


@app.command()
def suggest(
    context: typer.Context,
    for_: Annotated[
        str | None, typer.Option("--for", help="Slug, name or alias; without it, all pairs.")
    ] = None,
    event: Annotated[int | None, typer.Option(help="Only among this event's participants.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Notation; repeat for several.")] = None,
    top: Annotated[int, typer.Option(min=1, max=1000)] = 10,
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD: only what was known then.")] = None,
    rank_by: Annotated[str, typer.Option(help="score, need, mutual or similarity.")] = "score",
    min_score: Annotated[float, typer.Option(min=0, max=1)] = 0.0,
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it; its number goes to stderr.")
    ] = False,
    compare: Annotated[
        int | None,
        typer.Option(min=1, help="Number of a kept run: say how its question differs now."),
    ] = None,
    against: Annotated[
        int | None, typer.Option(min=1, help="With --compare: differs in this kept run.")
    ] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """推荐配对 · Who should meet whom, and why; or what changed since a kept run."""
    from service.suggestions import command  # noqa: PLC0415 - keeps --help quick

    options: dict[str, Any] = {
        "for_": for_,
        "event": event,
        "topics": tuple(topic or ()),
        "top": top,
        "as_of": as_of,
        "rank_by": rank_by,
        "min_score": min_score,
    }
    if compare is not None:
        from service.runs.commands import compare_runs  # noqa: PLC0415 - keeps --help quick

        compare_runs(context, compare, against, options, format_)
        return
    with refusals():
        if keep:
            from service.runs.command import keep as kept  # noqa: PLC0415 - as above

            rows, number = kept(**options)
            tell("run.kept", id=number)
        else:
            rows = command.suggestions(**options)
    show(format_, rows, command.table(rows), command.lines(rows))


@app.command()
def evaluate(
    pairs: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    provinces: Annotated[
        bool, typer.Option("--provinces", help="Only rows that name a place and a province.")
    ] = False,
    ablations: Annotated[
        bool, typer.Option("--ablations", help="Also ours without each of its parts.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the intervals.")] = 0,
    format_: FormatOption = Format.TABLE,
) -> None:
    """评测 · How well rankings foretell dockings that were held (date,supplier,receiver,topic)."""
    from service.evaluation import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        found = command.evaluated(pairs, provinces=provinces, ablations=ablations, seed=seed)
    rows = command.rows(found)
    show(format_, rows, command.flat(rows))
    command.speak(found)


@app.command()
def explain(
    a: Annotated[str, typer.Argument(help="Slug, name or alias: whose list it is about.")],
    b: Annotated[str, typer.Argument(help="The possible partner.")],
    topic: Annotated[list[str] | None, typer.Option(help="Notation; repeat for several.")] = None,
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD: only what was known then.")] = None,
    rank_by: Annotated[str, typer.Option(help="score, need, mutual or similarity.")] = "score",
    format_: FormatOption = Format.TABLE,
) -> None:
    """解释配对 · Why two should meet, why not, and what would lift the pair most."""
    from service.messages import own_language  # noqa: PLC0415 - keeps --help quick
    from service.suggestions import explaining  # noqa: PLC0415 - keeps --help quick

    with refusals():
        found = explaining.explanation(
            a, b, topics=tuple(topic or ()), as_of=as_of, rank_by=rank_by
        )
    show(format_, [found], explaining.table(found, own_language().translate))


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    text: Annotated[
        Path | None, typer.Option(help="Also write the text that quotes point into.")
    ] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """抽取陈述 · Read draft statements from minutes (.txt .html .docx .pdf), without a database."""
    from service.meetings import command  # noqa: PLC0415 - keeps --help quick

    with refusals(), steps(command.STEPS, "reading") as step:
        rows = command.extracted(file, text, step)
    show(format_, rows, command.table(rows))


@app.command()
def erase(
    statement: Annotated[list[int] | None, typer.Option(help="Number; repeatable.")] = None,
    speaker: Annotated[str | None, typer.Option(help="All that this person said.")] = None,
    meeting: Annotated[int | None, typer.Option(help="Only what the speaker said there.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it, without asking.")] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """抹除 · Take a person's words out of everything, for good; shows first what would go."""
    from service.erasures import command  # noqa: PLC0415 - keeps --help quick
    from service.erasures.usecases import Wanted  # noqa: PLC0415
    from service.runtime import open_runtime  # noqa: PLC0415

    wanted = Wanted(statements=statement or (), speaker=speaker, meeting=meeting)
    with refusals(), open_runtime() as runtime:
        row = command.erase(runtime, wanted, rehearsal=True)
        if yes or (sys.stdin.isatty() and agreed(command.table(row))):
            row = command.erase(runtime, wanted, rehearsal=False)
    show(format_, [row], command.table(row))
    if row["rehearsal"]:
        tell("command.nothing_erased")


def agreed(rows: Rows) -> bool:
    show_table(rows)
    return typer.confirm("抹除后无法恢复 · Erase all this for good?", err=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    what: Annotated[
        str | None, typer.Option(help="clusters or statements; else as the sheets are called.")
    ] = None,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write it, all or nothing.")] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """导入表格 · Say what an Excel or CSV file would change; with --apply, change it."""
    from service.exchange import command  # noqa: PLC0415 - keeps --help quick
    from service.exchange.columns import What  # noqa: PLC0415
    from service.exchange.usecases import RefusedOutcome  # noqa: PLC0415
    from service.messages import own_language  # noqa: PLC0415
    from service.runtime import open_runtime  # noqa: PLC0415

    with refusals(), open_runtime() as runtime:
        wanted = What(one_of(What, what)) if what else None
        try:
            outcome = command.take_in(runtime, file, wanted, apply=apply)
        except RefusedOutcome as refused:
            outcome = refused.outcome
    show(format_, command.told(outcome), command.lines(outcome))
    command.speak(outcome)
    if outcome.plan.faults:
        raise typer.Exit(1)
    if not outcome.applied:
        note(own_language().translate("import.not_applied"))


def one_of(kinds: type[StrEnum], given: str) -> str:
    """``given``, or the end of the command with exit code 2 where it is none of ``kinds``."""
    if given not in list(kinds):
        raise typer.BadParameter(f"{given}: {' / '.join(kinds)}")
    return given


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="clusters or statements")],
    file: Annotated[Path, typer.Argument(help="New file: .xlsx or .csv", dir_okay=False)],
) -> None:
    """导出表格 · Write clusters or statements as a file that can be imported again."""
    from service.exchange import command  # noqa: PLC0415 - keeps --help quick
    from service.exchange.columns import What  # noqa: PLC0415
    from service.messages import own_language  # noqa: PLC0415
    from service.runtime import open_runtime  # noqa: PLC0415

    with refusals(), open_runtime() as runtime:
        count = command.export(runtime, What(one_of(What, what)), file)
    note(own_language().translate("import.exported", file=file.name, count=count))


for commands, name in {
    gatherings: None,
    database: "db",
    reports: "report",
    runs: "run",
    lexicon: "lexicon",
    blends: "blend",
    accounts: "account",
    keys: "key",
}.items():
    app.add_typer(commands, name=name)

if __name__ == "__main__":
    app()
