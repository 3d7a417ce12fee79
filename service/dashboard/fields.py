"""Form fields with what was typed and what is wrong with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    selected: bool
    narrower: bool = False
    """Whether it stands indented under the option before."""


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """``label`` is empty for options that stand outside any group."""

    label: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    label: str
    value: str
    hint: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Select:
    name: str
    label: str
    value: str
    groups: Sequence[OptionGroup]
    error: str | None = None


def plain_options(pairs: Iterable[tuple[str, str]], value: str) -> OptionGroup:
    """Values and labels as one group without a heading."""
    return OptionGroup("", [Option(key, label, key == value) for key, label in pairs])


def errors_of(*fields: "Input | Select | Choices") -> list[str]:
    """What is wrong, each with the name of its field."""
    return [f"{field.label}: {field.error}" for field in fields if field.error]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    about: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """Radio buttons, or boxes to tick."""

    name: str
    label: str
    hint: str
    choices: Sequence[Choice]
    error: str | None = None
