from hypothesis import given
from hypothesis import strategies as st

from service.extraction.normalise import normalise, simplify


def test_reading_in_brackets_goes_and_offsets_stay() -> None:
    text = "產(chǎn)業(yè)鏈"
    found = normalise(text)
    assert found.text == "产业链"
    assert found.offsets == (0, 7, 12)
    assert found.original(0, 2) == (0, 8)


def test_reading_with_a_space_inside_goes() -> None:
    assert normalise("網 (w ǎng)訊（xùn）").text == "网讯"


def test_abbreviation_in_brackets_stays() -> None:
    assert normalise("产值(GDP)增长(yoy)").text == "产值(GDP)增长(yoy)"


def test_full_width_becomes_half_width() -> None:
    assert normalise("ＯＥＭ，５０％；（一）").text == "OEM,50%;(一)"


def test_simplifying_keeps_the_length() -> None:
    text = "著重於乾隆年間的紡織\ud800與\0面輔料"
    assert len(simplify(text)) == len(text)
    assert simplify("紡織面輔料") == "纺织面辅料"


@given(st.text(st.characters(codec=None), max_size=200))
def test_every_character_maps_back(text: str) -> None:
    found = normalise(text)
    assert len(found.text) == len(found.offsets)
    assert list(found.offsets) == sorted(set(found.offsets))
    assert all(0 <= index < len(text) for index in found.offsets)
