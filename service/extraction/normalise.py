"""Unmangled, simplified, half-width text that remembers where each character came from."""

import re
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ\u0300\u0301\u0304\u030c"
_NEUTRAL = frozenset({"men", "ma", "me", "ne", "ba", "de", "le", "zhe", "la", "tou", "ge", "zi"})
# A Chinese character followed by its own reading: 網(wǎng), 網 (w ǎng), 们（men）; stray markup.
_NOISE = re.compile(
    rf"(?<=[\u3400-\u9fff])[ \u00a0]?[(（]([A-Za-zü\u0308 {_TONED}]{{1,12}})[)）]"
    r"|</?[a-zA-Z][^<>\n]{0,80}>|&(?:[a-z]{2,8}|#[0-9]{1,6});",
)
_BLANKS = frozenset("\u00a0\u2002\u2003\u2009\u202f\u3000\ufeff\u200b\t")


@dataclass(frozen=True, slots=True)
class Normalised:
    """``offsets[i]`` is the index in the original text of character ``i`` of ``text``."""

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of the non-empty span ``start:end`` of this one."""
        return self.offsets[start], self.offsets[end - 1] + 1


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional to simplified characters at equal length.

    Examples
    --------
    >>> simplify("紡織產業")
    '纺织产业'
    """
    if text.isascii():
        return text
    converter = _converter()
    # Lone surrogates and NUL cannot pass through the converter's UTF-8 strings.
    safe = "".join("?" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)
    folded: str = converter.convert(safe)
    if len(folded) != len(text):
        single = {char: converter.convert(char) for char in set(safe)}
        folded = "".join(single[char] if len(single[char]) == 1 else char for char in safe)
    return folded


_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, _BLANKS), 32
)


def _is_reading(inner: str) -> bool:
    bare = inner.replace(" ", "")
    return any(char in _TONED for char in bare) or bare in _NEUTRAL


def normalise(text: str) -> Normalised:
    """Remove readings and markup, fold traditional to simplified and full-width to half-width.

    Examples
    --------
    >>> normalise("織(zhī)布，")
    Normalised(text='织布,', offsets=(0, 6, 7))
    """
    kept: list[int] = []
    pieces: list[str] = []
    position = 0
    for match in _NOISE.finditer(text):
        if match[1] is None or _is_reading(match[1]):
            kept.extend(range(position, match.start()))
            pieces.append(text[position : match.start()])
            position = match.end()
    kept.extend(range(position, len(text)))
    pieces.append(text[position:])
    folded = simplify("".join(pieces).translate(_FOLDED))
    return Normalised(folded, tuple(kept))
