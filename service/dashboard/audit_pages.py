"""/audit: who did what, when and from where; and what it was before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.access import Action
from service.audit.export import MOST, Heading, audit_table, collect
from service.audit.usecases import AuditView, list_entries
from service.clock import Now
from service.dashboard.access_contexts import AuditForm, AuditPage, AuditRow
from service.dashboard.audit_words import (
    DONE,
    TO_ALL,
    ChangedField,
    changed_fields,
    done,
    entry_href,
    entry_name,
)
from service.dashboard.errors import unreadable
from service.dashboard.fields import Input, OptionGroup, Select, plain_options
from service.dashboard.filters import Typed, query_string
from service.dashboard.frame import Link, Reader, make_frame
from service.dashboard.moments import beginning, end, moment, zone_of
from service.dashboard.rendering import render
from service.guard import Guarded, needs
from service.messages import Catalogue
from service.paging import Cursor
from service.tables import csv_response, xlsx_response
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
ROWS = 50
TYPED = ("actor", "action", "entry", "since", "until")
Wanted = dict[str, str | datetime | None]


@dataclass(frozen=True, slots=True)
class Asked:
    form: AuditForm
    wanted: Wanted
    """Filters of ``list_entries``."""
    query: Typed


@router.get("/audit")
@needs(Action.READ_AUDIT)
def audit(request: Request, session: ReadSession, c: Reader, cursor: Cursor = None) -> Response:
    zone = zone_of(request)
    asked = read_form(request, c)
    page = list_entries(session, limit=ROWS, cursor=cursor, **asked.wanted)
    following = query_string(asked.query, cursor=page.next_cursor)
    shown = AuditPage(
        frame=make_frame(request, c.translate("audit.title"), "audit"),
        form=asked.form,
        rows=[] if asked.form.errors else [row_of(c, e, zone) for e in page.items],
        zone=zone,
        next_href=f"/audit{following}" if page.next_cursor else None,
        first_href=f"/audit{query_string(asked.query)}" if cursor else None,
        csv_href="/audit.csv" + query_string(asked.query),
        xlsx_href="/audit.xlsx" + query_string(asked.query),
        most=MOST,
    )
    return render(request, shown, 422 if asked.form.errors else 200)


def row_of(c: Catalogue, entry: AuditView, zone: str) -> AuditRow:
    changes = changed_fields(c, entry, zone)
    same = {"action": entry.entity, "entry": entry.entity_id}
    return AuditRow(
        at=moment(c, entry.at, zone),
        actor=Link(entry.actor, "/audit" + query_string({"actor": entry.actor})),
        origin=entry.origin or c.translate("audit.this_machine"),
        done=done(c, entry.action),
        entry=Link(
            entry_name(c, entry.entity, entry.entity_id),
            entry_href(entry.entity, entry.entity_id) or "",
        ),
        history_href="/audit" + query_string(same),
        version="" if entry.version is None else str(entry.version),
        changes=changes,
        note=note_of(c, entry, changes),
        request_id=entry.request_id or "",
    )


def note_of(c: Catalogue, entry: AuditView, changes: Sequence[ChangedField]) -> str:
    """Why there is no comparison, where one would be expected."""
    if entry.erased:
        return c.translate("audit.erased")
    wordless = entry.before is None and entry.after is None
    return "" if wordless or changes else c.translate("audit.unchanged")


@router.get("/audit.csv")
@needs(Action.READ_AUDIT)
def audit_csv(request: Request, session: ReadSession, c: Reader) -> Response:
    asked = read_form(request, c)
    if asked.form.errors:
        return unreadable(request, asked.form.errors)
    page = collect(session, cursor=None, **asked.wanted)
    return csv_response(audit_table(page.items, heading(c)), "duijie-audit")


@router.get("/audit.xlsx")
@needs(Action.READ_AUDIT)
def audit_xlsx(request: Request, session: ReadSession, c: Reader, now: Now) -> Response:
    asked = read_form(request, c)
    if asked.form.errors:
        return unreadable(request, asked.form.errors)
    page = collect(session, cursor=None, **asked.wanted)
    sheets = {c.translate("audit.title"): audit_table(page.items, heading(c))}
    made = max((entry.at for entry in page.items), default=now)
    return xlsx_response(sheets, "duijie-audit", made)


def heading(c: Catalogue) -> Heading:
    return lambda name: c.translate(f"column.{name}")


def read_form(request: Request, c: Catalogue) -> Asked:
    given = {name: request.query_params.get(name, "").strip()[:160] for name in TYPED}
    zone = zone_of(request)
    since, begin = day_field(c, "since", given["since"], zone)
    until, over = day_field(c, "until", given["until"], zone)
    form = AuditForm(
        actor=text_field(c, "actor", given["actor"]),
        action=action_field(c, given["action"]),
        entry=text_field(c, "entry", given["entry"]),
        since=since,
        until=until,
    )
    wanted: Wanted = {
        "actor": given["actor"] or None,
        "action": None if form.action.error else given["action"] or None,
        "entity_id": given["entry"] or None,
        "since": begin,
        "until": over,
    }
    return Asked(form, wanted, {name: value for name, value in given.items() if value})


def text_field(c: Catalogue, name: str, value: str) -> Input:
    hint = c.translate(f"audit.{name}_hint")
    return Input(name, c.translate(f"audit.{name}"), value, hint)


def day_field(c: Catalogue, name: str, value: str, zone: str) -> tuple[Input, datetime | None]:
    read = beginning if name == "since" else end
    label, hint = c.translate(f"audit.{name}"), c.translate("audit.day_hint")
    try:
        return Input(name, label, value, hint), read(value, zone) if value else None
    except ValueError:
        return Input(name, label, value, hint, c.translate("filter.as_of_invalid")), None


def action_field(c: Catalogue, value: str) -> Select:
    """All that is done to one kind of entry, or one thing that is done to it."""
    groups = [plain_options([("", c.translate("filter.any"))], value)]
    for entity, steps in DONE.items():
        label = c.translate(f"entity.{entity}")
        every = (entity, c.translate("audit.all_of", entity=label))
        each = [(f"{entity}.{step}", done(c, f"{entity}.{step}")) for step in (*steps, *TO_ALL)]
        groups.append(OptionGroup(label, plain_options([every, *each], value).options))
    known = {option.value for group in groups for option in group.options}
    error = None if value in known else c.translate("filter.choice_invalid", value=value[:80])
    return Select("action", c.translate("audit.action"), value, groups, error)
