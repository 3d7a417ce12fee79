"""What learning the blend does with decisions whose true weights are known. SIMULATED, all of it.

    python -m benchmarks.learning [--runs N] [--format json]

People who decide by known weights go through lists ranked by the shipped blend, look at place r
with probability r ** -decay, and err. What is learnt from that is compared with the truth and, on
fresh lists that were looked at to the end, with the shipped blend; beside it the same without
allowing for the place, with too little evidence, and with decisions that mean nothing.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time

import numpy as np
from scipy.special import expit

from service.matching.calibration import SHIPPED, BlendCalibrator
from service.matching.evidence import LEFT, Evidence, Floats, amount_of, missing
from service.matching.heldout import held_out

TRUE = (0.10, 0.25, 0.60, 0.05)
"""Two-way pairs matter most: far from the shipped blend."""
EVENTS, PAIRS, SHOWN = 12, 120, 40


@dataclass(frozen=True, slots=True)
class World:
    """How the simulated people decide; ``sharpness`` 0 means by chance alone."""

    true: Sequence[float] = TRUE
    sharpness: float = 12.0
    decay: float = 0.8
    outspoken: float = 0.3
    events: int = EVENTS
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


def right_share(luck: np.random.Generator, world: World, weights: Sequence[float]) -> float:
    """Share of comparisons put right on fresh pairs that were all looked at."""
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


def one_run(seed: int) -> dict[str, float]:
    luck = np.random.default_rng(seed)
    world = World()
    evidence = decided(luck, world)
    began = process_time()
    ours = fitted(evidence)
    figures = held_out(evidence, np.array(SHIPPED))
    seconds = process_time() - began
    careless = fitted(evidence, by_place=False)
    chance = fitted(decided(luck, World(sharpness=0.0)))
    few = decided(luck, World(events=2))
    share = {
        name: right_share(np.random.default_rng(seed + 10**6), world, weights)
        for name, weights in {
            "shipped": SHIPPED,
            "learnt": ours.weights_,
            "place ignored": careless.weights_,
            "truth": TRUE,
        }.items()
    }
    return {
        "decided pairs": float(evidence.decided.sum()),
        "decay": ours.examination_.decay,
        **{f"right: {name}": value for name, value in share.items()},
        "distance to truth: shipped": distance(SHIPPED, TRUE),
        "distance to truth: learnt": distance(ours.weights_, TRUE),
        "distance to truth: place ignored": distance(careless.weights_, TRUE),
        "order of weights right": float(
            list(np.argsort(-ours.weights_)[:2]) == list(np.argsort(-np.array(TRUE))[:2])
        ),
        "recommended": float(figures.better),
        "held out log-loss, new - old": figures.figures[1].difference.value,
        "by chance: distance to shipped": distance(chance.weights_, SHIPPED),
        "two events: speaks": float(missing(amount_of(few)).events == 0),
        "CPU seconds": seconds,
    }


def by_chance_recommended(seeds: Sequence[int]) -> float:
    """How often meaningless decisions would bring a recommendation."""
    found = []
    for seed in seeds:
        evidence = decided(np.random.default_rng(seed), World(sharpness=0.0))
        found.append(held_out(evidence, np.array(SHIPPED)).better)
    return float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    asked = parser.parse_args()
    runs = [one_run(seed) for seed in range(asked.runs)]
    rows = [
        {
            "name": name,
            "median": float(np.median([run[name] for run in runs])),
            "mean": float(np.mean([run[name] for run in runs])),
            "low": float(np.quantile([run[name] for run in runs], 0.1)),
            "high": float(np.quantile([run[name] for run in runs], 0.9)),
        }
        for name in runs[0]
    ]
    share = by_chance_recommended(range(asked.runs))
    rows.append({"name": "by chance: recommended", **dict.fromkeys(list(rows[0])[1:], share)})
    if asked.format == "json":
        print(json.dumps(rows))
        return
    print(f"SIMULATED, {asked.runs} runs{'median':>26}{'mean':>9}{'10 %':>9}{'90 %':>9}")
    for row in rows:
        numbers = "".join(f"{row[name]:9.3f}" for name in ("median", "mean", "low", "high"))
        print(f"{row['name']:<36}{numbers}")


if __name__ == "__main__":
    main()
