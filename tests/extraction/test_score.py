"""What the shipped lexicon finds in the annotated minutes, where they are at hand."""

from pathlib import Path

import pytest

from benchmarks.extraction_score import (
    ROUND_TABLE,
    is_aside,
    read_aliases,
    read_annotated,
    shipped_lexicon,
)
from service.extraction.candidates import candidates
from service.extraction.extract import extract
from service.extraction.normalise import normalise
from service.extraction.scanner import scan_document
from service.extraction.score import BIAS, THRESHOLD, features, logistic, probability
from service.extraction.types import Document
from service.lexicon_changes.measuring import said_of
from service.lexicon_changes.scoring import Score, compare

SHARED = Path(__file__).parents[3] / "shared"
GOLD, DOCS = SHARED / "data" / "gold.jsonl", SHARED / "data" / "minutes"
ALIASES = SHARED / "data" / "aliases.csv"
LEAST, LEAST_OF_THE_ROUND_TABLE = 0.70, 0.86


def test_annotated_statements_are_found() -> None:
    seeds = sorted((SHARED / "seeds").glob("*.txt")) if SHARED.is_dir() else []
    if not seeds or not GOLD.is_file():
        pytest.skip("the annotated minutes are not kept in this repository")
    lexicon, alias, total = shipped_lexicon(), read_aliases(ALIASES), Score()
    for minute in read_annotated(GOLD, DOCS, seeds[0]):
        drafts = extract(Document(minute.text), lexicon)
        assert [d.quote for d in drafts] == [minute.text[d.start : d.end] for d in drafts]
        found = compare([said_of(draft) for draft in drafts], minute.said, alias).score
        total += found
        if minute.name == ROUND_TABLE:
            assert found.f1 >= LEAST_OF_THE_ROUND_TABLE
    assert total.f1 >= LEAST


def test_minutes_that_nobody_has_read_stay_aside() -> None:
    assert [name for name in ("d01", "d02", "d24", "d25", "d26", "d44") if is_aside(name)] == [
        *("d01", "d25", "d26", "d44")
    ]


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
