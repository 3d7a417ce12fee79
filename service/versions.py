"""Entity tags: one version of one entry, so that two editors never overwrite each other."""

import re
from typing import Annotated

from fastapi import Depends, Header

from service.errors import StaleVersion

TAG = re.compile(r'(?:W/)?"(\d{1,9})"\Z', re.ASCII)


def version_tag(version: int) -> str:
    return f'"{version}"'


def _version(if_match: Annotated[str | None, Header(max_length=200)] = None) -> int | None:
    """The version in ``If-Match``; None without the header or with ``*``."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = TAG.match(if_match.strip())
    if not found:
        raise StaleVersion("if-match")
    return int(found[1])


ExpectedVersion = Annotated[int | None, Depends(_version)]


def require_version(stored: int, expected: int | None) -> None:
    """StaleVersion if the caller knows another version than the stored one."""
    if expected is not None and expected != stored:
        raise StaleVersion("stale", expected=expected, version=stored)
