"""``duijie gaps``, ``duijie round-tables`` and ``duijie exposure``."""

from typing import Annotated

import typer

from service.output import Format, FormatOption, refusals, show

app = typer.Typer()

EventOption = Annotated[int | None, typer.Option("--event", help="Only its participants.")]
TopicOption = Annotated[
    list[str] | None, typer.Option("--topic", help="Notation; repeat for several.")
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="YYYY-MM-DD: only what was known then.")
]
ForOption = Annotated[str | None, typer.Option("--for", help="Only of this slug, name or alias.")]
ProvinceOption = Annotated[str | None, typer.Option("--province", help="As the register has it.")]
ShareOption = Annotated[
    float, typer.Option("--least-share", min=0.01, max=1, help="From here on a need is filled.")
]


@app.command()
def gaps(
    event: EventOption = None,
    reach: Annotated[
        str | None, typer.Option(help="present: others could; registered: nobody can.")
    ] = None,
    topic: TopicOption = None,
    for_: ForOption = None,
    province: ProvinceOption = None,
    *,
    stated: Annotated[bool, typer.Option("--stated", help="Without inferred needs.")] = False,
    least_share: ShareOption = 0.3,
    top: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_of: AsOfOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """无人能补的缺口 · Needs that nobody present or registered fills, and whom to recruit."""
    from service.gatherings import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        rows = command.gaps(
            reach=reach,
            stated=stated,
            least_share=least_share,
            top=top,
            event=event,
            topics=tuple(topic or ()),
            as_of=as_of,
            cluster=for_,
            province=province,
        )
    show(format_, rows, command.gap_table(rows))


@app.command("round-tables")
def round_tables(
    event: EventOption = None,
    form: Annotated[str, typer.Option(help="cycle, chain or two_way.")] = "cycle",
    seats: Annotated[int | None, typer.Option(min=3, max=5, help="Places at a table.")] = None,
    topic: TopicOption = None,
    for_: ForOption = None,
    province: ProvinceOption = None,
    least_share: ShareOption = 0.3,
    top: Annotated[int, typer.Option(min=1, max=50)] = 10,
    as_of: AsOfOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """圆桌会 · Three to five places that fill each other's needs in a circle or a chain."""
    from service.gatherings import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        rows = command.round_tables(
            form=form,
            seats=seats,
            least_share=least_share,
            top=top,
            event=event,
            topics=tuple(topic or ()),
            as_of=as_of,
            cluster=for_,
            province=province,
        )
    show(format_, rows, command.round_table_lines(rows))


@app.command()
def exposure(
    event: EventOption = None,
    spread: Annotated[
        float, typer.Option(min=0, max=1, help="Price of one further appearance.")
    ] = 0.01,
    topic: TopicOption = None,
    top: Annotated[int, typer.Option(min=1, max=50, help="Partners in each list.")] = 5,
    as_of: AsOfOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """曝光 · How evenly places stand in each other's lists, and what spreading them would cost."""
    from service.gatherings import command  # noqa: PLC0415 - keeps --help quick

    with refusals():
        found = command.exposure(
            top=top, spread=spread, event=event, topics=tuple(topic or ()), as_of=as_of
        )
    show(format_, [found], command.exposure_lines(found))
