import numpy as np
import pytest

from service.matching.text import PhraseEncoder
from tests.matching.facts import ENCODER


def alike(one: str, other: str) -> float:
    rows = ENCODER.transform([one, other])
    return float((rows @ rows.T).toarray()[0, 1])


def test_same_wording_is_1_and_shared_characters_are_between() -> None:
    assert alike("针织面料", "针织面料") == pytest.approx(1)
    assert 0 < alike("针织面料", "机织面料") < 1
    assert alike("面料", "设计") == 0


def test_unheard_of_or_empty_phrases_are_like_nothing_themselves_included() -> None:
    rows = ENCODER.transform(["???", "", "面料"])
    assert np.array_equal((rows @ rows.T).toarray().round(9), np.diag([0.0, 0.0, 1.0]))


def test_no_phrases_give_no_rows() -> None:
    assert ENCODER.transform([]).shape == (0, len(ENCODER.vectorizer_.vocabulary_))


def test_order_and_repetition_of_the_lexicon_do_not_matter() -> None:
    one = PhraseEncoder().fit(["面料", "辅料", "设计"]).transform(["好面料"])
    other = PhraseEncoder().fit(["设计", "辅料", "面料", "面料"]).transform(["好面料"])
    assert np.array_equal(one.toarray(), other.toarray())


@pytest.mark.parametrize("terms", [[], ["", " "]])
def test_an_empty_lexicon_is_refused(terms: list[str]) -> None:
    with pytest.raises(ValueError, match="no term"):
        PhraseEncoder().fit(terms)
