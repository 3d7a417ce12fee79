"""``duijie suggest --keep`` and ``--compare``, and ``duijie run``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.access import command_line
from service.output import Rows
from service.runs import usecases
from service.runs.schemas import ComparisonOut, KeptRunOut
from service.runs.views import Wanted
from service.runtime import open_runtime
from service.suggestions.command import day, rank_by_of, said
from service.suggestions.schemas import SuggestionOut
from service.suggestions.views import query_of

Line = dict[str, Any]
Translate = Callable[..., str]
ALL = 1000


def keep(
    *,
    for_: str | None,
    event: int | None,
    topics: tuple[str, ...],
    top: int,
    as_of: str | None,
    rank_by: str,
    min_score: float,
) -> tuple[list[Line], int]:
    """The rows of a ranking in the API's shape, and the number under which it was kept."""
    by, who = rank_by_of(rank_by), command_line()
    with open_runtime() as runtime, runtime.sessions.write() as session:
        on = day(as_of) if as_of else runtime.today()
        query = query_of(
            who, on, topics=tuple(sorted(set(topics))), rank_by=by, min_score=min_score, top=top
        )
        kept, ranking = usecases.keep_run(
            session,
            runtime.rankings,
            who,
            query,
            name=for_,
            event_id=event,
            now=runtime.clock(),
        )
    rows = [
        SuggestionOut.model_validate(row).model_dump(mode="json", by_alias=True)
        for row in ranking.suggestions
    ]
    return rows, kept.id


def compared(run: int, against: int | None, given: Mapping[str, Any]) -> Line:
    """``run`` beside ``against``, or beside its question asked again with what is ``given``."""
    who = command_line()
    with open_runtime() as runtime, runtime.sessions.read() as session:
        if against is not None:
            found = usecases.compare_runs(session, who, run, against)
        else:
            scope, asked = usecases.question_in(session, who, run)
            as_of = given.get("as_of")
            found = usecases.compare_now(
                session,
                runtime.rankings,
                who,
                run,
                as_of=day(as_of) if as_of else runtime.today(),
                query=replace(asked, **_changes(given)),
                name=given.get("for_", scope.of),
                event_id=given.get("event", scope.event),
            )
    return ComparisonOut.model_validate(found).model_dump(mode="json", by_alias=True)


def _changes(given: Mapping[str, Any]) -> Line:
    """What of a query the options replace; a day is put in by who asks."""
    changes: Line = {name: given[name] for name in ("top", "min_score") if name in given}
    if "rank_by" in given:
        changes["rank_by"] = rank_by_of(given["rank_by"])
    if "topics" in given:
        changes["topics"] = tuple(sorted(set(given["topics"])))
    return changes


def table(found: Mapping[str, Any], t: Translate) -> Rows:
    """One line for each move of each pair, for a spreadsheet; the moves of a pair add up."""
    words = statements_in(found)
    return [
        {
            **_pair(pair),
            "cause": t(f"move.{move['cause']}"),
            "statement": words.get(move["statement"] or "", ""),
            "moved": move["moved"],
        }
        for pair in found["pairs"]
        for move in pair["moves"] or [{"cause": "none", "statement": None, "moved": 0.0}]
    ]


def _pair(pair: Mapping[str, Any]) -> Line:
    names = (
        *("status", "for", "cluster", "rank_before", "rank_after"),
        *("score_before", "score_after", "change"),
    )
    return {name: pair[name] for name in names}


def lines(found: Mapping[str, Any], t: Translate) -> Rows:
    """What of it fits a terminal: each pair with its largest causes."""
    words = statements_in(found)
    return [
        {
            "": t(f"change.{pair['status']}"),
            "配对 pair": f"{pair['for_name_zh']} ⇄ {pair['name_zh']}",
            "名次 rank": f"{pair['rank_before'] or '–'} → {pair['rank_after'] or '–'}",
            "得分 score": f"{pair['score_before']:.3f} → {pair['score_after']:.3f}",
            "原因 causes": "\n".join(
                f"{move['moved']:+.3f} {t('move.' + move['cause'])}"
                f" {words.get(move['statement'] or '', '')}".rstrip()
                for move in sorted(pair["moves"], key=lambda m: -abs(m["moved"]))[:3]
            ),
        }
        for pair in found["pairs"]
    ]


def statements_in(found: Mapping[str, Any]) -> dict[str, str]:
    """In the clusters' own words, by what moves name them."""
    return {
        each["id"]: said(each["statement"]) if each["statement"] else each["cluster"]
        for each in found["statements"]
    }


def listed() -> list[Line]:
    """The kept runs, latest first."""
    who = command_line()
    with open_runtime() as runtime, runtime.sessions.read() as session:
        found: Sequence[object] = usecases.list_runs(
            session, who, Wanted(), limit=ALL, cursor=None
        ).items
    return [KeptRunOut.model_validate(run).model_dump(mode="json") for run in found]


def flat(rows: Rows) -> Rows:
    names = ("id", "state", "kept_at", "kept_by", "scope", "cluster", "event", "audience", "as_of")
    return [{name: row[name] for name in (*names, "revision", "size")} for row in rows]


def shown(run: int) -> str:
    """The answer's bytes as text."""
    with open_runtime() as runtime, runtime.sessions.read() as session:
        return usecases.get_answer(session, command_line(), run)[1].decode()


def deleted(runs: Sequence[int], before: str | None) -> list[int]:
    who = command_line()
    with open_runtime() as runtime, runtime.sessions.write() as session:
        now = runtime.clock()
        for run in runs:
            usecases.delete_run(session, who, run, now=now)
        older = usecases.delete_older(session, who, day(before), now=now) if before else []
    return [*runs, *older]
