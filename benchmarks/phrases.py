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
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.phrase_quality import (
    SEED_DATA,
    Label,
    Pair,
    gains,
    lexicon,
    likeness,
    quality,
    same_topic_first,
    unlike_cosines,
)
from service.matching import meaning
from service.matching.encoders import Encoder
from service.matching.index import build_index
from service.matching.rank import rank
from service.matching.taxonomy import Taxonomy
from service.matching.text import PhraseEncoder
from service.matching.types import ClusterFact, ScoreParams, StatementFact, TopicFact
from service.seeding.files import read_seed

PAIRS = Path(__file__).parent / "data" / "composed" / "phrase_pairs.csv"
AS_OF = date(2026, 11, 23)
CLUSTERS, EACH, TURNS = 2000, 8, 5


def made_up(labels: list[Label]) -> tuple[list[ClusterFact], list[StatementFact], Taxonomy]:
    """Clusters that say labels of the lexicon."""
    draw = random.Random(7)
    taxonomy = Taxonomy.from_topics(
        TopicFact(topic.notation, topic.broader, topic.group, topic.know_how)
        for topic in read_seed(SEED_DATA).topics
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
    ones, others = [p.one for p in pairs], [p.other for p in pairs]
    texts = [label.text for label in labels]
    characters = PhraseEncoder().fit(texts)
    baseline = likeness(characters, ones, others)
    values: dict[str, dict[str, Any]] = {
        "tfidf": quality(baseline, pairs)
        | same_topic_first(characters, labels)
        | {"ms_per_phrase": cpu_ms(lambda: characters.transform(texts)) / len(texts)}
    }
    encoders: dict[str, Encoder] = {"tfidf": characters}
    if meaning.installed():
        embed, cost = embedder(texts)
        encoders["meaning"] = known = meaning.SentenceEncoder(
            Remembered(embed, [*texts, *ones, *others]), embed.version
        )
        cells = likeness(known, ones, others)
        cosines = unlike_cosines(known.vectors, labels)
        below = {"lexicon_pairs": len(cosines)}
        below["share_below_low"] = float((cosines < meaning.LOW).mean())
        more = {f"gain_{k}": v for k, v in gains(cells, baseline, pairs).items()}
        values["meaning"] = quality(cells, pairs) | same_topic_first(known, labels)
        values["meaning"] |= more | cost | below
    for name, times in speed(encoders, labels).items():
        values[name] |= times
    return [row(name, values) for name in dict.fromkeys(n for v in values.values() for n in v)]


def embedder(texts: list[str]) -> tuple[meaning.PhraseEmbedder, dict[str, float]]:
    before, embed = resident_mb(), meaning.PhraseEmbedder()
    load = cpu_ms(lambda: embed(["面料"]))
    held = resident_mb() - before
    each = cpu_ms(lambda: embed(texts[:500])) / 500
    return embed, {"load_ms": load, "memory_mb": held, "ms_per_phrase": each}


def row(name: str, values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The encoder by meaning beside TF-IDF, which is the baseline; an interval has neither."""
    value = values.get("meaning", {}).get(name)
    baseline = values["tfidf"].get(name)
    ratio = value / baseline if value is not None and baseline else None
    unit = next((u for u in ("ms", "mb") if u in name.split("_")), "")
    return {"name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio}


def shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " … ".join(f"{end:+.2f}" for end in value)
    return f"{value:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    asked = parser.parse_args()
    rows = measure()
    if asked.format == "json":
        print(json.dumps(rows, ensure_ascii=False))
        return
    print(f"{'':32} {'meaning':>15} {'tfidf':>9} {'ratio':>8}")
    for each in rows:
        cells = (shown(each[column]) for column in ("value", "baseline", "ratio"))
        print("{:32} {:>15} {:>9} {:>8}".format(each["name"], *cells))


if __name__ == "__main__":
    main()
