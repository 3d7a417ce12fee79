"""How well and how fast each encoder compares capability phrases.

    python -m benchmarks.phrases [--format json]

Quality is measured on composed pairs (``data/composed/phrase_pairs.csv``). ``share_below_low`` is
where the constant ``LOW`` comes from: of the shipped lexicon's labels, not of those pairs. Times
are CPU time, medians, the encoders in turns.
"""

import argparse
import csv
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.matching import meaning
from service.matching.encoders import Encoder
from service.matching.index import build_index
from service.matching.rank import rank
from service.matching.taxonomy import Taxonomy
from service.matching.text import PhraseEncoder
from service.matching.types import ClusterFact, ScoreParams, StatementFact, TopicFact
from service.seeding.files import read_seed

ROOT = Path(__file__).parents[1]
PAIRS = ROOT / "benchmarks" / "data" / "composed" / "phrase_pairs.csv"
AS_OF = date(2026, 11, 23)
CLUSTERS, EACH, TURNS = 2000, 8, 5

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


def quality(encoder: Encoder, pairs: list[Pair]) -> dict[str, float]:
    cells = likeness(encoder, (p.one for p in pairs), (p.other for p in pairs))
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


def lexicon() -> list[Label]:
    """Labels that name one topic only."""
    topics = {topic.notation: topic for topic in read_seed(ROOT / "seed_data").topics}
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


def made_up(labels: list[Label]) -> tuple[list[ClusterFact], list[StatementFact], Taxonomy]:
    """Clusters that say labels of the lexicon."""
    draw = random.Random(7)
    taxonomy = Taxonomy.from_topics(
        TopicFact(topic.notation, topic.broader, topic.group, topic.know_how)
        for topic in read_seed(ROOT / "seed_data").topics
    )
    clusters = [ClusterFact(f"c{i:04}", "cluster") for i in range(CLUSTERS)]
    statements = []
    for i in range(CLUSTERS * EACH):
        label = draw.choice(labels)
        kind = "strength" if i % 2 else "gap"
        statements.append(
            StatementFact(
                f"s{i:06}",
                f"c{i // EACH:04}",
                kind,  # type: ignore[arg-type]  # one of the two
                kind == "gap",
                label.topic,
                phrase=label.text,
                stated_on=AS_OF,
            )
        )
    return clusters, statements, taxonomy


def cpu_ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def speed(encoders: Mapping[str, Encoder], labels: list[Label]) -> dict[str, dict[str, float]]:
    """Building an index and ranking one of its clusters, vectors being known."""
    clusters, statements, taxonomy = made_up(labels)
    took: dict[str, dict[str, list[float]]] = {name: {"build": [], "rank": []} for name in encoders}
    for turn in range(TURNS):
        for name, encoder in encoders.items():
            built = []
            took[name]["build"].append(
                cpu_ms(
                    lambda encoder=encoder, built=built: built.append(
                        build_index(clusters, statements, taxonomy, encoder, ScoreParams(), AS_OF)
                    )
                )
            )
            for row in range(turn, CLUSTERS, CLUSTERS // 5):
                took[name]["rank"].append(cpu_ms(lambda i=built[0], r=row: rank(i, r, k=20)))
    return {
        name: {f"{what}_ms {CLUSTERS}": statistics.median(v) for what, v in kinds.items()}
        for name, kinds in took.items()
    }


class Remembered:
    """Vectors of phrases, each computed once, as the service reads them from its database."""

    def __init__(self, embed: meaning.PhraseEmbedder, phrases: list[str]) -> None:
        self.of = dict(zip(phrases, embed(phrases), strict=True))

    def __call__(self, phrases: Any) -> Any:
        return np.stack([self.of[phrase] for phrase in phrases])


def measure() -> list[dict[str, Any]]:
    labels = lexicon()
    with PAIRS.open(encoding="utf-8", newline="") as file:
        pairs = [Pair(**row) for row in csv.DictReader(file)]
    texts = [label.text for label in labels]
    characters = PhraseEncoder().fit(texts)
    values: dict[str, dict[str, float]] = {"tfidf": quality(characters, pairs)}
    values["tfidf"]["ms_per_phrase"] = cpu_ms(lambda: characters.transform(texts)) / len(texts)
    encoders: dict[str, Encoder] = {"tfidf": characters}
    if meaning.installed():
        before, embed = resident_mb(), meaning.PhraseEmbedder()
        load = cpu_ms(lambda: embed(["面料"]))
        held = resident_mb() - before
        each = cpu_ms(lambda: embed(texts[:500])) / 500
        sentences = meaning.SentenceEncoder(embed, embed.version)
        cosines = unlike_cosines(embed, labels)
        values["meaning"] = quality(sentences, pairs) | {
            "load_ms": load,
            "memory_mb": held,
            "ms_per_phrase": each,
            "lexicon_pairs": len(cosines),
            "share_below_low": float((cosines < meaning.LOW).mean()),
        }
        encoders["meaning"] = meaning.SentenceEncoder(Remembered(embed, texts), embed.version)
    for name, times in speed(encoders, labels).items():
        values[name] |= times
    return [row(name, values) for name in dict.fromkeys(n for v in values.values() for n in v)]


def row(name: str, values: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """The encoder by meaning beside TF-IDF, which is the baseline."""
    value = values.get("meaning", {}).get(name)
    baseline = values["tfidf"].get(name)
    ratio = value / baseline if value is not None and baseline else None
    unit = next((u for u in ("ms", "mb") if u in name), "")
    return {"name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    rows = measure()
    if parser.parse_args().format == "json":
        print(json.dumps(rows, ensure_ascii=False))
        return
    print(f"{'':32} {'meaning':>10} {'tfidf':>10} {'ratio':>7}")
    for each in rows:
        cells = (
            "" if each[k] is None else f"{each[k]:.3f}" for k in ("value", "baseline", "ratio")
        )
        print("{:32} {:>10} {:>10} {:>7}".format(each["name"], *cells))


if __name__ == "__main__":
    main()
