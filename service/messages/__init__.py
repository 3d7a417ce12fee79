"""What the program says to people, in Chinese and in English."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

from service.errors import DomainError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Translate = Callable[..., str]

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Every message of one language. Both languages have the same keys and placeholders."""

    language: Language
    messages: Mapping[str, str]

    def translate(self, key: str, /, **values: object) -> str:
        """The message with its ``{placeholders}`` filled in; KeyError if either is unknown."""
        return self.messages[key].format(**values)

    def find(self, key: str) -> str | None:
        """The message as it stands, for a vocabulary that may grow faster than the catalogue."""
        return self.messages.get(key)

    def title_of(self, error: DomainError) -> str:
        return self.translate(f"title.{error.slug}")

    def detail_of(self, error: DomainError) -> str:
        """What went wrong and what to do about it."""
        return self.translate(f"error.{error.message}", **error.values)

    def pick(self, zh: str | None, en: str | None) -> str:
        """The wording in this language; the other one where this is missing."""
        first, second = (zh, en) if self.language == "zh" else (en, zh)
        return first or second or ""

    def day(self, iso: str | None) -> str:
        """A date as people write it; of a partial one only what is known.

        >>> catalogue("zh").day("2017-11-18"), catalogue("en").day("2017-11")
        ('2017年11月18日', 'November 2017')
        """
        if not iso:
            return self.translate("date.unknown")
        year, *rest = iso.split("-")
        form = ("date.year", "date.month", "date.day")[len(rest)]
        month = self.translate(f"date.month_{rest[0]}") if rest else ""
        day = int(rest[1]) if len(rest) > 1 else ""
        return self.translate(form, year=year, month=month, day=day)


@cache
def catalogue(language: Language) -> Catalogue:
    """All files of one language, read once."""
    messages: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"*{language}.yaml")):
        messages |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return Catalogue(language, messages)


def own_language() -> Catalogue:
    """The language of the terminal: English where the locale is, Chinese otherwise."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return catalogue("en" if locale.startswith("en") else "zh")
