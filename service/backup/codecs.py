"""How a value of each column type stands in JSON, the same from every database."""

import base64
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

from models.base import UtcDateTime


@dataclass(frozen=True, slots=True)
class Codec:
    """``encode`` and ``decode`` raise ValueError for what the column type cannot hold."""

    carrier: TypeEngine[Any]
    """The type under which the column is read and written."""
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    as_text: bool = False
    """Read by a cast to text: a value as JSON stored it, where null and no value differ."""
    rows_at_once: int = 1000
    """Fewer where values may be long, so that memory stays bounded."""


def exactly(kind: type) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"expected {kind.__name__}, got {type(value).__name__}")
        return value

    return check


def float_out(value: Any) -> float | str:
    number: float = exactly(float)(value)
    return number if math.isfinite(number) else str(number)


def float_in(value: Any) -> float:
    if value in ("nan", "inf", "-inf"):
        return float(value)
    number: float = exactly(float)(value)
    return number


def instant_out(value: Any) -> str:
    moment: datetime = exactly(datetime)(value)
    return moment.astimezone(UTC).isoformat()


def instant_in(value: Any) -> datetime:
    moment = datetime.fromisoformat(exactly(str)(value))
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset")
    return moment


def date_out(value: Any) -> str:
    day: date = exactly(date)(value)
    return day.isoformat()


def date_in(value: Any) -> date:
    return date.fromisoformat(exactly(str)(value))


def bytes_out(value: Any) -> str:
    return base64.b64encode(exactly(bytes)(value)).decode("ascii")


def bytes_in(value: Any) -> bytes:
    return base64.b64decode(exactly(str)(value), validate=True)


_text = exactly(str)


def json_text(value: Any) -> str:
    text: str = _text(value)
    try:
        json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return text


CODECS: dict[type[TypeEngine[Any]], Codec] = {
    JSON: Codec(Text(), json_text, json_text, as_text=True, rows_at_once=100),
    DateTime: Codec(UtcDateTime(), instant_out, instant_in),
    Date: Codec(Date(), date_out, date_in),
    Boolean: Codec(Boolean(), exactly(bool), exactly(bool)),
    LargeBinary: Codec(LargeBinary(), bytes_out, bytes_in, rows_at_once=8),
    Float: Codec(Double(), float_out, float_in),
    Integer: Codec(BigInteger(), exactly(int), exactly(int)),
    Text: Codec(Text(), _text, _text, rows_at_once=100),
    String: Codec(Text(), _text, _text),
}
"""By column type; narrower types stand before wider ones."""


def codec_of(kind: TypeEngine[Any]) -> Codec:
    """The codec of a column type, or TypeError: a new type needs an entry above."""
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    for known, codec in CODECS.items():
        if isinstance(plain, known):
            return codec
    raise TypeError(f"no codec for columns of type {kind!r}")
