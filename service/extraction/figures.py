"""Numbers with their units: 三千五百多家, 2.5万台, 九成, 40,000 crore, 60 per cent."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.extraction.words import is_chinese

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿几数"
_UNITS = (
    "平方米|平方公里|公里|台套|[万亿]元|[万亿]?美元|元|家|户|台|套|人|名|位|个|件|条|双|米|吨|锭|担|亩"
    "|款|种|项|张|间|头|只|辆|栋|座|倍|匹|枚|支|所|单"
)
_ZH = re.compile(
    rf"(?<![{_NUMERAL}0-9.第])(?P<number>[0-9][0-9,]{{0,14}}(?:\.[0-9]{{1,6}})?|[{_NUMERAL}]{{1,12}})"
    rf"[多余来]?(?P<times>[千万亿](?![元美])|[万亿]{{2}})?[多余来]?"
    rf"(?P<unit>{_UNITS}|%|成[一二三四五六七八九半]?(?![立为本功熟果员品衣长都效]))"
)
_SHARE_ZH = re.compile(
    rf"(?P<whole>百|[{_NUMERAL}]{{1,3}})分之(?P<part>[0-9.]{{1,6}}|[{_NUMERAL}]{{1,4}})"
)
_EN = re.compile(
    r"(?<![a-z0-9.])(?P<money>rs\.? ?|\$|us\$|€|inr )?"
    r"(?P<number>[0-9][0-9,]{0,14}(?:\.[0-9]{1,4})?)"
    r" ?(?P<times>thousand|lakh|crore|million|billion|bn)?"
    r"(?: ?(?P<unit>%|per ?cent|percent|euros?|dollars?|rupees?|tonnes|tons|metres|meters|spindles"
    r"|square (?:feet|metres|meters))(?![a-z]))?"
)
_TIMES_EN = {
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "bn": 10**9,
}
_REACH = 24
_COUNTING = frozenset("家户台人名位个件条双项款种张间")
_AFTER_ZH = re.compile(
    r"(?!以上|左右|的|在|占|到|为|是|来自)([\u4e00-\u9fff]{2,8}?)(?=[,。;、!?\s]|\Z|和|及|的|与|在|占|为)"
)
_AFTER_EN = re.compile(
    r" (?:of |from |in )?([a-z]{3,20}(?: [a-z]{3,20})?)(?<! and)(?<! of)(?<! in)(?<! a)\b"
)
_BEFORE_ZH = re.compile(
    r"([\u4e00-\u9fff]{2,10}?)(?:总数|总量|合计|占|共|约|近|将近|接近|超过|超|达到|达|为|有|只有|逾|全国|世界|全球|全省|国内|同类){0,4}\Z"
)
_HAVING = re.compile(r"[\u4e00-\u9fff]{0,9}(?:(?<!占)有|年产(?!值)|聚集|集聚|聚起)")
_YEARS = range(1900, 2100)
_LEAST_EN = 10
_HALF = re.compile("一半|半数|半壁江山")


class Number(NamedTuple):
    """A number in the normalised text: ``start:end`` with its unit, as written.

    ``value`` is None when it is only said to be many: 数百家.
    """

    start: int
    end: int
    value: float | None
    unit: str


def numeral(text: str) -> float | None:
    """The value of Chinese numerals or digits; None for 几 and 数, which name none.

    Examples
    --------
    >>> numeral("三千五百")
    3500
    >>> numeral("1,200.5")
    1200.5
    """
    if text[:1].isdigit():
        bare = text.replace(",", "").rstrip(".")
        return float(bare) if "." in bare else int(bare)
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        elif char in _MYRIADS:
            total = (total + section + digit or 1) * _MYRIADS[char]
            section = digit = 0
        else:
            return None
    return total + section + digit if text else None


def numbers(text: str) -> list[Number]:
    """All numbers with a unit, or with a multiplier, in the match form of a text; by start."""
    found = [*_chinese(text), *_english(text)]
    kept: list[Number] = []
    for number in sorted(found, key=lambda n: (n.start, -n.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept


def _chinese(text: str) -> Iterator[Number]:
    for match in _ZH.finditer(text):
        value, unit = _written_out(match, match["unit"])
        yield Number(match.start(), match.end(), value, "percent" if unit == "%" else unit)
    for match in _SHARE_ZH.finditer(text):
        whole, part = numeral(match["whole"]), numeral(match["part"].strip(".") or "0")
        if whole and part is not None:
            yield Number(match.start(), match.end(), round(100 * part / whole, 2), "percent")
    for match in _HALF.finditer(text):
        yield Number(match.start(), match.end(), 50, "percent")


def _written_out(match: re.Match[str], unit: str) -> tuple[float | None, str]:
    """The value with its multipliers and the unit; money keeps 万 and 亿 in the unit."""
    value, last = numeral(match["number"]), match["number"][-1]
    if unit == "元" and last in _MYRIADS:
        unit = f"{last}元"
        value = value and value / _MYRIADS[last]
    if value is None:
        return None, "percent" if unit[0] == "成" else unit
    for char in match["times"] or "":
        value *= _MYRIADS.get(char, 1000)
    if unit[0] == "成":
        return 10 * value + _half(unit[1:]), "percent"
    return value, unit


def _half(rest: str) -> float:
    return 5 if rest == "半" else numeral(rest) or 0


def _english(text: str) -> Iterator[Number]:
    for match in _EN.finditer(text):
        value, times = numeral(match["number"]), match["times"]
        unit, money = match["unit"] or "", (match["money"] or "").strip()
        bare = not (times or unit or money)
        follows = text[match.end() : match.end() + 1]
        if value is None or (bare and (value in _YEARS or is_chinese(follows))):
            continue
        if unit.replace(" ", "") in {"%", "percent"}:
            unit = "percent"
        elif money or unit.startswith(("euro", "dollar", "rupee")):
            unit = " ".join(part for part in (times, money or unit) if part)
        elif times:
            value *= _TIMES_EN[times]
        if not bare or value >= _LEAST_EN:
            yield Number(match.start(), match.start() + len(match[0].rstrip()), value, unit)


def counted(text: str, number: Number, first: int, last: int) -> tuple[int, int] | None:
    """Where in ``first:last`` stands what is counted: after the number, else before it.

    Examples
    --------
    >>> text = "喷水织机9万台"
    >>> counted(text, numbers(text)[0], 0, len(text))
    (0, 4)
    """
    latin = number.unit.isascii() and number.unit != "percent"
    after = _AFTER_EN if latin or not is_chinese(text[number.end - 1]) else _AFTER_ZH
    if number.unit in _COUNTING or number.unit.isascii():
        match = after.match(text, number.end, last)
        if match:
            return match.span(1)
    match = _BEFORE_ZH.search(text, max(first, number.start - _REACH), number.start)
    if match is None:
        return None
    start, end = match.span(1)
    having = _HAVING.match(text, start, end)
    return (having.end() if having and having.end() < end - 1 else start), end
