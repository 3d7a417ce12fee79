"""Whether two values are the same down to the last bit of their arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from scipy import sparse

from service.matching.text import PhraseEncoder

OF_A_MATRIX = ("shape", "data", "indices", "indptr")


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two values differ: nowhere if they are the same bit for bit.

    Encoders are taken to be alike.
    """
    if one is other or isinstance(one, PhraseEncoder):
        return
    if isinstance(one, np.ndarray):
        if not same_bits(one, other):
            yield path
        return
    mine, yours = parts(one), parts(other)
    if mine is None or yours is None:
        if one != other:
            yield path
    elif mine.keys() != yours.keys():
        yield f"{path}: {sorted(map(str, mine.keys() ^ yours.keys()))}"
    else:
        for name in mine:
            yield from differences(mine[name], yours[name], f"{path}.{name}")


def parts(value: Any) -> Mapping[Any, Any] | None:
    """What a value is made of, by name; None if it is compared as a whole."""
    if isinstance(value, sparse.csr_array):
        return {name: getattr(value, name) for name in OF_A_MATRIX}
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return dict(enumerate(value))
    return None


def same_bits(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Even the sign of a zero counts; whether places are counted in 32 or 64 bits does not."""
    return one.shape == other.shape and np.array_equal(bits(one), bits(other))


def bits(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values.view(np.int64) if values.dtype == np.float64 else values
