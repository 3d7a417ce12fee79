"""Fits what the extraction has learned: the wording model and the confidence of drafts.

    python benchmarks/fit_extraction.py --gold G.jsonl --docs DIR [--seed FILE] [--aliases A.csv]
        [--more G.jsonl DIR A.csv]

Wording: clauses written for this purpose (``data/wording.txt``) and the cue table itself; no
annotated document. Confidence: the candidates of the annotated documents that are not kept aside.
Writes ``wording.csv`` and ``confidence.csv`` of the seed data.
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.extraction_score import SEED_DATA, Annotated, Triple, counts, shipped_lexicon
from service.extraction.candidates import Candidate, candidates
from service.extraction.forms import classes_of, expand
from service.extraction.lexicon import Lexicon
from service.extraction.normalise import normalise
from service.extraction.scan import scan_document
from service.extraction.score import BIAS, THRESHOLD, features
from service.extraction.wording import BIAS as WORDING_BIAS
from service.extraction.wording import KINDS, grams, masked
from service.seeding.files import read_seed

SENTENCES = Path(__file__).parent / "data" / "wording.txt"
MOST_OF_A_CLASS, CUE_SHARE, LEAST = 30, 0.3, 0.04
Vector = Mapping[str, float]


def written() -> Iterator[tuple[str, str]]:
    """Kind and text of the clauses that were written to learn from."""
    kind = ""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            yield kind, line


def cue_examples() -> Iterator[tuple[str, str]]:
    """Each cue with the topic on the side that its scope says."""
    rows = read_seed(SEED_DATA).cues
    classes = classes_of((row.id, row.role, row.forms) for row in rows)
    for row in rows:
        kind = "goal" if row.role == "wish" else row.role
        if kind not in KINDS or row.scope == "quantity":
            continue
        for form in row.forms:
            for word in list(expand(form, classes))[:MOST_OF_A_CLASS]:
                before = "T" if row.scope in ("before", "tail") else ""
                after = "T" if row.scope in ("after", "bare") else ""
                yield kind, f"{before} {word} {after}".strip()


def fit_wording(lexicon: Lexicon) -> dict[str, tuple[float, ...]]:
    examples = []
    for kind, text in written():
        scan = scan_document(normalise(text), lexicon)
        examples.append((kind, masked(scan, 0, len(scan.text)), 1.0))
    examples += [(kind, text, CUE_SHARE) for kind, text in cue_examples()]
    seen: dict[str, int] = {}
    for _, text, _ in examples:
        for gram in set(grams(text)):
            seen[gram] = seen.get(gram, 0) + 1
    bags = [{g: 1.0 for g in grams(text) if seen[g] > 1} for _, text, _ in examples]
    vectors = DictVectorizer()
    model = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(
        vectors.fit_transform(bags),
        [kind for kind, _, _ in examples],
        sample_weight=[share for _, _, share in examples],
    )
    order = [list(model.classes_).index(kind) for kind in KINDS]
    found = {WORDING_BIAS: tuple(round(float(model.intercept_[i]), 3) for i in order)}
    for number, gram in enumerate(vectors.get_feature_names_out()):
        weights = tuple(round(float(model.coef_[i][number]), 3) for i in order)
        if max(map(abs, weights)) >= LEAST:
            found[str(gram)] = weights
    return found


def labelled(
    doc: Annotated, lexicon: Lexicon, alias: Mapping[str, str]
) -> list[tuple[Triple, Vector, Candidate]]:
    normalised = normalise(doc.text)
    scan = scan_document(normalised, lexicon)
    found = []
    for candidate in candidates(scan, normalised.text, lexicon, []):
        name, finding = candidate.subject.name, candidate.finding
        triple = alias.get(name, name), finding.kind, lexicon.top(finding.item.notation)
        found.append((triple, features(candidate, lexicon), candidate))
    return found


Scored = list[tuple[Annotated, list[tuple[Triple, float]]]]


def fit(
    data: list[tuple[Annotated, list[tuple[Triple, Vector, Candidate]]]], strength: float
) -> tuple[DictVectorizer, LogisticRegression]:
    """Candidates that are annotated as open count neither way."""
    rows, right = [], []
    for doc, found in data:
        for triple, vector, _ in found:
            if triple in doc.must or triple not in doc.may:
                rows.append(vector)
                right.append(triple in doc.must)
    vectors = DictVectorizer()
    return vectors, LogisticRegression(C=strength, max_iter=3000).fit(
        vectors.fit_transform(rows), right
    )


def scored(model: tuple[DictVectorizer, LogisticRegression], data: list) -> Scored:
    vectors, regression = model
    result: Scored = []
    for doc, found in data:
        likely = (
            regression.predict_proba(vectors.transform([v for _, v, _ in found]))[:, 1]
            if found
            else []
        )
        result.append((doc, [(t, float(p)) for (t, _, _), p in zip(found, likely, strict=True)]))
    return result


def cross_validated(data: list, strength: float) -> Scored:
    """Each document scored by a model that has not seen it."""
    result: Scored = []
    for number, one in enumerate(data):
        result += scored(fit(data[:number] + data[number + 1 :], strength), [one])
    return result


def f1(result: Scored, threshold: float) -> tuple[float, float, float]:
    total = {"tp": 0, "fp": 0, "fn": 0}
    for doc, found in result:
        for name, n in counts({t for t, p in found if p >= threshold}, doc.must, doc.may).items():
            total[name] += n
    precision = total["tp"] / max(1, total["tp"] + total["fp"])
    recall = total["tp"] / max(1, total["tp"] + total["fn"])
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall
