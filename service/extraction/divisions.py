"""The counties and cities of China, by their names with and without what they are."""

import re
from collections.abc import Collection, Iterator

from gb2260.data import data

_KINDS = re.compile(
    r"(?:(?:[\u4e00-\u9fff]{1,4}族){1,4}自治[县州旗]|自治[县州旗区]|地区|林区|特区|盟|[县市区旗省])\Z"
)
_SHORTEST, _LONGEST = 2, 4
_PREFECTURE = 100
_UNNAMED = frozenset({"市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划"})


def division_names(common: Collection[str]) -> dict[str, str]:
    """Every name by which a county or city can be meant, and which of both it is.

    A bare name of one character, one that is among the ``common`` words (曹, 合作) and that of a
    district (和平) stand only with what they are: 曹县, 合作市.
    """
    return dict(_names(common))


def _names(common: Collection[str]) -> Iterator[tuple[str, str]]:
    for code, name in sorted(data[None].items(), reverse=True):
        if len(name) < _SHORTEST or name in _UNNAMED:
            continue
        bare = _KINDS.sub("", name)
        own = _SHORTEST <= len(bare) <= _LONGEST and bare not in common
        level = "county" if int(code) % _PREFECTURE else "city"
        yield bare if own and not name.endswith("区") else name, level
