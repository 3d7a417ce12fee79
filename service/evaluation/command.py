"""``duijie evaluate``."""

from pathlib import Path
from typing import Any

from service.evaluation import usecases
from service.evaluation.usecases import SIMPLE, Evaluation, Result
from service.exchange.sheets import MAX_BYTES
from service.matching.metrics import CUTOFFS, NDCG_AT
from service.output import Rows, tell
from service.runtime import open_runtime


def evaluated(file: Path, *, provinces: bool, ablations: bool, seed: int) -> Evaluation:
    with open_runtime() as runtime, runtime.sessions.read() as session, file.open("rb") as source:
        return usecases.evaluate(
            session,
            runtime.rankings,
            source.read(MAX_BYTES + 1),
            today=runtime.today(),
            provinces=provinces,
            ablations=ablations,
            seed=seed,
        )


def rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Five rows; those of ablations follow and say how far they are from ours."""
    return [row(result) for result in evaluation.results]


def row(result: Result) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ranker": result.ranker,
        "n": result.n,
        "mrr": result.quality.reciprocal_rank,
        "mrr_interval": list(result.mrr_interval),
    }
    shown |= {
        f"hit@{cutoff}": hit for cutoff, hit in zip(CUTOFFS, result.quality.hits, strict=True)
    }
    shown[f"ndcg@{NDCG_AT}"] = result.quality.ndcg
    if result.ranker not in ("ours", *SIMPLE):
        shown |= {"change": result.change, "change_interval": list(result.change_interval)}
    return shown


def flat(found: Rows) -> Rows:
    """Intervals as two columns each, and the same columns in every row."""
    columns = {name: None for row in found for name in row}
    lines = []
    for row in found:
        line: dict[str, Any] = {}
        for name in columns:
            if name.endswith("_interval"):
                low, high = row.get(name, (None, None))
                line |= {f"{name}_low": low, f"{name}_high": high}
            else:
                line[name] = row.get(name)
        lines.append(line)
    return lines


def speak(evaluation: Evaluation) -> None:
    """What the rows do not say, to stderr."""
    simple = [result for result in evaluation.results if result.ranker in SIMPLE]
    best = max(simple, key=lambda result: result.quality.reciprocal_rank)
    low, high = best.change_interval
    tell("evaluation.small", dockings=evaluation.dockings, questions=best.n)
    tell(
        "evaluation.lead",
        ranker=best.ranker,
        lead=f"{-best.change:+.3f}",
        low=f"{-high:+.3f}",
        high=f"{-low:+.3f}",
    )
    spread = evaluation.exposure
    tell(
        "evaluation.exposure",
        gini=f"{spread.gini:.2f}",
        share=f"{spread.top_share:.0%}",
        never=spread.never,
    )
