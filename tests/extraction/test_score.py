"""What the shipped lexicon finds in the annotated minutes, where they are at hand."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.extraction_score import (
    counts,
    read_aliases,
    read_annotated,
    shipped_lexicon,
    triples,
)
from service.extraction.candidates import candidates
from service.extraction.extract import extract
from service.extraction.normalise import normalise
from service.extraction.scanner import scan_document
from service.extraction.score import BIAS, THRESHOLD, features, logistic, probability
from service.extraction.types import Document

SHARED = Path(__file__).parents[3] / "shared"
GOLD, DOCS = SHARED / "data" / "gold.jsonl", SHARED / "data" / "minutes"
ALIASES = SHARED / "data" / "aliases.csv"
LEAST, LEAST_OF_THE_ROUND_TABLE = 0.70, 0.86


def f1(total: Counter[str]) -> float:
    return 2 * total["tp"] / (2 * total["tp"] + total["fp"] + total["fn"])


def test_annotated_statements_are_found() -> None:
    seeds = sorted((SHARED / "seeds").glob("*.txt")) if SHARED.is_dir() else []
    if not seeds or not GOLD.is_file():
        pytest.skip("the annotated minutes are not kept in this repository")
    lexicon, alias = shipped_lexicon(), read_aliases(ALIASES)
    total: Counter[str] = Counter()
    for doc in read_annotated(GOLD, DOCS, seeds[0], ALIASES):
        drafts = extract(Document(doc.text), lexicon)
        assert [d.quote for d in drafts] == [doc.text[d.start : d.end] for d in drafts]
        found = counts(triples(drafts, alias), doc.must, doc.may)
        total.update(found)
        if doc.name == "seed":
            assert f1(found) >= LEAST_OF_THE_ROUND_TABLE
    assert f1(total) >= LEAST


def test_a_draft_is_as_sure_as_the_shipped_model_says() -> None:
    lexicon = shipped_lexicon()
    text = normalise("大连缺少面料企业。")
    scan = scan_document(text, lexicon)
    (candidate,) = candidates(scan, text.text, lexicon, [])
    chance = logistic(features(candidate, lexicon), lexicon.weights)
    assert chance > lexicon.weights[THRESHOLD]
    assert probability(candidate, lexicon) == round(chance, 2)


def test_logistic_model_ignores_what_it_has_not_learned() -> None:
    assert logistic({"unheard of": 1.0}, {BIAS: 0.0}) == pytest.approx(0.5)
    assert logistic({"known": 2.0}, {BIAS: -2.0, "known": 1.0}) == pytest.approx(0.5)
