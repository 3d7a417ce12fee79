"""The person who speaks: the name after a title."""

import re

from service.extraction.scan import Scan

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武"
    "戴莫孔向汤倪洪乔俞庄施阎尤柳翁章葛包季",
)
_NAME_ZH = re.compile(
    r" ?([\u4e00-\u9fff]{2,3}?) ?(?:\Z|代表|首先|随后|最后|在|对|就|从|向|致辞|发言|介绍|,|、|[(])",
)
_NAME_EN = re.compile(r"\b([A-Z][a-z]+(?: [A-Z][a-z.]+){1,2})")
_REACH = 8


def person(scan: Scan, original: str, start: int, end: int) -> str | None:
    """The person after a speaker's titles, simplified; ``original`` keeps the capitals."""
    for title in reversed(scan.roles("title", start, end)):
        match = _NAME_ZH.match(original[title.end : min(end, title.end + _REACH)])
        if match and match[1][0] in _SURNAMES:
            return match[1]
    text = original[start:end]
    found = _NAME_EN.findall(text)
    return found[-1] if found and text.isascii() else None
