"""What learning the blend does with decisions whose true weights are known. SIMULATED, all of it.

    python -m benchmarks.learning [--runs N] [--world NAME] [--format json]

People who decide by known weights go through lists ranked by the shipped blend, look at place r
with probability r ** -decay, and err. What is learnt from that is compared with the truth and, on
fresh lists that were looked at to the end, with the shipped blend; beside it the same without
allowing for the place, with too little evidence, and with decisions that mean nothing.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from time import process_time
from typing import Any

import numpy as np
from scipy.special import expit

from service.matching.calibration import SHIPPED, BlendCalibrator
from service.matching.evidence import LEFT, Evidence, Floats, amount_of, missing
from service.matching.heldout import held_out

TRUE = (0.10, 0.25, 0.60, 0.05)
"""Two-way pairs matter most: far from the shipped blend."""
PAIRS, SHOWN = 120, 40


@dataclass(frozen=True, slots=True)
class World:
    """How the simulated people decide; ``sharpness`` 0 means by chance alone."""

    true: Sequence[float] = TRUE
    sharpness: float = 12.0
    decay: float = 0.8
    outspoken: float = 0.3
    events: int = 12
    shown: int = SHOWN


def pair_terms(luck: np.random.Generator, size: int) -> Floats:
    """Need, offer, their harmonic mean and similarity, of the spread of the shipped register."""
    need, offer = luck.beta(1.6, 3.0, size), luck.beta(1.2, 3.5, size)
    mutual = 2 * need * offer / np.maximum(need + offer, 1e-12)
    return np.column_stack([need, offer, mutual, luck.beta(1.5, 3.0, size)])


def decided(luck: np.random.Generator, world: World) -> Evidence:
    """Lists by the shipped blend, and what came of them."""
    parts = []
    for event in range(world.events):
        terms = pair_terms(luck, PAIRS)
        order = np.argsort(-(terms @ SHIPPED), kind="stable")[: world.shown]
        terms, rank = terms[order], np.arange(1, len(order) + 1)
        wanted = is_wanted(luck, world, terms)
        looked = luck.random(len(rank)) < np.maximum(rank**-world.decay, 0.02)
        refused = looked & ~wanted & (luck.random(len(rank)) < world.outspoken)
        grade = np.where(looked & wanted, 1, np.where(refused, 0, LEFT))
        parts.append((terms, grade, np.full(len(rank), event), rank))
    return Evidence(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def is_wanted(luck: np.random.Generator, world: World, terms: Floats) -> Floats:
    """By chance of the true score, around a level of the event's own."""
    level = 0.30 + luck.normal(0, 0.04)
    return luck.random(len(terms)) < expit(world.sharpness * (terms @ np.array(world.true) - level))


def right_share(seed: int, world: World, weights: Sequence[float]) -> float:
    """Share of comparisons put right on fresh pairs that were all looked at."""
    luck = np.random.default_rng(seed)
    right, total = 0.0, 0
    for _ in range(20):
        terms = pair_terms(luck, PAIRS)
        wanted = is_wanted(luck, world, terms)
        score = terms @ np.asarray(weights)
        apart = score[wanted][:, None] - score[~wanted][None, :]
        right += float((apart > 0).sum() + 0.5 * (apart == 0).sum())
        total += apart.size
    return right / total


def fitted(evidence: Evidence, *, by_place: bool = True) -> BlendCalibrator:
    return BlendCalibrator(by_place=by_place).fit(
        evidence.terms, evidence.grade, event=evidence.event, rank=evidence.rank
    )


def distance(weights: Sequence[float], other: Sequence[float]) -> float:
    """Half the sum of differences: the share of weight that lies elsewhere."""
    return float(np.abs(np.asarray(weights) - np.asarray(other)).sum() / 2)


def one_run(seed: int, world: World) -> dict[str, float]:
    """What is learnt in one simulated world, and what meaningless decisions would bring there."""
    evidence = decided(np.random.default_rng(seed), world)
    began = process_time()
    ours = fitted(evidence)
    figures = held_out(evidence, np.array(SHIPPED))
    seconds = process_time() - began
    careless = fitted(evidence, by_place=False)
    senseless = decided(np.random.default_rng(seed), replace(world, sharpness=0.0))
    right = partial(right_share, seed + 10**6, world)
    learnt, ignored = right(ours.weights_.tolist()), right(careless.weights_.tolist())
    return {
        "decided pairs": float(evidence.decided.sum()),
        "decay": ours.examination_.decay,
        "right, shipped": right(SHIPPED),
        "right, learnt": learnt,
        "right, place ignored": ignored,
        "right, learnt - place ignored": learnt - ignored,
        "right, truth": right(TRUE),
        "away from truth, shipped": distance(SHIPPED, TRUE),
        "away from truth, learnt": distance(ours.weights_.tolist(), TRUE),
        "away from truth, place ignored": distance(careless.weights_.tolist(), TRUE),
        "held out, log-loss new - old": figures.figures[1].difference.value,
        "recommended": float(figures.better),
        "speaks": float(not any(asdict(missing(amount_of(evidence))).values())),
        "by chance, away from shipped": distance(fitted(senseless).weights_.tolist(), SHIPPED),
        "by chance, recommended": float(held_out(senseless, np.array(SHIPPED)).better),
        "CPU seconds": seconds,
    }


WORLDS = {
    "all decided, 2 events": World(decay=0.0, outspoken=1.0, events=2),
    "all decided, 6 events": World(decay=0.0, outspoken=1.0, events=6),
    "all decided, 20 events": World(decay=0.0, outspoken=1.0, events=20),
    "read from the top, 12 events": World(),
    "read from the top, 40 events": World(events=40),
}
BESIDE = {
    "right, learnt": "right, shipped",
    "right, place ignored": "right, shipped",
    "away from truth, learnt": "away from truth, shipped",
    "away from truth, place ignored": "away from truth, shipped",
}
"""What a figure is set beside."""


def rows_of(runs: int, names: Sequence[str]) -> list[dict[str, Any]]:
    """Means over the runs, with the standard error of each."""
    rows = []
    for world in names:
        found = [one_run(seed, WORLDS[world]) for seed in range(runs)]
        means = {name: float(np.mean([run[name] for run in found])) for name in found[0]}
        for name, value in means.items():
            baseline = means.get(BESIDE.get(name, ""))
            rows.append(
                {
                    "name": f"simulated, {world}: {name}",
                    "value": value,
                    "error": float(np.std([run[name] for run in found]) / runs**0.5),
                    "unit": "s" if name == "CPU seconds" else "",
                    "baseline": baseline,
                    "ratio": value / baseline if baseline else None,
                }
            )
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--world", choices=WORLDS, action="append")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    asked = parser.parse_args(arguments)
    rows = rows_of(asked.runs, asked.world or list(WORLDS))
    if asked.format == "json":
        print(json.dumps(rows))
        return
    print(f"SIMULATED decisions, means of {asked.runs} runs ± standard error")
    for row in rows:
        print(f"{row['name']:<72}{row['value']:8.3f} ± {row['error']:.3f}")


if __name__ == "__main__":
    main()
