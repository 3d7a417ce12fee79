"""What somebody may do, in words."""

from service.errors import DomainError
from service.messages import Catalogue


def right_name(c: Catalogue, action: str) -> str | None:
    return c.find(f"scope.{action.replace(':', '_')}")


def detail_in_words(c: Catalogue, error: DomainError) -> str:
    """As for programs, but a right that is missing is called by its name."""
    name = right_name(c, str(error.values.get("action", "")))
    if name is None:
        return c.detail_of(error)
    return c.translate(f"error.{error.message}", **{**error.values, "action": name})
