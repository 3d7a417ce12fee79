"""``duijie report``: plan reports, run them, read them, work off what is due."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.output import Format, FormatOption, fail, note, refusals, show, tell

if TYPE_CHECKING:
    from service.runtime import Runtime

app = typer.Typer(
    help="报告 · Scheduled digests of the pairings: plan, send, read.", no_args_is_help=True
)

ScheduleId = Annotated[int, typer.Argument(min=1, max=2**31 - 1, metavar="SCHEDULE")]


@contextmanager
def opened() -> Iterator["Runtime"]:
    """The database, open; refusals end the command with their cause and exit code 1."""
    from service.runtime import open_runtime  # noqa: PLC0415 - keeps --help quick

    with refusals(), open_runtime() as runtime:
        yield runtime


@app.command("schedule")
def schedule(
    name: Annotated[str, typer.Argument(help="Begins the subject of each mail.")],
    cron: Annotated[str, typer.Option(help='Five fields, such as "0 8 * * MON".')],
    time_zone: Annotated[str, typer.Option(help="IANA name.")] = "Asia/Shanghai",
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    for_: Annotated[str | None, typer.Option("--for", help="Only partners of this one.")] = None,
    event: Annotated[int | None, typer.Option(help="Only this event's participants.")] = None,
    topic: Annotated[str | None, typer.Option(help="Notation.")] = None,
    min_score: Annotated[float, typer.Option(min=0, max=1)] = 0.0,
    top: Annotated[int, typer.Option(min=1, max=500)] = 50,
    move: Annotated[float, typer.Option(min=0, max=1, help="What counts as changed.")] = 0.02,
    audience: Annotated[str, typer.Option(help="public, members or organisers.")] = "members",
    on_doubt: Annotated[str, typer.Option(help="resend or ask.")] = "resend",
    to: Annotated[list[str] | None, typer.Option(help="Mail address; repeatable.")] = None,
    folder: Annotated[str | None, typer.Option(help="Below the data directory.")] = None,
    *,
    skip_unchanged: Annotated[bool, typer.Option(help="Send only when something is new.")] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """新建计划 · Plan a report; prints the schedule."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    fields = {
        "name": name,
        "cron": cron,
        "time_zone": time_zone,
        "language": language,
        "cluster": for_,
        "event": event,
        "topic": topic,
        "min_score": min_score,
        "top": top,
        "move": move,
        "audience": audience,
        "on_doubt": on_doubt,
        "recipients": to or [],
        "folder": folder,
        "skip_unchanged": skip_unchanged,
    }
    checked = console.checked(fields)
    with opened() as runtime:
        rows = [console.create(runtime, checked)]
    show(format_, rows, console.schedule_table(rows))


@app.command("list")
def list_(
    *,
    runs: Annotated[bool, typer.Option("--runs", help="The reports instead.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    format_: FormatOption = Format.TABLE,
) -> None:
    """列出 · Schedules with their next due time; with --runs, reports and their deliveries."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        rows = (console.runs if runs else console.schedules)(runtime, limit)
    show(format_, rows, (console.run_table if runs else console.schedule_table)(rows))


@app.command()
def run(id_: ScheduleId, format_: FormatOption = Format.TABLE) -> None:
    """立即发送 · Report now and send it; exit code 1 unless everything arrived."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        row = console.run(runtime, id_)
    show(format_, [row], console.run_table([row]))
    if row["state"] != "rendered" or any(d["state"] != "sent" for d in row["deliveries"]):
        fail(row["error"] or "not everything arrived; see the deliveries")


@app.command("show")
def show_(
    id_: ScheduleId,
    due: Annotated[str | None, typer.Argument(help="Its due time; without it, the last.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the page to this file.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write the workbook to this file.")] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """查看 · The pairs that a report told of."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        rows = console.pairings(runtime, id_, due, {"html": html, "xlsx": xlsx})
    show(format_, rows, console.pairing_table(rows))


@app.command()
def preview(
    id_: ScheduleId,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Instead of stdout.")
    ] = None,
) -> None:
    """预览 · The page that a run now would send; nothing is kept or sent."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        page = console.preview(runtime, id_)
    if output is None:
        typer.echo(page, nl=False)
    else:
        output.write_text(page, encoding="utf-8")
        note(str(output))


@app.command()
def pause(id_: ScheduleId) -> None:
    """暂停 · No due time counts until it is resumed."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        note(console.step(runtime, "pause", id_))


@app.command()
def resume(id_: ScheduleId) -> None:
    """恢复 · Due again from now on."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        note(console.step(runtime, "resume", id_))


@app.command()
def delete(id_: ScheduleId) -> None:
    """删除 · Never due again; its reports stay readable."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        console.delete(runtime, id_)


@app.command()
def worker(
    *, once: Annotated[bool, typer.Option("--once", help="End when nothing is due.")] = False
) -> None:
    """后台发送 · Work off due reports until stopped; several workers may run."""
    from service.reports import console  # noqa: PLC0415 - keeps --help quick

    with opened() as runtime:
        tell("command.work_done", count=console.work(runtime, once=once))
