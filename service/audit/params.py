"""The filters of the audit, as parameters of a request."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query

from service.text import Asked, Instant


def _filters(
    actor: Annotated[
        Asked | None, Query(description="Name of the account, key or part of the program.")
    ] = None,
    action: Annotated[
        Asked | None,
        Query(description="Such as `statement.confirmed`; `statement` for all of its actions."),
    ] = None,
    entity: Annotated[
        Asked | None, Query(description="Kind of entry, such as `statement`.")
    ] = None,
    entity_id: Annotated[Asked | None, Query(description="Its number or slug.")] = None,
    since: Instant | None = None,
    until: Annotated[Instant | None, Query(description="Entries before this moment.")] = None,
) -> dict[str, str | datetime | None]:
    return {
        "actor": actor,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "since": since,
        "until": until,
    }


Filters = Annotated[dict[str, Any], Depends(_filters)]
"""For ``usecases.list_entries``."""
