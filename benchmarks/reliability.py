"""Fits the confidence of drafts and shows how far it can be trusted.

    python -m benchmarks.reliability G.jsonl DIR [--seed FILE] [--aliases A.csv] [--composed]
        [--write]

A logistic model over the features of ``service.extraction.score`` learns from the candidates of
the annotated documents that are not kept aside; the table comes from models that had not seen the
document (cross-validation by document). ``--write`` puts the coefficients into ``confidence.csv``.
``--composed`` adds the composed minutes that lie beside this script.
"""

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.extraction_score import (
    SEED_DATA,
    figures,
    is_aside,
    read_aliases,
    read_annotated,
    shipped_lexicon,
)
from service.extraction.candidates import candidates
from service.extraction.lexicon import Lexicon
from service.extraction.normalise import normalise
from service.extraction.scanner import scan_document
from service.extraction.score import BIAS, THRESHOLD, features
from service.lexicon_changes.gold import Annotated
from service.lexicon_changes.scoring import Compared, Score, Triple, compare

STRENGTH, LEAST, BINS = 0.1, 0.02, (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
SHOWN = 0.45
COMPOSED = Path(__file__).parent / "data" / "composed"


@dataclass(frozen=True, slots=True)
class Read:
    """A document with its candidates: what each would state, and its features."""

    doc: Compared
    triples: tuple[Triple, ...]
    vectors: tuple[Mapping[str, float], ...]


def read(doc: Annotated, lexicon: Lexicon, alias: Mapping[str, str]) -> Read:
    normalised = normalise(doc.text)
    scan = scan_document(normalised, lexicon)
    found = list(candidates(scan, normalised.text, lexicon, []))
    triples = [
        (
            alias.get(c.subject.name, c.subject.name),
            c.finding.kind,
            lexicon.top(c.finding.item.notation),
        )
        for c in found
    ]
    annotated = compare([], doc.said, alias)
    return Read(annotated, tuple(triples), tuple(features(c, lexicon) for c in found))


class Model:
    """Candidates that are annotated as open count neither way."""

    def __init__(self, learned: Sequence[Read]) -> None:
        rows, right = [], []
        for one in learned:
            for triple, vector in zip(one.triples, one.vectors, strict=True):
                if triple in one.doc.must or triple not in one.doc.may:
                    rows.append(vector)
                    right.append(triple in one.doc.must)
        self.names = DictVectorizer()
        self.regression = LogisticRegression(C=STRENGTH, max_iter=3000)
        self.regression.fit(self.names.fit_transform(rows), right)

    def chances(self, one: Read) -> list[float]:
        if not one.vectors:
            return []
        found = self.regression.predict_proba(self.names.transform(one.vectors))[:, 1]
        return [float(chance) for chance in found]

    def coefficients(self) -> dict[str, float]:
        named = zip(self.names.get_feature_names_out(), self.regression.coef_[0], strict=True)
        kept = {str(name): round(float(w), 3) for name, w in named if abs(w) >= LEAST}
        bias = round(float(self.regression.intercept_[0]), 3)
        return {BIAS: bias, THRESHOLD: SHOWN} | dict(sorted(kept.items()))


def reliability(learned: Sequence[Read]) -> list[tuple[str, int, float, float]]:
    """Of each bin: its bounds, the number of candidates, the mean confidence, the share right."""
    chances, right = [], []
    for number, one in enumerate(learned):
        model = Model([*learned[:number], *learned[number + 1 :]])
        for triple, chance in zip(one.triples, model.chances(one), strict=True):
            if triple in one.doc.must or triple not in one.doc.may:
                chances.append(chance)
                right.append(triple in one.doc.must)
    said, true = np.array(chances), np.array(right)
    table = []
    for low, high in pairwise(BINS):
        inside = (said >= low) & (said < high)
        if n := int(inside.sum()):
            name = f"{low:.1f}-{min(high, 1):.1f}"
            table.append((name, n, float(said[inside].mean()), float(true[inside].mean())))
    return table


def score(model: Model, part: Sequence[Read]) -> str:
    total = Score()
    for one in part:
        pairs = zip(one.triples, model.chances(one), strict=True)
        got = {triple: "" for triple, chance in pairs if chance >= SHOWN}
        total += replace(one.doc, got=got).score
    return figures(total)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("docs", type=Path)
    parser.add_argument("--seed", type=Path)
    parser.add_argument("--aliases", type=Path)
    parser.add_argument("--composed", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    lexicon, alias = shipped_lexicon(), read_aliases(args.aliases)
    docs = {"": read_annotated(args.gold, args.docs, args.seed)}
    if args.composed:
        docs["composed"] = read_annotated(COMPOSED / "annotated.jsonl", COMPOSED / "minutes")
        alias |= read_aliases(COMPOSED / "aliases.csv")
    parts = {f"{name} aside": [d for d in some if is_aside(d.name)] for name, some in docs.items()}
    parts["learned"] = [d for some in docs.values() for d in some if not is_aside(d.name)]
    data = {name: [read(doc, lexicon, alias) for doc in part] for name, part in parts.items()}
    model = Model(data["learned"])
    for name, part in data.items():
        sys.stdout.write(f"{name.strip():14} {score(model, part)}\n")
    for name, n, said, true in reliability(data["learned"]):
        sys.stdout.write(f"{name}  n={n:4}  said {said:.2f}  right {true:.2f}\n")
    if args.write:
        with (SEED_DATA / "confidence.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("feature", "weight"))
            writer.writerows((name, f"{w:g}") for name, w in model.coefficients().items())


if __name__ == "__main__":
    main()
