"""The counties and cities of China, by their names with and without what they are."""

import re
from collections.abc import Iterator
from functools import cache

from gb2260.data import data

_KINDS = re.compile(
    r"(?:(?:[\u4e00-\u9fff]{1,4}族){1,4}自治[县州旗]|自治[县州旗区]|地区|林区|特区|盟|[县市区旗省])\Z"
)
_SHORTEST, _LONGEST = 2, 4
_COMMON = frozenset(
    [
        "合作",
        "兴业",
        "乐业",
        "万年",
        "富裕",
        "来宾",
        "大同",
        "集贤",
        "长子",
        "五台",
        "三台",
        "三门",
        "比如",
        "民权",
        "日照",
        "新兴",
        "公安",
        "南部",
        "清水",
        "东方",
        "无为",
        "延长",
        "大方",
        "洞口",
        "资源",
        "石门",
        "中方",
        "会同",
        "平安",
        "平和",
        "富民",
        "灯塔",
        "政和",
        "金门",
        "大名",
        "进贤",
        "宣化",
        "同心",
        "台前",
        "莲花",
        "光泽",
        "清流",
        "高台",
        "双牌",
        "民乐",
        "新民",
        "新源",
        "石棉",
        "平定",
        "上思",
        "加查",
        "铁力",
        "响水",
        "社旗",
        "互助",
        "共和",
        "通道",
        "和平",
        "大安",
        "开放",
        "长寿",
        "安定",
        "宁静",
        "双江",
        "团结",
        "建设",
        "兴国",
        "文化",
        "新建",
        "新和",
        "通海",
        "安全",
        "永远",
        "平利",
        "余干",
        "合水",
        "始兴",
        "仁化",
        "建平",
        "永定",
        "交口",
        "文水",
        "交城",
        "方城",
        "太平",
        "定边",
        "林口",
    ]
)
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
    return _SHORTEST <= len(bare) <= _LONGEST and bare not in _COMMON
