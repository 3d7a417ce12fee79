"""From the text of a cell to a value, and back."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.dates import first_day
from service.exchange.columns import Column, Form
from service.exchange.vocabularies import SEVERAL, TYPED_WORDS, Vocabulary
from service.messages import Catalogue
from service.tables import Cell, plain

SEMICOLONS = re.compile(r"[;；]")
WORD_BREAKS = re.compile(r"[;；,，、\n]")
DATE = re.compile(
    r"(\d{4})(?:年|[-/.年](\d{1,2})(?:月|[-/.月](\d{1,2})日?)?)?(?: 00:00:00)?\Z", re.ASCII
)
COUNT = re.compile(r"(\d{1,9})(?:\.0+)?\Z", re.ASCII)
SEPARATOR = "；"


@dataclass
class CellProblem(Exception):
    """A cell cannot be taken. ``cause`` is the end of a message key, ``values`` fill it in."""

    cause: str
    values: Mapping[str, str | int]


def refuse(cause: str, **values: str | int) -> CellProblem:
    return CellProblem(cause, values)


def read_cell(
    column: Column,
    text: str,
    vocabulary: Vocabulary | None,
    words: Catalogue,
    *,
    propose: bool = True,
) -> Any:
    """The value of a cell that is not blank; CellProblem if it has none.

    ``propose``: whether a word that is not known leads to a proposal, which takes a while.
    """
    whole = plain(text)
    stripped = whole.strip()
    if column.form is Form.LIST:
        return listed(whole)
    if column.form is Form.WORDS:
        parts = [part.strip() for part in WORD_BREAKS.split(stripped)]
        found = [word(part, vocabulary, words, propose=propose) for part in parts if part]
        return list(dict.fromkeys(found))
    if column.form in {Form.WORD, Form.MEETING, Form.FLAG}:
        value = word(stripped, vocabulary, words, propose=propose)
        return TYPED_WORDS[value] if column.form is Form.FLAG else value
    return PLAIN.get(column.form, str)(stripped)


def word(
    text: str, vocabulary: Vocabulary | None, words: Catalogue, *, propose: bool = True
) -> str:
    vocabulary = vocabulary or Vocabulary()
    value = vocabulary.find(text)
    if value == SEVERAL:
        raise refuse("several", value=short(text))
    if value is not None:
        return value
    near = vocabulary.near(text, words.language) if propose else None
    if near is None:
        raise refuse("unknown", value=short(text))
    raise refuse("near", value=short(text), near=near)


def short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def listed(text: str) -> list[str]:
    """Parted by line breaks if there is one, else by semicolons.

    >>> listed("化纤面料；印染"), listed("a;b" + chr(10))
    (['化纤面料', '印染'], ['a;b'])
    """
    parts = text.split("\n") if "\n" in text else SEMICOLONS.split(text)
    return [part.strip() for part in parts if part.strip()]


def count(text: str) -> int:
    found = COUNT.match(unicodedata.normalize("NFKC", text))
    if not found:
        raise refuse("number", value=short(text))
    return int(found[1])


def degrees(text: str) -> float:
    try:
        return float(unicodedata.normalize("NFKC", text).rstrip("°"))
    except ValueError as error:
        raise refuse("degrees", value=short(text)) from error


def partial_date(text: str) -> str:
    """As ``2017``, ``2017-11`` or ``2017-11-18``.

    >>> partial_date("2017年11月"), partial_date("2017/1/8"), partial_date("２０１７年")
    ('2017-11', '2017-01-08', '2017')
    """
    found = DATE.match(unicodedata.normalize("NFKC", text))
    if found:
        parts = [part.zfill(2) for part in found.groups() if part]
        try:
            first_day("-".join(parts))
        except ValueError:
            pass
        else:
            return "-".join(parts)
    raise refuse("date", value=short(text))


PLAIN: Mapping[Form, Callable[[str], Any]] = {
    Form.COUNT: count,
    Form.DEGREES: degrees,
    Form.DATE: partial_date,
}
"""How forms are read that are no words."""


def written(column: Column, value: Any, vocabulary: Vocabulary | None, words: Catalogue) -> Cell:
    """The cell that is read as ``value`` again."""
    if value is None or value == []:
        return ""
    if column.form is Form.FLAG:
        value = "yes" if value else "no"
    if vocabulary is not None and column.form in {Form.WORD, Form.FLAG}:
        return label_of(value, vocabulary, words)
    if vocabulary is not None and column.form is Form.WORDS:
        labels = (label_of(each, vocabulary, words) for each in value)
        pairs = zip(labels, value, strict=True)
        return SEPARATOR.join(v if WORD_BREAKS.search(label) else label for label, v in pairs)
    if column.form is Form.LIST:
        return joined(value)
    if isinstance(value, float):
        return value if float(f"{value:.16G}") == value else repr(value)
    return value if isinstance(value, str) else int(value)


def label_of(value: str, vocabulary: Vocabulary, words: Catalogue) -> str:
    """The label, if it leads back to the value."""
    label = vocabulary.label(value, words.language)
    return label if vocabulary.find(label) == value else value


def joined(items: list[str]) -> str:
    """Read as ``items`` again by ``listed``."""
    if any(SEMICOLONS.search(item) for item in items):
        return "\n".join(items) + ("\n" if len(items) == 1 else "")
    return SEPARATOR.join(items)
