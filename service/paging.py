"""Lists in pages: an opaque cursor names the last row seen, ``Link`` leads to the next page."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request, Response
from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.errors import BadCursor

Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=200, description="Rows of one page.")]
Cursor = Annotated[
    str | None, Query(max_length=600, description="From the `Link` of the page before.")
]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    items: Sequence[Row]
    next_cursor: str | None


def encode_cursor(key: Sequence[str | int]) -> str:
    packed = json.dumps(list(key), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: Sequence[type]) -> list[str | int]:
    """The key behind a cursor.

    Raises
    ------
    BadCursor
        If it is not base64 of a JSON list whose members have the types ``kinds``.
    """
    try:
        packed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        key = json.loads(packed.decode("utf-8"))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadCursor("cursor") from error
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise BadCursor("cursor")
    if any(isinstance(part, str) and "\x00" in part for part in key):
        raise BadCursor("cursor")
    if any(isinstance(part, int) and not 0 <= part < 2**31 for part in key):
        raise BadCursor("cursor")
    return key


def read_page(
    session: Session,
    rows: Select[Row],
    *,
    key: Sequence[InstrumentedAttribute[Any]],
    limit: int,
    cursor: str | None,
    descending: bool = False,
) -> Page[Row]:
    """One page of ``rows`` in the order of the columns ``key``, the last of which is unique."""
    if cursor is not None:
        kinds = [column.type.python_type for column in key]
        last: Any = tuple_(*decode_cursor(cursor, kinds))
        here: ColumnElement[Any] = tuple_(*key)
        rows = rows.where(here < last if descending else here > last)
    order = [column.desc() if descending else column.asc() for column in key]
    found = session.scalars(rows.order_by(*order).limit(limit + 1)).all()
    more = len(found) > limit
    items = found[:limit]
    end = [getattr(items[-1], column.key) for column in key] if more else None
    return Page(items, encode_cursor(end) if end else None)


def link_next(request: Request, response: Response, page: Page[Any]) -> None:
    """Set ``Link: <…>; rel="next"`` when there is a further page."""
    if page.next_cursor is not None:
        url = request.url.include_query_params(cursor=page.next_cursor)
        target = f"{url.path}?{url.query}"
        response.headers["Link"] = f'<{target}>; rel="next"'
