"""Forms that people send: what was typed, and what is wrong at which field."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import ImmutableMultiDict

from models.enums import Role
from service.errors import DomainError
from service.messages import Catalogue

LONGEST_PATH = 2000
VERSION = re.compile("[0-9]{1,9}")
Wrong = Mapping[str, str]
"""Names of fields, and what is wrong there; the empty name stands for the whole form."""
RULES = {
    "missing": "form.required",
    "string_too_short": "form.required",
    "too_short": "form.required",
    "string_too_long": "form.too_long",
    "too_long": "form.too_long",
    "enum": "form.choice",
    "string_pattern_mismatch": "form.bad_character",
    "value_error": "form.bad_character",
}


async def _sent(request: Request) -> ImmutableMultiDict[str, str]:
    form = await request.form(max_files=1, max_fields=100)
    return ImmutableMultiDict(
        [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    )


Sent = Annotated[ImmutableMultiDict[str, str], Depends(_sent)]
"""The fields of a form, files left out."""


def typed(sent: ImmutableMultiDict[str, str], name: str) -> str:
    """Without outer blanks; never for passwords."""
    return sent.get(name, "").strip()


def typed_version(sent: ImmutableMultiDict[str, str]) -> int | None:
    """Which version of an entry the form was made for; None where it does not say."""
    version = typed(sent, "version")
    return int(version) if VERSION.fullmatch(version) else None


def faults(c: Catalogue, error: ValidationError) -> dict[str, str]:
    """The first fault of each field, in words."""
    found: dict[str, str] = {}
    for fault in error.errors():
        key = RULES.get(fault["type"], "form.not_valid")
        longest = fault.get("ctx", {}).get("max_length", 0)
        found.setdefault(str(fault["loc"][0]), c.translate(key, longest=longest))
    return found


def refusal(c: Catalogue, error: DomainError, fields: Mapping[str, str]) -> dict[str, str]:
    """At the field that ``fields`` names for this refusal; raised again if it names none."""
    if error.message not in fields:
        raise error
    return {fields[error.message]: c.detail_of(error)}


def local_path(text: str) -> str:
    """``text`` if it is a path on this site, else the start page.

    >>> local_path("/clusters?q=a"), local_path("//elsewhere")
    ('/clusters?q=a', '/')
    """
    plain = len(text) <= LONGEST_PATH and text.isprintable() and not {" ", "\\"} & {*text}
    return text if plain and text.startswith("/") and not text.startswith("//") else "/"


def typed_values(sent: ImmutableMultiDict[str, str], names: Sequence[str]) -> dict[str, str]:
    """The fields ``names``; a cluster counts for representatives alone, whose form shows it."""
    values = {name: typed(sent, name) for name in names}
    return values if values.get("role") == Role.REPRESENTATIVE else {**values, "cluster": ""}


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without the fields that were left empty."""
    return {name: value for name, value in values.items() if value != ""}
