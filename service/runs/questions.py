"""What a kept run was asked, as JSON and back."""

from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from models.enums import RunScope, Visibility
from service.matching.types import Weights
from service.suggestions.listing import Scope
from service.suggestions.views import RankingQuery

Json = dict[str, Any]

UNKEPT = frozenset({"waiting"})
"""Says what the reader may be told of drafts that do not count: no ranking reads it."""


def kind_of(scope: Scope) -> RunScope:
    if scope.event is not None:
        return RunScope.EVENT
    return RunScope.CLUSTER if scope.of else RunScope.PAIRS


def question_of(scope: Scope, query: RankingQuery) -> Json:
    asked = {f.name: _plain(getattr(query, f.name)) for f in fields(query) if f.name not in UNKEPT}
    asked["weights"] = asdict(query.weights)
    present = None if scope.present is None else sorted(scope.present)
    return {**asked, "of": scope.of, "event": scope.event, "present": present}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Visibility):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def asked_in(question: Json) -> tuple[Scope, RankingQuery]:
    """The scope and the query that a question was made of."""
    kept = dict(question)
    of, event, present = kept.pop("of"), kept.pop("event"), kept.pop("present")
    scope = Scope(of, event, None if present is None else tuple(present))
    since, met = kept["updated_since"], kept["met_since"]
    query = RankingQuery(
        **{
            **kept,
            "as_of": date.fromisoformat(kept["as_of"]),
            "audience": Visibility(kept["audience"]),
            "topics": tuple(kept["topics"]),
            "weights": Weights(**kept["weights"]),
            "updated_since": since and datetime.fromisoformat(since),
            "met_since": met and date.fromisoformat(met),
        }
    )
    return scope, query
