"""One thing that is wrong in one row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """``kind`` is the key of a sentence in the catalogue that says what to do."""

    table: str
    row: str
    """The primary key; empty where a whole table or the file is meant."""
    kind: str
    values: Mapping[str, object] = field(default_factory=dict)


def row_name(key: Iterable[object]) -> str:
    """A primary key as people write it.

    >>> row_name([3, "zh"])
    '3/zh'
    """
    return "/".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in key)
