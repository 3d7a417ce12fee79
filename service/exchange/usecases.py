"""Tables in: say what they would change, then change it. All of a file, or nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.enums import Status
from service.access import Action, Principal, require_reach
from service.clusters.batches import Wanted, store_all
from service.db import data_revision, hold_revision
from service.errors import PlanChanged, RowsRefused, UnreadableTable, VersionRequired
from service.exchange.apart import read_apart
from service.exchange.clusters import announce, plan_clusters
from service.exchange.columns import What
from service.exchange.delimited import read_delimited
from service.exchange.facts import Facts, read_facts
from service.exchange.memory import uncollected
from service.exchange.packages import OLE, ZIP
from service.exchange.plans import Doing, Plan, RowPlan
from service.exchange.readings import Reading, chosen, read_sheet
from service.exchange.sheets import MAX_BYTES, Sheet
from service.exchange.statements import Work, plan_statements
from service.exchange.wording import Wording
from service.messages import Catalogue
from service.statements.batches import Decision, Edit, decide_all, edit_all, type_in_all
from service.statements.usecases import step_to

ANY_PLAN = "*"
"""The caller wants whatever the table changes now."""
WRITING = {What.CLUSTERS: Action.WRITE_CLUSTERS, What.STATEMENTS: Action.WRITE_STATEMENTS}


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a table would change, or has changed, with the names to speak of it."""

    plan: Plan
    facts: Facts
    applied: bool = False

    @property
    def wording(self) -> Wording:
        return Wording(self.facts.words, self.facts.vocabularies)


def read_file(content: bytes) -> list[Sheet]:
    """The sheets of a workbook or of a CSV file, told apart by how it begins.

    Raises
    ------
    UnreadableTable
        It is neither, or holds more than is read; the message says what to do.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableTable("table-size", limit=MAX_BYTES // 1024**2)
    if not content.strip():
        raise UnreadableTable("table-empty")
    is_package = content.startswith((ZIP, OLE))
    sheets = read_apart(content) if is_package else [read_delimited(content)]
    if not any(sheet.rows for sheet in sheets):
        raise UnreadableTable("table-empty")
    return sheets


@uncollected()
def rehearse(
    session: Session,
    who: Principal,
    sheets: Sequence[Sheet],
    words: Catalogue,
    what: What | None = None,
) -> Outcome:
    """What the tables would change if they were applied now; ``what`` None takes all there are.

    Raises
    ------
    UnreadableTable
        No sheet is of the wanted kind.
    Forbidden
        The caller may not write what a sheet holds.
    """
    pairs, rest = chosen(sheets, what)
    for kind, _ in pairs:
        require_reach(who, WRITING[kind])
    facts = read_facts(session, who, words)
    rows: list[RowPlan] = []
    readings = []
    for kind, sheet in pairs:
        reading, found = _plan(facts, kind, sheet)
        readings.append(reading)
        rows += found
    return Outcome(
        Plan(
            rows=rows,
            faults=[
                fault
                for reading in readings
                for fault in sorted(reading.faults, key=lambda fault: (fault.row, fault.letter))
            ],
            unknown_columns=[name for reading in readings for name in reading.unknown],
            unread_sheets=rest,
            revision=data_revision(session, who.audience),
        ),
        facts,
    )


def _plan(facts: Facts, what: What, sheet: Sheet) -> tuple[Reading, list[RowPlan]]:
    if what is What.CLUSTERS:
        announce(facts, sheet)
    reading = read_sheet(what, sheet, facts.vocabularies, facts.words)
    planned = {What.CLUSTERS: plan_clusters, What.STATEMENTS: plan_statements}[what]
    return reading, planned(facts, reading)


@uncollected()
def apply(
    session: Session,
    who: Principal,
    sheets: Sequence[Sheet],
    words: Catalogue,
    what: What | None = None,
    *,
    expected: str | None,
    now: datetime,
    time_zone: str,
) -> Outcome:
    """Change what the tables say, if that is still what was shown.

    Raises
    ------
    VersionRequired
        ``expected``, the digest of the plan that was shown, is missing.
    RowsRefused
        Something is wrong with a row; ``outcome`` of the error holds the plan with its faults.
    PlanChanged
        The data have changed so that the tables would do something else now.
    """
    if expected is None:
        raise VersionRequired("plan-required")
    hold_revision(session, alone=True)
    outcome = rehearse(session, who, sheets, words, what)
    plan = outcome.plan
    if plan.faults:
        raise RefusedOutcome(outcome)
    if expected not in {ANY_PLAN, plan.digest}:
        raise PlanChanged("plan-changed")
    _carry_out(session, who, plan, now, time_zone)
    return Outcome(plan, outcome.facts, applied=True)


class RefusedOutcome(RowsRefused):
    """With the plan, for who shows it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("rows-refused", count=len(outcome.plan.faults))
        self.outcome = outcome


def _carry_out(session: Session, who: Principal, plan: Plan, now: datetime, time_zone: str) -> None:
    doing = [row for row in plan.rows if row.doing in {Doing.NEW, Doing.CHANGED}]
    places = [row for row in doing if row.what is What.CLUSTERS]
    if places:
        wanted = [Wanted(row.entry, row.payload, row.version) for row in places]
        store_all(session, who, wanted, now=now)
    said = [row for row in doing if row.what is What.STATEMENTS]
    decisions = _write(session, who, said, now, time_zone)
    decide_all(session, who, decisions, now=now)


def _write(
    session: Session, who: Principal, rows: Sequence[RowPlan], now: datetime, time_zone: str
) -> list[Decision]:
    """Type in and edit; what is left to decide."""
    new = [row for row in rows if row.doing is Doing.NEW]
    fields = [row.payload.fields for row in new]
    views = type_in_all(session, who, fields, now=now, time_zone=time_zone)
    decisions = [
        decision(view.id, view.version, view.status, row.payload)
        for view, row in zip(views, new, strict=True)
    ]
    old = [row for row in rows if row.doing is Doing.CHANGED]
    edits = [
        Edit(row.payload.id, row.version or 0, row.payload.fields)
        for row in old
        if row.payload.fields
    ]
    edited = {v.id: v for v in edit_all(session, who, edits, now=now, time_zone=time_zone)}
    for row in old:
        view = edited.get(row.payload.id)
        version = view.version if view else row.version or 0
        stored = next((c.old for c in row.changes if c.column == "status"), "")
        decisions.append(decision(row.payload.id, version, str(stored), row.payload))
    return [found for found in decisions if found is not None]


def decision(id_: int, version: int, status: str, work: Work) -> Decision | None:
    if work.status is None:
        return None
    action = step_to(status, Status(work.status))
    return None if action is None else Decision(id_, version, action)
