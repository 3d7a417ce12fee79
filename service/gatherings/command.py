"""What the commands on gatherings print."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from sqlalchemy.orm import Session

from service.access import Principal, command_line
from service.errors import Unprocessable
from service.gatherings.exposures import exposure_of
from service.gatherings.gaps import Reach, gaps_of
from service.gatherings.round_tables import Form, round_tables_of
from service.gatherings.schemas import ExposureOut, GapOut, TableOut
from service.gatherings.views import GatheringQuery
from service.output import Rows
from service.runtime import open_runtime
from service.suggestions.command import day, said
from service.suggestions.rankings import Rankings
from service.suggestions.views import query_of

View = TypeVar("View")
Use = Callable[[Session, Rankings, Principal, GatheringQuery], View]
REACHES: Mapping[str, str] = {
    "present": "到会者 / present",
    "registered": "名录 / registered",
}


def choice(option: str, given: str | None, kind: Any) -> Any:
    """``given`` if it is one of the words of the literal ``kind``, or None."""
    if given is not None and given not in get_args(kind):
        raise Unprocessable("option-choice", option=option, choices=", ".join(get_args(kind)))
    return given


def seen(
    use: Use[View],
    *,
    event: int | None,
    topics: tuple[str, ...],
    as_of: str | None,
    cluster: str | None = None,
    province: str | None = None,
) -> View:
    """What a use-case sees for who sits at the machine."""
    with open_runtime() as runtime, runtime.sessions.read() as session:
        who = command_line()
        ranking = query_of(who, day(as_of) if as_of else runtime.today(), topics=topics)
        query = GatheringQuery(ranking, event, cluster, province)
        return use(session, runtime.rankings, who, query)


def gaps(
    *, reach: str | None, stated: bool, least_share: float, top: int, **asked: Any
) -> list[dict[str, Any]]:
    """Rows in the API's shape."""
    how_far: Reach | None = choice("--reach", reach, Reach)

    def use(session: Session, rankings: Rankings, who: Principal, query: GatheringQuery) -> Any:
        return gaps_of(
            session,
            rankings,
            who,
            query,
            reach=how_far,
            stated=stated,
            least_share=least_share,
            limit=top,
        )

    found = seen(use, **asked)
    return [GapOut.model_validate(gap).model_dump(mode="json") for gap in found.gaps]


def round_tables(
    *, form: str, seats: int | None, least_share: float, top: int, **asked: Any
) -> list[dict[str, Any]]:
    """Rows in the API's shape."""
    kind: Form = choice("--form", form, Form)

    def use(session: Session, rankings: Rankings, who: Principal, query: GatheringQuery) -> Any:
        return round_tables_of(
            session,
            rankings,
            who,
            query,
            form=kind,
            seats=seats,
            least_share=least_share,
            limit=top,
        )

    found = seen(use, **asked)
    return [TableOut.model_validate(table).model_dump(mode="json") for table in found.tables]


def exposure(*, top: int, spread: float, **asked: Any) -> dict[str, Any]:
    """The API's answer, with what other prices would give."""

    def use(session: Session, rankings: Rankings, who: Principal, query: GatheringQuery) -> Any:
        return exposure_of(session, rankings, who, query, top=top, spread=spread, choices=True)

    return ExposureOut.model_validate(seen(use, **asked)).model_dump(mode="json")


def gap_table(rows: Rows) -> list[dict[str, Any]]:
    """One flat line a gap, for a spreadsheet or a terminal."""
    return [
        {
            "#": row["rank"],
            "集群 cluster": row["place"]["name_zh"],
            "主题 topic": row["topic_zh"],
            "需求 need": said(row["gap"]),
            "无人能补 nobody": REACHES[row["reach"]],
            "可邀请 ask": "、".join(
                [c["place"]["name_zh"] for c in (row["recruits"] or row["weak"] or row["near"])]
                + [outsider["name"] for outsider in row["outside"]]
            ),
        }
        for row in rows
    ]


def round_table_lines(rows: Rows) -> list[dict[str, Any]]:
    """One flat line a table."""
    return [
        {
            "#": row["rank"],
            "席位 places": " → ".join(place["name_zh"] for place in row["places"]),
            "最弱 weakest": row["weakest"],
            "合计 total": row["total"],
            "理由 reasons": "；".join(
                f"{link['topic_zh']}: {said(link['gap'])} ← {said(link['strength'])}"
                for link in row["links"]
            ),
        }
        for row in rows
    ]


def exposure_lines(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One flat line a price: as ranked, as asked for, and the others."""
    rows = {row["spread"]: row for row in (found["before"], *found["choices"], found["after"])}
    return [rows[price] for price in sorted(rows)]
