"""How much one statement counts on a given day."""

from datetime import date

from service.matching.types import ScoreParams, StatementFact


def whole_years(since: date, until: date) -> int:
    """Full years between two days, 0 if ``until`` is earlier.

    Examples
    --------
    >>> whole_years(date(2017, 11, 18), date(2026, 11, 17))
    8
    """
    before_anniversary = (until.month, until.day) < (since.month, since.day)
    return max(0, until.year - since.year - before_anniversary)


def recency(statement: StatementFact, params: ScoreParams, as_of: date) -> float:
    """Factor of age, 1 for anything but a meeting's statement."""
    if statement.basis != "meeting":
        return 1.0
    if statement.stated_on is None:
        return params.recency_floor
    years = whole_years(statement.stated_on, as_of)
    return max(params.recency_floor, params.recency**years)


def basis_factor(statement: StatementFact, params: ScoreParams) -> float:
    return {"meeting": 1.0, "register": params.register, "inferred": params.inferred}[
        statement.basis
    ]


def effective_weight(statement: StatementFact, params: ScoreParams, as_of: date) -> float:
    """The w of a need or the v of a strength, in [0, 1]."""
    status = params.draft if statement.status == "draft" else 1.0
    kind = params.goal if statement.kind == "goal" else 1.0
    return (
        statement.weight
        / 5
        * status
        * kind
        * basis_factor(statement, params)
        * recency(statement, params, as_of)
    )
