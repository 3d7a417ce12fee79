"""Which language a text is in: Chinese and English are read, all others are refused by name.

The script decides for most; among those that write Latin letters, the share of their commonest
short words, most of which no other language has.
"""

import re
from collections import Counter

from service.errors import UnreadableDocument

SCRIPTS = {
    "han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "ja": "\u3041-\u3096\u30a1-\u30fa",
    "ko": "\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e",
    "ru": "\u0400-\u04ff",
    "hi": "\u0900-\u097f",
    "ar": "\u0600-\u06ff",
    "th": "\u0e00-\u0e7f",
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "latin": "A-Za-z\u00c0-\u024f\u1ea0-\u1eff",
}
PATTERNS = {name: re.compile(f"[{span}]") for name, span in SCRIPTS.items()}
LETTERS = re.compile(r"[^\W\d_]")
ACCENTED = re.compile("[^a-z]")
WORD = re.compile(f"[{SCRIPTS['latin']}]+")
LATIN = {
    "en": "the of and to in is that for with are was on as by from have this be at which will not",
    "vi": "và của là các có không được cho trong một với những người để này đã từ tại về chúng",
    "tr": "ve bir bu için ile olarak da de çok olan daha gibi kadar ancak ise değil sonra var",
    "it": "di e il la che per un una del della sono con non dei nel alla più le gli è",
    "fr": "le la les des du et est une pour dans que qui sur avec pas au aux par nous sont",
    "de": "der die und das ist nicht mit für den von auf ein eine dem zu sich werden wir des auch",
    "es": "el la los las de que y en una por con para del se su más no es como pero",
    "pt": "o a os as de que e em uma por com para do da dos não são mais no na ao",
    "id": "yang dan di dengan untuk ini dari pada adalah tidak dalam akan kami mereka juga itu",
    "nl": "de het een van en is dat op te zijn met voor niet aan er ook door naar worden bij",
    "pl": "i w na się z do nie jest że o to jak po co ale za od przez są dla",
}
WORDS = {name: frozenset(words.split()) for name, words in LATIN.items()}
HAN_WEIGHT = 2.5
"""A Chinese character says about as much as so many letters."""
ENOUGH_LETTERS = 20
"""Of fewer nothing is said: a name or a code."""
ENOUGH_WORDS = 12
SAMPLE = 60_000


def require_readable(text: str) -> None:
    """UnreadableDocument that names the language, unless it is Chinese or English."""
    found = language_of(text)
    if found not in {"zh", "en", ""}:
        raise UnreadableDocument(f"language-{found}")


def language_of(text: str) -> str:
    """Two-letter code; ``xx`` for none of those known, empty for too little to tell.

    >>> language_of("大连缺少面料企业，希望引进。"), language_of("会社は生地を織っています。" * 3)
    ('zh', 'ja')
    """
    sample = _spread(text)
    counts = Counter({name: len(found.findall(sample)) for name, found in PATTERNS.items()})
    letters = len(LETTERS.findall(sample))
    if not counts["han"] and letters < ENOUGH_LETTERS:
        return ""
    if counts["ja"] > 0.15 * counts["han"] and counts["ja"] > 3:
        counts["ja"] += counts.pop("han")
    counts["xx"] = max(letters - counts.total(), 0)
    counts["han"] = round(counts["han"] * HAN_WEIGHT)
    # Minutes in Chinese may quote at length; a fifth of it suffices.
    if counts["han"] >= 0.2 * sum(counts.values()):
        return "zh"
    first, _ = counts.most_common(1)[0]
    return _latin(sample) if first == "latin" else first.replace("han", "zh")


def _spread(text: str) -> str:
    """All of a short text; of a long one its beginning, middle and end."""
    if len(text) <= SAMPLE:
        return text
    third = SAMPLE // 3
    middle = len(text) // 2
    return text[:third] + text[middle : middle + third] + text[-third:]


def _latin(sample: str) -> str:
    words = WORD.findall(sample.lower())
    if len(words) < ENOUGH_WORDS:
        return ""
    shares = {
        name: sum(word in common for word in words) / len(words) for name, common in WORDS.items()
    }
    best = max(shares, key=lambda name: shares[name])
    if shares["en"] >= max(0.08, 0.6 * shares[best]):
        return "en"
    if shares[best] >= 0.08:
        return best
    # Lists of names and figures hold few short words in any language.
    foreign = sum(bool(ACCENTED.search(word)) for word in words)
    return "xx" if foreign * 20 > len(words) else ""
