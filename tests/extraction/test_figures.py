from collections.abc import Callable

import pytest

from service.extraction.figures import numbers, numeral
from service.extraction.types import DraftStatement

Read = Callable[[str], list[DraftStatement]]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("三千五百多家", 3500, "家"),
        ("2.5万台", 25000, "台"),
        ("两万七千吨", 27000, "吨"),
        ("500多亿元", 500, "亿元"),
        ("一百八十五亿元", 185, "亿元"),
        ("六成五", 65, "percent"),
        ("35.6%", 35.6, "percent"),
        ("八分之一", 12.5, "percent"),
        ("百分之三十", 30, "percent"),
        ("130,000 looms", 130000, ""),
        ("6 lakh workers", 600000, ""),
        ("rs 40,000 crore", 40000, "crore rs"),
        ("60 per cent", 60, "percent"),
    ],
)
def test_numbers_are_written_out(text: str, value: float, unit: str) -> None:
    (number,) = numbers(text)
    assert number.value == pytest.approx(value)
    assert number.unit == unit


@pytest.mark.parametrize("text", ["2017年11月", "第三家", "成立于1998年", "in 2019", "成本"])
def test_dates_and_ordinals_are_no_figures(text: str) -> None:
    assert numbers(text) == []


def test_many_is_a_number_without_a_value() -> None:
    (number,) = numbers("数百家")
    assert number.value is None
    assert numeral("几十") is None


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("石狮有辅料企業一千多家。", ("一千多家", 1000, "家", "辅料企業")),
        ("石狮喷水织机９万台。", ("９万台", 90000, "台", "喷水织机")),
        ("石狮有1200家印染企业。", ("1200家", 1200, "家", "印染企业")),
        ("Tirupur has 2,500 weaving firms.", ("2,500", 2500, "", "weaving firms")),
    ],
)
def test_figures_of_a_strength(read: Read, text: str, figure: tuple[str, float, str, str]) -> None:
    (draft,) = read(text)
    (found,) = draft.figures
    assert (found.text, found.value, found.unit, found.of) == figure
    assert found.text == text[found.start : found.end]
