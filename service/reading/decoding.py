"""Bytes to characters. The encoding is measured; what a sender or a page declares is a hint.

Decoded as Chinese in the wrong encoding, bytes give rare characters: some three hundred common ones
make up most of any text in the right encoding, and next to nothing in a wrong one.
"""

import codecs
import re

from service.errors import UnreadableDocument

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CANDIDATES = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252")
FAMILIES = {
    "gb18030": ("gb",),
    "big5hkscs": ("big5",),
    "cp1252": ("iso-8859-1", "windows-1252"),
}
"""How pages call them."""
SAMPLE_BYTES = 256 * 1024
HINT_BONUS = 0.1
LEAST_SHARE = 0.12
"""Of common characters among those outside ASCII; less is no text in a known encoding."""
MOST_BROKEN = 0.001
"""Of the bytes of a web page may be unreadable; its program cut characters in two."""
STRANGE_SHARE = 0.01
"""More control, private or unassigned characters than this: the bytes are no text."""

COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无力与长把机十民第公此已工使情明性知全三又"
    "关点正业外将两高间由问很最重并物手应向头文体政美相见被利什二等产或新己制身果加西月话合回特代内信表化老给世位次度门任常先海通"
    "教原东提立及比员解水名真论处走各入几口条平系气题活更别变四总何电数安少报才结受目量再建务做接必场件计管期市直资命山金指许统区"
    "保至形社便展科司基书非则界达光放强即难且权思完设式色路记南品住告类求据程北交规万取望术领共确传师观清今切院让识带导争运"
    "這個們來為國說時會對於着過發後裡種經學現當沒動還進樣開從實無與長機關點業將兩間問應頭體見產話門車東員論處條題變總電數報結務場計"
    "資許統區書則達強難權設記類據規萬術領傳師觀讓識帶導爭運給應廠縣鎮紡織縫紗棉布料廠企集群紡织厂县镇纺"
    "，。、；：！？“”（）《》‘’—…　·％０１２３４５６７８９"
)
WESTERN = frozenset("‘’“”–—•…£€©®°·àáâãäåæçèéêëìíîïñòóôõöøùúûüßÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÚÛÜ\xa0")
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
HIGH_BYTES = re.compile(rb"[\x80-\xff]{3}")
STRANGE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0080-\U000e00ff\U000f0000-\U0010ffff]"
)
BLANKS = "\ufeff \t\r\n\f\u3000\xa0\u200b"


def decode(content: bytes, hint: str | None = None) -> tuple[str, str]:
    """Text and the name of its encoding; a UTF-8 mark stays in the text.

    Raises
    ------
    UnreadableDocument
        The bytes are empty or blank, in no known encoding, broken, or binary.
    """
    if not content:
        raise UnreadableDocument("file-empty")
    charset = charset_of(content, hint)
    try:
        text = content.decode(charset)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableDocument("file-broken", charset=charset, line=line) from error
    require_text(text)
    return text, charset


def decode_page(content: bytes, hint: str | None) -> tuple[str, str, int]:
    """Like ``decode`` for web pages, with the number of bytes that were unreadable."""
    if not content:
        raise UnreadableDocument("file-empty")
    charset = charset_of(content, hint)
    text = content.decode(charset, "replace")
    broken = text.count("\ufffd")
    if broken > max(len(text) * MOST_BROKEN, 3):
        raise UnreadableDocument("file-encoding")
    return text.removeprefix("\ufeff"), charset, broken


def require_text(text: str) -> None:
    """UnreadableDocument if it is blank, or binary that happened to decode."""
    if "\x00" in text or len(STRANGE.findall(text)) > len(text) * STRANGE_SHARE:
        raise UnreadableDocument("file-binary")
    if not text.strip(BLANKS):
        raise UnreadableDocument("file-blank")


def charset_of(content: bytes, hint: str | None = None) -> str:
    """The likeliest encoding; it need not fit every byte.

    Raises
    ------
    UnreadableDocument
        None is likely at all.
    """
    if content.startswith(UTF_16):
        return "utf-16"
    if is_utf8(content):
        return "utf-8"
    sample = content[:SAMPLE_BYTES]
    scores = {charset: _score(sample, charset, hint) for charset in CANDIDATES}
    best = max(CANDIDATES, key=lambda charset: scores[charset])
    if scores[best] < LEAST_SHARE:
        raise UnreadableDocument("file-encoding" if b"\0" not in sample else "file-binary")
    return best


def is_utf8(content: bytes) -> bool:
    """Also if a few bytes of much text are broken: other encodings never come this near."""
    if b"\0" in content[:SAMPLE_BYTES]:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        decoded = content[:SAMPLE_BYTES].decode("utf-8", "replace")
        outside = sum(char > "\x7f" for char in decoded)
        return decoded.count("\ufffd") * 20 < outside
    return True


def _score(sample: bytes, charset: str, hint: str | None) -> float:
    """The share of common characters among those outside ASCII, less what cannot be."""
    if charset == "cp1252" and not _may_be_western(sample):
        return 0.0
    if charset.startswith("utf-16") and not sample[1::2]:
        return 0.0
    text = sample.decode(charset, "replace")
    outside = [char for char in text if char > "\x7f"]
    common = WESTERN if charset == "cp1252" else COMMON
    share = sum(char in common for char in outside) / max(len(outside), 1)
    if not outside and charset.startswith("utf-16"):
        share = 1.0  # plain ASCII in two bytes each; control characters speak against it
    broken = (text.count("\ufffd") + len(CONTROL.findall(text))) / max(len(text), 1)
    return share - 10 * broken + HINT_BONUS * (_same(charset, hint) and share > 0)


def _may_be_western(sample: bytes) -> bool:
    """Letters with accents and curly quotes stand alone among many ASCII characters."""
    high = sum(byte > 0x7F for byte in sample)
    return high * 10 < len(sample) and not HIGH_BYTES.search(sample)


def _same(charset: str, hint: str | None) -> bool:
    if hint is None:
        return False
    plain = hint.lower().replace("_", "-")
    return plain.startswith(FAMILIES.get(charset, (charset,)))
