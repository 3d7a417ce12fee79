"""Asks every ranker who should meet whom, and compares the answers with what happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.access import command_line
from service.evaluation import rankers
from service.evaluation.ablations import VARIANTS, Variant
from service.evaluation.pairs import Question, other_right, questions, read_dockings
from service.evaluation.rankers import Known, Ranker
from service.matching.metrics import Quality, bootstrap_means, gini, interval
from service.matching.rank import rank
from service.suggestions.data import RankingData
from service.suggestions.exclusions import excluded_pairs, mask
from service.suggestions.rankings import Rankings
from service.suggestions.views import query_of

if TYPE_CHECKING:
    from service.matching.index import MatchIndex

Floats = NDArray[np.float64]
Span = tuple[float, float]

RESAMPLES = 10_000
SHOWN = 10
"""Places of a list that people look at, for exposure."""
SIMPLE: Mapping[str, Callable[[Known], Ranker]] = {
    "popularity": rankers.popularity,
    "tfidf": rankers.tfidf,
    "topic_overlap": rankers.topic_overlap,
    "random": rankers.at_random,
}


@dataclass(frozen=True, slots=True)
class Result:
    """Of one ranker over ``n`` questions; ``change`` is its MRR less that of ours."""

    ranker: str
    n: int
    quality: Quality
    mrr_interval: Span
    change: float
    change_interval: Span


@dataclass(frozen=True, slots=True)
class Exposure:
    """Of the first ``SHOWN`` partners of every place today, whatever the topic.

    ``top_share`` is the share of all showings that the ten places shown most often get, ``never``
    how many places nobody is shown.
    """

    gini: float
    top_share: float
    never: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    results: Sequence[Result]
    exposure: Exposure
    dockings: int


def evaluate(
    session: Session,
    rankings: Rankings,
    content: bytes,
    *,
    today: date,
    provinces: bool = False,
    ablations: bool = False,
    seed: int = 0,
) -> Evaluation:
    """Ours first, then the simple rankers, then ours without each of its parts if asked for.

    Intervals are 95 per cent bootstraps over dockings: both ways of one are drawn together.

    Raises
    ------
    UnreadableTable, Unprocessable
        The file cannot be read, or a row of it cannot be asked; nothing is left out in silence.
    """
    dockings = read_dockings(content)
    known = rankers.known(session, dockings)
    asked = questions(dockings, known.register, provinces=provinces)
    ours = _Ours(session, rankings)
    table = {"ours": ours.ranker(Variant("ours"))}
    table |= {name: make(known) for name, make in SIMPLE.items()}
    if ablations:
        table |= {f"ours_without_{v.name}": ours.ranker(v) for v in VARIANTS}
    answers = {name: _qualities(known, asked, ranker) for name, ranker in table.items()}
    groups = np.unique([question.docking for question in asked], return_inverse=True)[1]
    return Evaluation(
        _results(answers, groups, seed),
        _exposure(ours.data(today)),
        int(groups.max()) + 1,
    )


class _Ours:
    """The service's own lists, as it would have shown them on the day of each question."""

    def __init__(self, session: Session, rankings: Rankings) -> None:
        self._session, self._rankings = session, rankings
        self._data: dict[date, RankingData] = {}
        self._changed: dict[tuple[str, date], MatchIndex] = {}

    def data(self, as_of: date) -> RankingData:
        if as_of not in self._data:
            query = query_of(command_line(), as_of)
            self._data[as_of] = self._rankings.data(self._session, query)
        return self._data[as_of]

    def ranker(self, variant: Variant) -> Ranker:
        def scores(question: Question) -> Floats:
            data, key = self.data(question.as_of), (variant.name, question.as_of)
            if key not in self._changed:
                self._changed[key] = variant.change(data.index)
            kept_apart = mask(data, list(excluded_pairs(data, None)))
            return rankers.scorer(
                self._changed[key],
                question.asker,
                question.topic,
                kept_apart[data.index.row(question.asker)],
                variant.weights,
            )

        return scores


def _qualities(known: Known, asked: Sequence[Question], ranker: Ranker) -> Floats:
    """One line of numbers per question: reciprocal rank, hits, nDCG."""
    row_of = {slug: row for row, slug in enumerate(known.slugs)}

    def rows(slugs: frozenset[str]) -> NDArray[np.bool_]:
        chosen = np.zeros(len(known.slugs), dtype=bool)
        chosen[[row_of[slug] for slug in slugs]] = True
        return chosen

    found = []
    for question, also_right in zip(asked, other_right(asked), strict=True):
        candidates = ~rows(also_right | {question.asker})
        quality = Quality.of(ranker(question), rows(question.right), candidates)
        found.append([quality.reciprocal_rank, *quality.hits, quality.ndcg])
    return np.array(found)


def _results(
    answers: Mapping[str, Floats], groups: NDArray[np.intp], seed: int
) -> Sequence[Result]:
    resampled = {
        name: bootstrap_means(values[:, :1], groups, resamples=RESAMPLES, seed=seed)[:, 0]
        for name, values in answers.items()
    }
    return [
        Result(
            ranker=name,
            n=len(values),
            quality=_mean(values),
            mrr_interval=interval(resampled[name]),
            change=float(values[:, 0].mean() - answers["ours"][:, 0].mean()),
            change_interval=interval(resampled[name] - resampled["ours"]),
        )
        for name, values in answers.items()
    ]


def _mean(values: Floats) -> Quality:
    reciprocal, *hits, ndcg = values.mean(axis=0).tolist()
    return Quality(reciprocal, tuple(hits), ndcg)


def _exposure(data: RankingData) -> Exposure:
    index = data.index
    kept_apart = mask(data, list(excluded_pairs(data, None)))
    shown = np.zeros(len(index.clusters), dtype=np.intp)
    for row in range(len(index.clusters)):
        for pair in rank(index, row, exclude=kept_apart[row], k=SHOWN):
            shown[pair.b] += 1
    most = np.sort(shown)[::-1]
    return Exposure(
        gini(shown), float(most[:SHOWN].sum() / max(1, shown.sum())), int((shown == 0).sum())
    )
