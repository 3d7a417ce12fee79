import math

import numpy as np
import pytest

from service.matching.taxonomy import Taxonomy
from service.matching.types import TopicFact
from tests.matching.facts import TAXONOMY


def coverage(gap: str, strength: str) -> float:
    return float(TAXONOMY.coverage[TAXONOMY.index(gap), TAXONOMY.index(strength)])


def test_same_topic_and_special_cases_cover_fully() -> None:
    assert coverage("fabric", "fabric") == 1
    assert coverage("fabric", "denim_fabric") == 1
    assert coverage("woven_fabric", "denim_fabric") == 1


def test_more_general_strength_covers_by_information_content() -> None:
    # 11 topics and the unnamed root; fabric has 3 topics below it, woven fabric 1.
    of_fabric = 1 - math.log(4) / math.log(12)
    of_woven = 1 - math.log(2) / math.log(12)
    assert coverage("denim_fabric", "fabric") == pytest.approx(of_fabric)
    assert coverage("woven_fabric", "fabric") == pytest.approx(of_fabric / of_woven)


def test_siblings_and_strangers_cover_nothing() -> None:
    assert coverage("woven_fabric", "knitted_fabric") == 0
    assert coverage("denim_fabric", "knitted_fabric") == 0
    assert coverage("fabric", "trims") == 0


def test_related_and_siblings_divide_a_branch() -> None:
    names = np.array([topic.notation for topic in TAXONOMY.topics])
    assert set(names[TAXONOMY.related("woven_fabric")]) == {
        "fabric",
        "woven_fabric",
        "denim_fabric",
    }
    assert set(names[TAXONOMY.siblings("woven_fabric")]) == {"knitted_fabric"}
    assert set(names[TAXONOMY.related("knitwear", "trims")]) == {
        "garment_making",
        "knitwear",
        "trims",
    }


def test_order_of_topics_does_not_matter() -> None:
    turned = Taxonomy.from_topics(reversed(TAXONOMY.topics))
    assert turned.topics == TAXONOMY.topics
    assert np.array_equal(turned.coverage, TAXONOMY.coverage)


@pytest.mark.parametrize(
    ("topics", "message"),
    [
        ([("a", None), ("a", None)], "twice"),
        ([("a", "b")], "missing"),
        ([("a", "b"), ("b", "a")], "cycle"),
        ([("a", "a")], "cycle"),
    ],
)
def test_broken_trees_are_refused(topics: list[tuple[str, str | None]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Taxonomy.from_topics(TopicFact(name, broader, "chain") for name, broader in topics)


def test_unknown_topic_is_refused() -> None:
    with pytest.raises(ValueError, match="no topic 'lace'"):
        TAXONOMY.index("lace")


def test_arrays_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        TAXONOMY.coverage[0, 0] = 2
