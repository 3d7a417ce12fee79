"""Entity tags: one version of one entry, so that two editors never overwrite each other."""

import re
from typing import Annotated

from fastapi import Depends, Header

from service.audit.usecases import ANY_VERSION
from service.errors import StaleVersion, VersionRequired

TAG = re.compile(r'(?:W/)?"(\d{1,9})"\Z', re.ASCII)

IfMatch = Annotated[
    str | None,
    Header(
        max_length=200,
        pattern=r'^(\*|(W/)?"[^"]*")$',
        description="The `ETag` of the entry as read; `*` for any version.",
    ),
]


def version_tag(version: int) -> str:
    return f'"{version}"'


def _version(if_match: IfMatch = None) -> int | None:
    """The version in ``If-Match``; None without the header, ANY_VERSION with ``*``."""
    if if_match is None:
        return None
    if if_match == "*":
        return ANY_VERSION
    found = TAG.match(if_match)
    if not found:
        raise StaleVersion("if-match")
    return int(found[1])


def _required(if_match: IfMatch = None) -> int | None:
    """As ``_version``, but an edit has to say which version it edits."""
    if if_match is None:
        raise VersionRequired("version-required")
    return _version(if_match)


KnownVersion = Annotated[int | None, Depends(_version)]
"""For steps, which their own state guards as well."""
EditedVersion = Annotated[int | None, Depends(_required)]
"""For edits: 428 without it."""
