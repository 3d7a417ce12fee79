"""Scores: by hand, on the shipped minutes, and as another program counts them."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from service.errors import Unprocessable
from service.extraction.extract import extract
from service.extraction.types import Document
from service.lexicon import Change, Word, lexicon_of, shipped_places
from service.lexicon_changes.gold import minutes_of_files, shipped_minutes
from service.lexicon_changes.measuring import measure
from service.lexicon_changes.scoring import Said, Score, compare
from service.seeding.files import read_seed
from tests.conftest import SEED

SHARED = Path(__file__).resolve().parents[3] / "shared"
ROUND_TABLE = "000_6833f69f638079cd.txt"


def test_a_score_by_hand() -> None:
    annotated = [
        Said("大连", "gap", ("fabric", "trims")),
        Said("柯桥", "strength", ("fabric",)),
        Said("大朗", "goal", ("design",), explicit=False),
    ]
    found = [
        Said("Dalian", "gap", ("fabric",)),
        Said("大连", "goal", ("trims",)),
        Said("大朗", "goal", ("design",)),
    ]
    names = {"Dalian": "大连"}
    strict = compare(found, annotated, names).score
    assert (strict.tp, strict.fp, strict.fn) == (1, 1, 2)
    assert strict.precision == 0.5
    assert strict.recall == pytest.approx(1 / 3)
    assert strict.f1 == pytest.approx(0.4)
    need = compare(found, annotated, names, merged=True).score
    assert (need.tp, need.fp, need.fn) == (2, 0, 1)
    assert Score().f1 == 0.0


def test_a_statement_that_only_one_lexicon_finds_is_named() -> None:
    seed = read_seed(SEED)
    places = shipped_places(seed)
    minutes = shipped_minutes(seed)
    whole = lexicon_of(seed, places)
    removal = Change("remove", Word("topic", "fabric", "面料"))
    ticks: list[int] = []
    found = measure(whole, lexicon_of(seed, places, [removal]), minutes, lambda: ticks.append(1))
    assert len(ticks) == found.documents == len(minutes)
    assert any("面料" in row.quote for row in found.lost)
    back = measure(lexicon_of(seed, places, [removal]), whole, minutes)
    assert (back.won, back.lost) == (found.lost, found.won)
    assert (back.before, back.after) == (found.after, found.before)
    same = measure(whole, whole, minutes)
    assert [*same.won, *same.lost, *same.invented, *same.dropped] == []
    assert same.annotated > 260


@pytest.mark.skipif(not SHARED.exists(), reason="no annotations by others beside the project")
def test_another_program_counts_the_same(tmp_path: Path) -> None:
    seed = read_seed(SEED)
    lexicon = lexicon_of(seed, shipped_places(seed))
    texts = {path.stem: path.read_bytes() for path in (SHARED / "data/minutes").glob("*.txt")}
    texts["seed"] = (SHARED / "seeds" / ROUND_TABLE).read_bytes()
    for name, content in texts.items():
        (tmp_path / f"{name}.txt").write_bytes(content)
        drafts = extract(Document(content.decode(), name), lexicon)
        rows = [
            {
                "cluster": draft.cluster,
                "kind": draft.kind,
                "topic": draft.topic,
                "secondary_topics": list(draft.secondary_topics),
                "quote": draft.quote,
                "start": draft.start,
                "end": draft.end,
            }
            for draft in drafts
        ]
        (tmp_path / f"{name}.txt.json").write_text(json.dumps(rows), encoding="utf-8")
    gold, aliases = SHARED / "data/gold.jsonl", SHARED / "data/aliases.csv"
    theirs = their_score(gold, tmp_path, aliases)
    with aliases.open(encoding="utf-8", newline="") as file:
        names = {row[0]: row[1] for row in csv.reader(file) if len(row) > 1}
    ours = measure(lexicon, lexicon, minutes_of_files(gold, tmp_path), names=names)
    for way in ("strict", "need"):
        score: Score = getattr(ours.before, way)
        assert [score.tp, score.fp, score.fn] == [theirs[way][n] for n in ("tp", "fp", "fn")]
        for name in ("precision", "recall", "f1"):
            assert round(getattr(score, name), 4) == theirs[way][name]
    assert theirs["strict"]["tp"] > 100


def their_score(gold: Path, folder: Path, aliases: Path) -> dict[str, Any]:
    command = [
        *(sys.executable, str(SHARED / "tools/score_extraction.py"), "--gold", str(gold)),
        *("--docs", str(folder), "--seed", str(folder / "seed.txt"), "--aliases", str(aliases)),
        *("--cmd", "cat {file}.json"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    assert found["failed"] == []
    return found


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("{", "1"),
        ("[]", "1"),
        ('{"article": "a", "kind": "gap", "topic_code": "x"}', "cluster"),
    ],
)
def test_a_line_that_is_no_annotation_is_named(tmp_path: Path, line: str, cause: str) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(line, encoding="utf-8")
    with pytest.raises(Unprocessable) as refused:
        minutes_of_files(gold, tmp_path)
    assert refused.value.message == "gold-line"
    assert cause in str(refused.value.values)


def test_a_document_that_is_missing_is_named(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    row = {"article": "a", "cluster": "大连", "kind": "gap", "topic_code": "fabric"}
    gold.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(Unprocessable) as refused:
        minutes_of_files(gold, tmp_path)
    assert str(refused.value.values["file"]).endswith("a.txt")
