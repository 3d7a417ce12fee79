"""How names are compared and sorted, and which characters are taken in."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from fastapi import Path
from opencc import OpenCC
from pydantic import (
    AfterValidator,
    AwareDatetime,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from service.dates import first_day


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def fold(name: str) -> str:
    """The form in which two spellings of one name are equal.

    Full-width to half-width, traditional to simplified, lower case, without spaces and control
    characters.

    >>> fold("Keqiao　區")
    'keqiao区'
    """
    plain = unicodedata.normalize("NFKC", name)
    kept = "".join(
        char for char in plain if unicodedata.category(char)[0] != "C" and not char.isspace()
    )
    return str(_simplifier().convert(kept)).casefold()


def sort_key(name: str) -> str:
    """Pinyin of ``name``, so that lists have one order on every database.

    >>> sort_key("柯桥")
    'ke qiao'
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 0.3 s that reading commands do without

    return " ".join(lazy_pinyin(fold(name)))[:200]


def _plain(text: str) -> str:
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t":
            raise ValueError(f"the character U+{ord(char):04X} is not allowed")
    return text


@dataclass(frozen=True, slots=True)
class _Shown:
    """The pattern that the OpenAPI document names; the refusal itself names the character."""

    pattern: str

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core), "pattern": self.pattern}


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=160, pattern=r"^[^\n\t]*$"),
    AfterValidator(_plain),
    _Shown(r"^[^\x00-\x1f\x7f-\x9f]*$"),
]
"""One line of text without control characters."""

Passage = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(_plain),
    _Shown(r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"),
]
"""Some lines of text without control characters."""


Asked = Annotated[
    str,
    StringConstraints(max_length=80),
    AfterValidator(_plain),
    _Shown(r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"),
]
"""A word to filter by."""


def _partial(text: str) -> str:
    first_day(text)
    return text


PartialDate = Annotated[
    str,
    AfterValidator(_partial),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}),
]
"""``2017``, ``2017-11`` or ``2017-11-18``."""


def _instant(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time lies outside the calendar") from error


Instant = Annotated[AwareDatetime, AfterValidator(_instant)]
"""A time with an offset, taken to UTC."""

RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""The number of a stored entry, in a path."""
