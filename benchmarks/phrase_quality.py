"""How well an encoder compares phrases: on composed pairs, and on the lexicon's labels."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.matching import meaning
from service.matching.encoders import Encoder
from service.seeding.files import read_seed

SEED_DATA = Path(__file__).parents[1] / "seed_data"
DRAWS = 1000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    likeness: str
    languages: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    topic: str
    top: str


def likeness(encoder: Encoder, ones: Iterable[str], others: Iterable[str]) -> Floats:
    return encoder.alike(encoder.transform(list(ones)), encoder.transform(list(others)))


def auc(high: Floats, low: Floats) -> float:
    """Chance that one of ``high`` exceeds one of ``low``; equal ones count half."""
    more = high[:, None] - low
    return float((np.sign(more).mean() + 1) / 2)


def recall_at_3(alike: Floats) -> float:
    """Share of rows whose diagonal cell is among the three largest; ties by chance."""
    own = np.diag(alike)[:, None]
    above, level = (alike > own).sum(axis=1), (alike == own).sum(axis=1)
    return float(np.clip((3 - above) / level, 0, 1).mean())


def quality(cells: Floats, pairs: list[Pair]) -> dict[str, float]:
    """Figures of some pairs; ``cells`` holds the likeness of every ``one`` to every ``other``."""
    found: dict[str, float] = {}
    for languages in ("zh/zh", "zh/en", "all"):
        of = {
            kind: np.array(
                [
                    cells[i, i]
                    for i, p in enumerate(pairs)
                    if p.likeness == kind and languages in (p.languages, "all")
                ]
            )
            for kind in ("alike", "sibling", "unlike")
        }
        found[f"auc_alike_unlike {languages}"] = auc(of["alike"], of["unlike"])
        found[f"auc_alike_sibling {languages}"] = auc(of["alike"], of["sibling"])
        if languages == "all":
            found |= {f"mean_{kind}": float(of[kind].mean()) for kind in of}
    chosen = [i for i, p in enumerate(pairs) if p.likeness == "alike"]
    return found | {"recall@3": recall_at_3(cells[np.ix_(chosen, chosen)])}


def gains(ours: Floats, theirs: Floats, pairs: list[Pair]) -> dict[str, tuple[float, float]]:
    """How much is gained on each AUC: 95 % bootstrap intervals, each kind of pair redrawn."""
    draw = random.Random(7)
    of: dict[tuple[str, str], list[int]] = {}
    for i, pair in enumerate(pairs):
        of.setdefault((pair.likeness, pair.languages), []).append(i)
    redrawn: dict[str, list[float]] = {}
    for _ in range(DRAWS):
        chosen = [i for places in of.values() for i in draw.choices(places, k=len(places))]
        some, block = [pairs[i] for i in chosen], np.ix_(chosen, chosen)
        one, other = quality(ours[block], some), quality(theirs[block], some)
        for name in (name for name in one if name.startswith("auc")):
            redrawn.setdefault(name, []).append(one[name] - other[name])
    return {
        name: (float(np.quantile(v, 0.025)), float(np.quantile(v, 0.975)))
        for name, v in redrawn.items()
    }


def same_topic_first(encoder: Encoder, labels: list[Label]) -> dict[str, float]:
    """Share of labels whose nearest other label, of the language named last, has their topic."""
    rows = encoder.transform([label.text for label in labels])
    cells = np.array(encoder.alike(rows, rows), float)
    np.fill_diagonal(cells, -1)
    topics = np.array([label.topic for label in labels])
    chinese = np.array([any("一" <= c <= "鿿" for c in label.text) for label in labels])
    found = {}
    for name, asking, answering in (
        ("zh", chinese, chinese),
        ("en", ~chinese, ~chinese),
        ("en→zh", ~chinese, chinese),
    ):
        nearest = cells[np.ix_(asking, answering)].argmax(axis=1)
        same = topics[answering][nearest] == topics[asking]
        found[f"lexicon_same_topic@1 {name}"] = float(same.mean())
    return found


def lexicon() -> list[Label]:
    """Labels that name one topic only."""
    topics = {topic.notation: topic for topic in read_seed(SEED_DATA).topics}
    named: dict[str, set[str]] = {}
    for topic in topics.values():
        for text in (topic.label_zh, topic.label_en, *topic.alt_zh, *topic.alt_en):
            named.setdefault(text, set()).add(topic.notation)

    def top(notation: str) -> str:
        broader = topics[notation].broader
        return top(broader) if broader else notation

    return [Label(t, *n, top(*n)) for t, n in named.items() if len(n) == 1]


def unlike_cosines(embed: Callable[[list[str]], Any], labels: list[Label]) -> Floats:
    """Raw cosines of all pairs of labels under different top topics."""
    vectors = embed([label.text for label in labels]) / meaning.SCALE
    tops = np.array([label.top for label in labels])
    one, other = np.triu_indices(len(labels), 1)
    apart = tops[one] != tops[other]
    cosines: Floats = (vectors @ vectors.T)[one[apart], other[apart]]
    return cosines
