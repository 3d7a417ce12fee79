"""Names of places: which registered one a name resembles, and what kind of place it may be."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from models.enums import ClusterKind
from service.extraction.types import Place
from service.text import fold, sort_key

ALIKE = 66.0
"""Percent of equal characters from which on a registered name is worth a look."""
SOUNDS_ALIKE = 90.0
"""Percent of equal pinyin. Of the 184 shipped places a name has 0.2 others near it by these two,
and 78 % of the names of a place are near another name of it."""
SHOWN = 5
SOUND = 0.95
"""What equal sound counts against equal characters: 大朗 and 大浪 sound the same."""
LEVEL = re.compile(
    r"(?<=..)(产业集群|集群|特别行政区|自治区|自治州|自治县|街道|地区|省|市|县|区|镇|乡|村|州|盟)$"
)
ENDINGS: tuple[tuple[ClusterKind, re.Pattern[str]], ...] = (
    (
        ClusterKind.INSTITUTION,
        re.compile(
            r"学院|大学|学校|研究院|研究所|设计院|检测|中心"
            r"|(?i:university|institute|college|school|centre|center|laboratory)"
        ),
    ),
    (
        ClusterKind.ASSOCIATION,
        re.compile(r"协会|商会|联合会|学会|(?i:association|federation|chamber|council)"),
    ),
    (ClusterKind.MARKET, re.compile(r"市场|商城|轻纺城|(?i:market|bazaar)")),
    (ClusterKind.PARK, re.compile(r"园区|产业园|工业园|开发区|(?i:\bpark)")),
    (
        ClusterKind.REGION,
        re.compile(r"省|自治区|自治州|国$|洲|地区|(?i:province|state|country|region|division)"),
    ),
    (ClusterKind.CLUSTER, re.compile(r"镇|县|市|区|乡|街道|集群|(?i:town|city|cluster|district)")),
)
"""What tells the kind of a place, the surest first."""


@dataclass(frozen=True, slots=True)
class Near:
    """A registered place whose name resembles; ``likeness`` in [0, 1]."""

    cluster: str
    name_zh: str
    likeness: float


def core(name: str) -> str:
    """A name without its administrative level.

    >>> core("晉江市"), core("沙县")
    ('晋江', '沙县')
    """
    return LEVEL.sub("", fold(name))


@lru_cache(maxsize=20_000)
def sound(name: str) -> str:
    return sort_key(name)


class Register:
    """The registered names, ready to be compared."""

    def __init__(self, places: Iterable[Place]) -> None:
        named = [(place, core(name)) for place in places for name in place.names]
        self._places = [place for place, _ in named]
        self._names = [name for _, name in named]
        self._sounds = [sound(name) for name in self._names]

    def near(self, name: str) -> list[Near]:
        """Those whose name looks or sounds like ``name``, the likest first."""
        own = core(name)
        found: dict[str, Near] = {}
        for asked, choices, least, worth in (
            (own, self._names, ALIKE, 1.0),
            (sound(own), self._sounds, SOUNDS_ALIKE, SOUND),
        ):
            hits = process.extract(
                asked, choices, scorer=fuzz.ratio, score_cutoff=least, limit=4 * SHOWN
            )
            for _, score, at in hits:
                place = self._places[at]
                near = Near(place.slug, place.name_zh, round(score * worth / 100, 3))
                known = found.get(place.slug)
                if known is None or known.likeness < near.likeness:
                    found[place.slug] = near
        return sorted(found.values(), key=lambda near: (-near.likeness, near.cluster))[:SHOWN]


def guessed_kind(name: str, after: Sequence[str]) -> tuple[ClusterKind, str]:
    """The kind that the name's end tells, else what stands ``after`` its mentions, and the word.

    >>> guessed_kind("东华大学", []), guessed_kind("安徽", ["省纺织"])
    ((<ClusterKind.INSTITUTION: 'institution'>, '大学'), (<ClusterKind.REGION: 'region'>, '省'))
    """
    for kind, pattern in ENDINGS:
        hits = [hit for hit in pattern.finditer(name) if hit.start() or len(hit[0]) > 1]
        if hits:
            return kind, hits[-1][0]
    for kind, pattern in ENDINGS:
        for words in after:
            if hit := pattern.match(words):
                return kind, hit[0]
    return ClusterKind.CLUSTER, ""
