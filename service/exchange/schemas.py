"""What a table would change or has changed, as the API gives it."""

from typing import Any, Self

from pydantic import BaseModel, Field

from service.exchange.columns import What, head
from service.exchange.plans import Doing, Fault, RowPlan
from service.exchange.usecases import Outcome
from service.exchange.wording import Wording, pointer

ROWS_SHOWN = 1000
FAULTS_SHOWN = 200


class FieldOut(BaseModel):
    column: str
    label: str
    old: str
    new: str


class RowOut(BaseModel):
    kind: What
    sheet: str = Field(description="Empty for CSV.")
    row: int
    doing: Doing
    entry: str = Field(description="Slug of a cluster, number of a statement.")
    changes: list[FieldOut]

    @classmethod
    def of(cls, row: RowPlan, wording: Wording) -> Self:
        changes = [
            FieldOut(column=change.column, label=label, old=old, new=new)
            for change in row.changes
            for label, old, new in [wording.change(row.what, change)]
        ]
        return cls(
            kind=row.what,
            sheet=row.sheet,
            row=row.row,
            doing=row.doing,
            entry=row.entry,
            changes=changes,
        )


class CellError(BaseModel):
    pointer: str = Field(description="The cell as spreadsheets name it, such as `陈述!C7`.")
    detail: str
    sheet: str
    row: int
    column: str = Field(description="Name of the column in the reader's language.")

    @classmethod
    def of(cls, fault: Fault, wording: Wording) -> Self:
        column = head(wording.words, fault.what, fault.column) if fault.column else ""
        return cls(
            pointer=pointer(fault),
            detail=wording.sentence(fault),
            sheet=fault.sheet,
            row=fault.row,
            column=column,
        )


class OutcomeOut(BaseModel):
    """What would change, or has; `plan` goes into the request that applies it."""

    applied: bool
    plan: str
    revision: int = Field(description="Of the data that was looked at.")
    counts: dict[Doing, int]
    rows: list[RowOut] = Field(description="The first thousand that are not unchanged.")
    rows_left_out: int
    errors: list[CellError] = Field(description="The first two hundred.")
    errors_left_out: int
    warnings: list[str]

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        plan, wording = outcome.plan, outcome.wording
        rows = [row for row in plan.rows if row.doing is not Doing.UNCHANGED]
        return cls(
            applied=outcome.applied,
            plan=plan.digest,
            revision=plan.revision,
            counts={Doing(name): count for name, count in plan.counts.items()},
            rows=[RowOut.of(row, wording) for row in rows[:ROWS_SHOWN]],
            rows_left_out=max(0, len(rows) - ROWS_SHOWN),
            errors=errors_of(outcome),
            errors_left_out=max(0, len(plan.faults) - FAULTS_SHOWN),
            warnings=list(wording.warnings(plan)),
        )


def errors_of(outcome: Outcome) -> list[CellError]:
    wording = outcome.wording
    return [CellError.of(fault, wording) for fault in outcome.plan.faults[:FAULTS_SHOWN]]


def shown(outcome: Outcome) -> dict[str, Any]:
    """Members of the problem that refuses to apply it."""
    left_out = max(0, len(outcome.plan.faults) - FAULTS_SHOWN)
    errors = [error.model_dump() for error in errors_of(outcome)]
    return {"errors": errors, "errors_left_out": left_out}
