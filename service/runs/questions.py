"""What a kept run was asked, as JSON and back."""

from dataclasses import asdict, fields, replace
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


def question_of(scope: Scope, query: RankingQuery, in_force: Weights) -> Json:
    """``weights`` are those that were used; ``weights_named`` says whether they were asked for."""
    asked = {f.name: _plain(getattr(query, f.name)) for f in fields(query) if f.name not in UNKEPT}
    asked["weights"] = asdict(query.weights or in_force)
    asked["weights_named"] = query.weights is not None
    present = None if scope.present is None else sorted(scope.present)
    refused = [list(pair) for pair in scope.refused]
    about = {"of": scope.of, "event": scope.event, "present": present, "refused": refused}
    return {**asked, **about}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Visibility):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def asked_in(question: Json) -> tuple[Scope, RankingQuery]:
    """The scope and the query that a question was made of, with the weights that were used."""
    kept = dict(question)
    of, event, present = kept.pop("of"), kept.pop("event"), kept.pop("present")
    refused = tuple((one, other) for one, other in kept.pop("refused"))
    scope = Scope(of, event, None if present is None else tuple(present), refused)
    del kept["weights_named"]
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


def asked_anew(question: Json) -> tuple[Scope, RankingQuery]:
    """As ``asked_in``, by the blend in force unless weights were asked for."""
    scope, query = asked_in(question)
    return scope, query if question["weights_named"] else replace(query, weights=None)
