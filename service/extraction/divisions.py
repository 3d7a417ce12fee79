"""The counties and cities of China, by their names with and without what they are."""

import re
from collections.abc import Iterator
from functools import cache

import rjieba
from gb2260.data import data

from service.extraction.words import NAME_TAGS

_KINDS = re.compile(
    r"(?:(?:[\u4e00-\u9fff]{1,4}族){1,4}自治[县州旗]|自治[县州旗区]|地区|林区|特区|盟|[县市区旗省])\Z"
)
_SHORTEST, _LONGEST = 2, 4
_UNNAMED = frozenset({"市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@cache
def division_names() -> tuple[str, ...]:
    """Every name by which a county or city can be meant, each once.

    A bare name of one character or that is also a common word (曹, 合作), and that of a district
    (和平), stand only with what they are: 曹县, 合作市.
    """
    return tuple(dict.fromkeys(_names()))


def _names() -> Iterator[str]:
    for name in data[None].values():
        if len(name) < _SHORTEST or name in _UNNAMED:
            continue
        bare = _KINDS.sub("", name)
        if name.endswith("区") or not _is_own(bare):
            yield name
        else:
            yield bare


def _is_own(bare: str) -> bool:
    """Whether the bare name says nothing else."""
    if not _SHORTEST <= len(bare) <= _LONGEST:
        return False
    words = rjieba.tag(bare, hmm=False)
    return len(words) > 1 or words[0][1] in NAME_TAGS
