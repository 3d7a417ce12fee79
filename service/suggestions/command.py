"""``duijie suggest``."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from service.errors import Unprocessable
from service.matching.types import RankBy
from service.runtime import open_runtime
from service.suggestions import usecases
from service.suggestions.schemas import SuggestionOut
from service.suggestions.views import RankingQuery


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
    by = next((known for known in get_args(RankBy) if known == rank_by), None)
    if by is None:
        raise Unprocessable(
            "option-choice", option="--rank-by", choices=", ".join(get_args(RankBy))
        )
    with open_runtime() as runtime, runtime.sessions.read() as session:
        query = RankingQuery(
            as_of=day(as_of) if as_of else runtime.today(),
            topics=topics,
            rank_by=by,
            min_score=min_score,
            top=top,
        )
        rankings = runtime.rankings
        if event is not None:
            ranking = usecases.suggest_for_event(session, rankings, event, query, of=for_)
        elif for_ is not None:
            ranking = usecases.suggest_for(session, rankings, for_, query)
        else:
            ranking = usecases.suggest_pairs(session, rankings, query)
    rows = [
        SuggestionOut.model_validate(row).model_dump(mode="json", by_alias=True)
        for row in ranking.suggestions
    ]
    return [{k: v for k, v in row.items() if k != "for" or for_ is None} for row in rows]


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unprocessable("option-day", option="--as-of", given=text) from error


def table(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One flat line a suggestion, with its strongest reason."""
    return [
        {
            **{name: row[name] for name in ("rank", "for", "cluster", "name_zh") if name in row},
            **{name: row[name] for name in ("score", "need", "offer", "similarity", "confidence")},
            "reason": strongest(row["reasons"]),
        }
        for row in rows
    ]


def strongest(reasons: Sequence[Mapping[str, Any]]) -> str:
    for reason in reasons:
        if reason["gap"]:
            gap, strength = reason["gap"], reason["strength"]
            return (
                f"{reason['topic_zh']}: {gap['name_zh']}「{gap['quote'] or gap['phrase']}」"
                f" ← {strength['name_zh']}「{strength['quote'] or strength['phrase']}」"
            )
    return ""
