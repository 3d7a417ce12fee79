"""``duijie explain``: one pair, why, why not, and what would change it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from service.access import command_line
from service.output import Rows
from service.runtime import open_runtime
from service.suggestions import usecases
from service.suggestions.command import day, rank_by_of, said
from service.suggestions.schemas import ExplanationOut
from service.suggestions.views import query_of

Line = dict[str, Any]
Translate = Callable[..., str]


def explanation(
    a: str, b: str, *, topics: tuple[str, ...], as_of: str | None, rank_by: str
) -> Line:
    """As the API returns it."""
    by = rank_by_of(rank_by)
    with open_runtime() as runtime, runtime.sessions.read() as session:
        on = day(as_of) if as_of else runtime.today()
        query = query_of(command_line(), on, topics=topics, rank_by=by)
        found = usecases.explain_pair(session, runtime.rankings, a, b, query)
    return ExplanationOut.model_validate(found).model_dump(mode="json", by_alias=True)


def table(found: Mapping[str, Any], t: Translate) -> Rows:
    """One line for each reason, obstacle, lift and contradiction.

    ``figure`` is the contribution, the share that an obstacle leaves, or the gain; ``rank`` the
    place in the list today or then.
    """
    suggestion = found["suggestion"]
    level = t(f"confidence.{suggestion['confidence']}")
    causes = "; ".join(
        t(f"cause.{cause['code']}", value=cause["value"])
        for cause in suggestion["confidence_causes"]
    )
    return [
        line("score", suggestion["cluster"], "", suggestion["score"], found["rank"], ""),
        line("confidence", suggestion["cluster"], "", None, None, f"{level}: {causes}"),
        *_excluded(found, t),
        *_reasons(suggestion),
        *_obstacles(found, t),
        *_lifts(found, t),
        *_contradictions(found),
    ]


def line(
    part: str, cluster: str, topic: str | None, figure: float | None, rank: int | None, words: str
) -> Line:
    return {
        "part": part,
        "cluster": cluster,
        "topic": topic or "",
        "figure": figure,
        "rank": rank,
        "words": words,
    }


def _excluded(found: Mapping[str, Any], t: Translate) -> Iterator[Line]:
    for pair in found["excluded"]:
        words = f"{t('excluded.' + pair['cause'])} {pair['detail']}".strip()
        yield line("excluded", pair["cluster"], "", None, None, words)


def _reasons(suggestion: Mapping[str, Any]) -> Iterator[Line]:
    for reason in suggestion["reasons"]:
        gap, strength = reason["gap"], reason["strength"]
        words = f"{said(gap)} ← {said(strength)}" if gap else ""
        whose = gap["cluster"] if gap else ""
        yield line(reason["term"], whose, reason["topic"], reason["contribution"], None, words)


def _obstacles(found: Mapping[str, Any], t: Translate) -> Iterator[Line]:
    for each in found["obstacles"]:
        words = t(f"obstacle.{each['code']}") + (f": {said(each['gap'])}" if each["gap"] else "")
        yield line("obstacle", each["cluster"], each["topic"], each["factor"], None, words)


def _lifts(found: Mapping[str, Any], t: Translate) -> Iterator[Line]:
    for part in ("drafts", "lifts"):
        for each in found[part]:
            key = "pair.draft_claim" if each["draft"] else "pair.lift_claim"
            words = t(key, name=each["cluster"], topic=each["topic"])
            best = "best " if each == found["best"] else ""
            name = f"{best}{part.removesuffix('s')}"
            yield line(name, each["cluster"], each["topic"], each["gain"], each["rank"], words)


def _contradictions(found: Mapping[str, Any]) -> Iterator[Line]:
    for each in found["contradictions"]:
        one, by = each["statement"], each["by"]
        words = f"{one['date']} {said(one)} ⇠ {by['date']} {said(by)}"
        yield line("contradiction", one["cluster"], "", None, None, words)
