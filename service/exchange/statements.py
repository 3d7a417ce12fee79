"""What a table of statements would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.enums import Basis, StatementKind, Status
from service.access import Action, Reach
from service.exchange import queries
from service.exchange.columns import FACETS, STATEMENTS, Form
from service.exchange.comparing import checked, differences, facets_of, same_set
from service.exchange.facts import Facts
from service.exchange.plans import Doing, FieldChange, RowPlan
from service.exchange.queries import Key
from service.exchange.readings import Entry, Reading
from service.statements.batches import read_statements
from service.statements.schemas import StatementEdit, StatementIn
from service.statements.usecases import step_to
from service.statements.views import StatementView
from service.text import Line, Passage

FIELDS = tuple(
    column.name
    for column in STATEMENTS
    if column.form is not Form.NOTE and column.name not in {"id", "version"}
)
ALWAYS = ("kind", "topic", "phrase", "asks", "weight", "status", "visibility", "basis")
"""What every statement has: a blank cell cannot take it away."""
FIXED = ("meeting", "basis")
"""Where a statement comes from; another origin is another statement."""
DRAFT: Mapping[str, Any] = {"asks": False, "weight": 3, "visibility": "members", "status": "draft"}
"""What a new row means that does not say it."""


class RowEdit(StatementEdit):
    quote: Passage | None = None
    source_zh: Line | None = None
    source_en: Line | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What a row asks of the use-cases: the fields to write, then perhaps another status."""

    fields: Mapping[str, Any]
    status: Status | None = None
    id: int | None = None


def stored_values(view: StatementView) -> dict[str, Any]:
    facets = {name: list(view.facets.get(name, ())) for name in FACETS}
    plain = {name: getattr(view, name) for name in FIELDS if name not in FACETS}
    return {"id": view.id, **plain, **facets, "version": view.version}


def plan_statements(facts: Facts, reading: Reading) -> list[RowPlan]:
    planner = _Statements(facts, reading)
    return [planner.row(entry) for entry in reading.entries]


class _Statements:
    def __init__(self, facts: Facts, reading: Reading) -> None:
        self.facts, self.reading = facts, reading
        who = facts.who
        self.reach = who.reach(Action.WRITE_STATEMENTS)
        values = [self.with_numbers(entry) for entry in reading.entries]
        slugs = {found["cluster"] for found in values if found.get("cluster")}
        self.values = dict(zip((entry.row for entry in reading.entries), values, strict=True))
        self.keys = queries.keys(facts.session, who, slugs & facts.clusters.keys())
        ids = {found["id"] for found in values if "id" in found}
        ids |= {self.keys[key] for found in values if (key := self.key(found)) in self.keys}
        self.stored = {view.id: view for view in read_statements(facts.session, who, ids)}
        self.seen: dict[Any, int] = {}

    @staticmethod
    def with_numbers(entry: Entry) -> dict[str, Any]:
        values = dict(entry.values)
        if "meeting" in values:
            values["meeting"] = int(values["meeting"])
        return values

    def key(self, values: Mapping[str, Any]) -> Key:
        meeting = values.get("meeting")
        held_on = self.facts.meetings[meeting].held_on if meeting is not None else None
        return (
            values.get("cluster"),
            values.get("kind", ""),
            values.get("topic", ""),
            values.get("quote") or values.get("phrase") or "",
            meeting,
            values.get("stated_on") or held_on,
        )

    def row(self, entry: Entry) -> RowPlan:
        values = self.values[entry.row]
        if entry.row in self.reading.faulty:
            if not {"id", "version"} & values.keys():
                self.new(entry, values)  # finds what else is wrong with it
            return self.plan(entry, str(values.get("id", "")), Doing.REFUSED)
        id_ = values.get("id") or self.keys.get(self.key(values))
        identity = id_ or self.key(values)
        if self.seen.setdefault(identity, entry.row) != entry.row:
            self.reading.fault(entry.row, "", "repeated", other=self.seen[identity])
            return self.plan(entry, str(id_ or ""), Doing.REFUSED)
        if id_ is None:
            return self.new(entry, values)
        view = self.stored.get(id_)
        if view is None:
            self.reading.fault(entry.row, "id", "gone", entry=id_)
            return self.plan(entry, str(id_), Doing.REFUSED)
        return self.changed(entry, values, view)

    def plan(
        self,
        entry: Entry,
        name: str,
        doing: Doing,
        changes: Sequence[FieldChange] = (),
        version: int | None = None,
        payload: Any = None,
    ) -> RowPlan:
        where = (self.reading.what, self.reading.sheet, entry.row)
        return RowPlan(*where, doing, name, changes, version, payload)

    def fault(self, entry: Entry, column: str, cause: str, **values: Any) -> None:
        self.reading.fault(entry.row, column, cause, **values)

    def new(self, entry: Entry, values: Mapping[str, Any]) -> RowPlan:
        if "version" in values:
            self.fault(entry, "id", "required")
        given = {name: value for name, value in values.items() if name in FIELDS}
        register = given.get("source_zh") and given.get("meeting") is None
        whole = {"basis": Basis.REGISTER if register else Basis.MEETING, **DRAFT, **given}
        status = Status(whole.pop("status"))
        typed = {name: value for name, value in whole.items() if name not in FACETS}
        fields = checked(StatementIn, typed | {"facets": facets_of(whole)}, self.reading, entry.row)
        self.require_consistent(entry, whole)
        self.require_reach(entry, str(given.get("cluster", "")), Status.DRAFT, status)
        if status in {Status.REJECTED, Status.RETIRED}:
            self.fault(entry, "status", "new-status")
        if fields is None or entry.row in self.reading.faulty:
            return self.plan(entry, "", Doing.REFUSED)
        changes = [FieldChange(name, None, given[name]) for name in FIELDS if name in given]
        target = status if status is not Status.DRAFT else None
        work = Work(fields.model_dump(), target)
        return self.plan(entry, str(given["cluster"]), Doing.NEW, changes, payload=work)

    def require_consistent(self, entry: Entry, whole: Mapping[str, Any]) -> None:
        if whole["asks"] and whole.get("kind", StatementKind.GOAL) != StatementKind.GOAL:
            self.fault(entry, "asks", "only-goals-ask")
        if whole["basis"] == Basis.MEETING and whole.get("meeting") is None:
            self.fault(entry, "meeting", "meeting-missing")
        if whole["basis"] == Basis.REGISTER and whole.get("source_zh") is None:
            self.fault(entry, "source_zh", "source-missing")

    def require_reach(self, entry: Entry, cluster: str, before: Status, after: Status) -> None:
        """A representative writes drafts of its own cluster, and nothing else."""
        if self.reach is Reach.ALL:
            return
        if cluster != self.facts.who.cluster:
            self.fault(entry, "cluster", "not-yours", own=self.facts.who.cluster or "")
        elif {before, after} != {Status.DRAFT}:
            self.fault(entry, "status", "drafts-only")

    def changed(self, entry: Entry, values: Mapping[str, Any], view: StatementView) -> RowPlan:
        stored, exported = stored_values(view), "id" in values
        given = {name: values[name] for name in FIELDS if name in values}
        if exported:
            given |= {n: [] if n in FACETS else None for n in FIELDS if n in entry.blank}
        elif "status" in given and given["status"] == Status.DRAFT:
            del given["status"]  # typed once as a draft, and decided since
        changes = differences(stored, given, dict.fromkeys(FACETS, same_set))
        if not changes:
            return self.plan(entry, str(view.id), Doing.UNCHANGED)
        self.require_known(entry, values, view.version, changes, exported=exported)
        self.require_possible(entry, view, changes)
        work = None
        if entry.row not in self.reading.faulty:
            work = self.work(entry, view, {c.column: c.new for c in changes}, given)
        if work is None or entry.row in self.reading.faulty:
            return self.plan(entry, str(view.id), Doing.REFUSED, changes)
        return self.plan(entry, str(view.id), Doing.CHANGED, changes, view.version, work)

    def require_known(
        self,
        entry: Entry,
        values: Mapping[str, Any],
        version: int,
        changes: Sequence[FieldChange],
        *,
        exported: bool,
    ) -> None:
        """Whoever changes an exported statement must have seen it as it is now."""
        known = values.get("version")
        if exported and known is None:
            self.fault(entry, "version", "version-missing")
        elif known not in {None, version}:
            for change in changes:
                both = {"stored": change.old, "given": change.new}
                self.fault(entry, change.column, "moved", known=known, version=version, **both)

    def require_possible(
        self, entry: Entry, view: StatementView, changes: Sequence[FieldChange]
    ) -> None:
        new = {change.column: change.new for change in changes}
        fixed = [*FIXED, *(["quote"] if view.document is not None else [])]
        for name in (name for name in fixed if name in new):
            self.fault(entry, name, "fixed")
        for name in ALWAYS:
            if name in new and new[name] is None:
                self.fault(entry, name, "required")
        if "cluster" in new and new["cluster"] is None:
            self.fault(entry, "cluster", "required")
        whole = stored_values(view) | new
        self.require_consistent(entry, whole)
        status = Status(whole["status"] or view.status)
        for cluster in {view.cluster or "", whole["cluster"] or ""}:
            self.require_reach(entry, cluster, Status(view.status), status)
        if "status" in new and new["status"] is not None and step_to(view.status, status) is None:
            self.fault(entry, "status", "step")
        elif status is Status.CONFIRMED and whole["cluster"] is None:
            self.fault(entry, "cluster", "required")

    def work(
        self,
        entry: Entry,
        view: StatementView,
        new: dict[str, Any],
        given: Mapping[str, Any],
    ) -> Work | None:
        status = new.pop("status", None)
        fields = {name: value for name, value in new.items() if name not in FACETS}
        if any(name in new for name in FACETS):
            whole = stored_values(view) | dict(given)
            fields["facets"] = facets_of(whole)
        model = checked(RowEdit, fields, self.reading, entry.row)
        if model is None:
            return None
        edit = model.model_dump(exclude_unset=True)
        return Work(edit, Status(status) if status else None, view.id)
