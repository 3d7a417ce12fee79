"""When two values of a column are the same, and what is wrong with a new one."""

from collections.abc import Callable, Iterator, Mapping
from math import isclose
from typing import Any

from pydantic import BaseModel, ValidationError

from service.exchange.columns import FACETS
from service.exchange.plans import FieldChange
from service.exchange.readings import Reading

CAUSES = {
    "missing": "required",
    "string_type": "required",
    "string_too_short": "required",
    "string_too_long": "too-long",
    "too_long": "too-many",
    "string_pattern_mismatch": "form",
    "greater_than_equal": "too-small",
    "less_than_equal": "too-large",
}
LIMITS = {"max_length": "limit", "ge": "limit", "le": "limit"}


def same(old: Any, new: Any) -> bool:
    """Outer blanks, and nothing said in one way or another, make no difference."""
    if isinstance(old, float) and isinstance(new, float):
        return isclose(old, new, rel_tol=1e-12, abs_tol=1e-12)
    return bool(trimmed(old) == trimmed(new))


def same_set(old: Any, new: Any) -> bool:
    return {*(old or ())} == {*(new or ())}


def trimmed(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list | tuple):
        return [each.strip() for each in value] or None
    return value


def differences(
    stored: Mapping[str, Any],
    given: Mapping[str, Any],
    special: Mapping[str, Callable[[Any, Any], bool]],
) -> list[FieldChange]:
    """Columns of ``given`` whose stored value is another one."""
    return [
        FieldChange(name, stored[name], value)
        for name, value in given.items()
        if not special.get(name, same)(stored[name], value)
    ]


def checked(
    model: type[BaseModel], values: Mapping[str, Any], reading: Reading, row: int
) -> BaseModel | None:
    """The values as ``model``; what it refuses becomes faults of the row."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        for name, cause, limits in _faults(error):
            reading.fault(row, name, cause, **limits)
        return None


def _faults(error: ValidationError) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for fault in error.errors():
        location = [str(part) for part in fault["loc"]] or ["latitude"]
        name = location[1] if location[0] == "facets" and len(location) > 1 else location[0]
        context = fault.get("ctx", {})
        limits = {LIMITS[key]: value for key, value in context.items() if key in LIMITS}
        cause = CAUSES.get(fault["type"], "character")
        yield name, "together" if fault["loc"] == () else cause, limits


def facets_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: values[name] for name in FACETS if values.get(name)}
