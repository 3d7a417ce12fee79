"""Short ways to write many forms of the cue table: classes of words and English endings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

_CLASS = re.compile(r"\{([a-z_]{1,30})\}")
_VERB = re.compile(r"([a-z]{1,30})~")
_VOWELS = "aeiou"


def expand(form: str, classes: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """All words that a form stands for.

    ``{name}`` stands for each word of the class, ``~`` after an English verb for its regular
    endings. A class that is not in ``classes`` stands for nothing.

    Examples
    --------
    >>> list(expand("{not}强", {"not": ("不", "不够")}))
    ['不强', '不够强']
    >>> list(expand("rely~ on", {}))
    ['rely on', 'relies on', 'relied on', 'relying on']
    """
    pieces = _CLASS.split(form)
    choices = [classes.get(p, ()) if i % 2 else _endings(p) for i, p in enumerate(pieces)]
    for words in product(*choices):
        yield "".join(words)


def classes_of(rows: Iterable[tuple[str, str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """The classes among rows of id, role and forms."""
    return {name: forms for name, role, forms in rows if role == "class"}


def _endings(text: str) -> list[str]:
    match = _VERB.search(text)
    if match is None:
        return [text]
    return [text[: match.start()] + verb + text[match.end() :] for verb in _inflected(match[1])]


def _inflected(verb: str) -> list[str]:
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        stem = verb[:-1]
        return [verb, f"{stem}ies", f"{stem}ied", f"{verb}ing"]
    if verb.endswith("e"):
        return [verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    third = f"{verb}es" if verb.endswith(("s", "x", "ch", "sh")) else f"{verb}s"
    doubled = _doubled(verb)
    return [verb, third, f"{doubled}ed", f"{doubled}ing"]


def _doubled(verb: str) -> str:
    """``plan`` gives ``plann-ed``: one vowel between single consonants."""
    short = len(verb) in (3, 4) and verb[-1] not in _VOWELS + "wxy" and verb[-2] in _VOWELS
    return verb + verb[-1] if short and verb[-3] not in _VOWELS else verb
