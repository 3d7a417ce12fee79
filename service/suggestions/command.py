"""``duijie suggest``."""

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from service.access import command_line
from service.errors import Unprocessable
from service.matching.types import RankBy
from service.output import Rows
from service.runtime import open_runtime
from service.suggestions import usecases
from service.suggestions.schemas import SuggestionOut
from service.suggestions.views import query_of

NAMES = ("for_name_zh", "name_zh")
WHOSE = {"for", "for_name_zh", "for_name_en"}
COLUMNS = (
    "rank",
    "for",
    "cluster",
    "name_zh",
    "name_en",
    "score",
    "need",
    "offer",
    "similarity",
    "confidence",
)


def suggestions(
    *,
    for_: str | None,
    event: int | None,
    topics: tuple[str, ...],
    top: int,
    as_of: str | None,
    rank_by: str,
    min_score: float,
) -> list[dict[str, Any]]:
    """Rows in the API's shape; those of one cluster do not repeat whose they are."""
    by = rank_by_of(rank_by)
    with open_runtime() as runtime, runtime.sessions.read() as session:
        who = command_line()
        query = query_of(
            who,
            day(as_of) if as_of else runtime.today(),
            topics=topics,
            rank_by=by,
            min_score=min_score,
            top=top,
        )
        rankings = runtime.rankings
        if event is not None:
            ranking = usecases.suggest_for_event(session, rankings, who, event, query, of=for_)
        elif for_ is not None:
            ranking = usecases.suggest_for(session, rankings, for_, query)
        else:
            ranking = usecases.suggest_pairs(session, rankings, query)
    rows = [
        SuggestionOut.model_validate(row).model_dump(mode="json", by_alias=True)
        for row in ranking.suggestions
    ]
    hidden = WHOSE if for_ is not None else set()
    return [{name: row[name] for name in row if name not in hidden} for row in rows]


def rank_by_of(text: str) -> RankBy:
    for known in get_args(RankBy):
        if known == text:
            by: RankBy = known
            return by
    raise Unprocessable("option-choice", option="--rank-by", choices=", ".join(get_args(RankBy)))


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unprocessable("option-day", option="--as-of", given=text) from error


def table(rows: Rows) -> list[dict[str, Any]]:
    """One flat line a suggestion, with its strongest reason, for a spreadsheet."""
    return [
        {name: row[name] for name in COLUMNS if name in row} | {"reason": strongest(row["reasons"])}
        for row in rows
    ]


def lines(rows: Rows) -> list[dict[str, Any]]:
    """What of it fits a terminal."""
    return [
        {
            "#": row["rank"],
            "配对 pair": " ⇄ ".join(row[name] for name in NAMES if name in row),
            "得分 score": row["score"],
            "可信 trust": row["confidence"],
            "理由 reason": strongest(row["reasons"]),
        }
        for row in rows
    ]


def strongest(reasons: Rows) -> str:
    """The largest reason that rests on two statements, in the clusters' own words."""
    for reason in reasons:
        if reason["gap"]:
            return f"{reason['topic_zh']}: {said(reason['gap'])} ← {said(reason['strength'])}"
    return ""


def said(side: Mapping[str, Any]) -> str:
    return f"{side['name_zh']}「{side['reading'] or side['quote'] or side['phrase']}」"
