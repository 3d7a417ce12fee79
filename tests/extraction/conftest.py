"""The shipped lexicon over a small register of its own."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from service.extraction.extract import extract
from service.extraction.lexicon import Lexicon, build_lexicon
from service.extraction.types import Cue, Document, DraftStatement, FacetValue, Place, Topic

SEED_DATA = Path(__file__).parents[2] / "seed_data"
PLACES = (
    Place("dalian", "大连", "cluster", ("大连", "Dalian", "大连(普兰店)")),
    Place("xiping", "西平", "cluster", ("西平", "Xiping")),
    Place("dalang", "大朗", "cluster", ("大朗", "Dalang")),
    Place("humen", "虎门", "cluster", ("虎门", "Humen")),
    Place("shaxi", "沙溪", "cluster", ("沙溪", "Shaxi")),
    Place("xiqiao", "西樵", "cluster", ("西樵", "Xiqiao")),
    Place("keqiao", "柯桥", "cluster", ("柯桥", "Keqiao")),
    Place("changxing", "长兴", "cluster", ("长兴", "Changxing")),
    Place("shishi", "石狮", "cluster", ("石狮", "Shishi")),
    Place("changshu", "常熟", "cluster", ("常熟", "Changshu")),
    Place("tiruppur", "蒂鲁普", "cluster", ("蒂鲁普", "Tiruppur", "Tirupur")),
    Place("ctic", "中国纺织信息中心", "institution", ("China Textile Information Center",)),
)


def _rows(name: str) -> list[dict[str, str]]:
    with (SEED_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _names(row: dict[str, str]) -> tuple[str, ...]:
    listed = f"{row['alt_zh']};{row['alt_en']}".split(";")
    return tuple(name for name in (row["label_zh"], row["label_en"], *listed) if name)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """Built once: it is a value."""
    return build_lexicon(
        topics=[
            Topic(row["notation"], row["broader"] or None, row["group"], _names(row))
            for row in _rows("topics.csv")
        ],
        facets=[FacetValue(r["facet"], r["value"], _names(r)) for r in _rows("facets.csv")],
        cues=[
            Cue(
                row["id"],
                row["role"],
                tuple(row["forms"].split(";")),
                row["scope"],
                int(row["weight"]),
                float(row["confidence"]),
                row["value"],
            )
            for row in _rows("cues.csv")
        ],
        places=PLACES,
    )


@pytest.fixture(scope="session")
def read(lexicon: Lexicon) -> Callable[[str], list[DraftStatement]]:
    """Drafts of a text; every quote is checked against it."""

    def drafts(text: str) -> list[DraftStatement]:
        found = extract(Document(text), lexicon)
        assert [d.quote for d in found] == [text[d.start : d.end] for d in found]
        return found

    return drafts


@pytest.fixture(scope="session")
def triples(
    read: Callable[[str], list[DraftStatement]],
) -> Callable[[str], set[tuple[str, str, str]]]:
    """Cluster, kind and topic of each draft."""
    return lambda text: {(d.cluster, d.kind, d.topic) for d in read(text)}
