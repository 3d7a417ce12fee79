"""What a name resembles, and what kind of place it names."""

import pytest

from service.extraction.types import Place
from service.proposals.names import Register, guessed_kind

PLACES = [
    Place("dalang", "大朗", "cluster", ("大朗", "Dalang", "东莞大朗")),
    Place("jinjiang", "晋江", "cluster", ("晋江", "Jinjiang")),
    Place("humen", "虎门", "cluster", ("虎门", "Humen")),
]


@pytest.mark.parametrize(
    ("name", "slug", "likeness"),
    [
        ("大浪", "dalang", 0.95),
        ("大朗镇", "dalang", 1.0),
        ("晉江市", "jinjiang", 1.0),
        ("JINJIANG", "jinjiang", 1.0),
        ("Humeng", "humen", 0.909),
    ],
)
def test_the_likest_comes_first(name: str, slug: str, likeness: float) -> None:
    first = Register(PLACES).near(name)[0]
    assert (first.cluster, first.likeness) == (slug, likeness)


def test_what_resembles_nothing_has_nobody_near() -> None:
    assert Register(PLACES).near("齐齐哈尔") == []
    assert Register([]).near("大朗") == []


@pytest.mark.parametrize(
    ("name", "after", "kind", "word"),
    [
        ("东华大学", (), "institution", "大学"),
        ("广东省", (), "region", "省"),
        ("安徽", ("省纺织行业",), "region", "省"),
        ("盛泽", ("镇有企业",), "cluster", "镇"),
        ("轻纺城", (), "market", "轻纺城"),
        ("某地", ("的代表",), "cluster", ""),
        ("市北", (), "cluster", ""),
        ("纺织协会", (), "association", "协会"),
        ("Textile University", (), "institution", "University"),
    ],
)
def test_the_kind_is_guessed_from_the_words(
    name: str, after: tuple[str, ...], kind: str, word: str
) -> None:
    assert guessed_kind(name, after) == (kind, word)
