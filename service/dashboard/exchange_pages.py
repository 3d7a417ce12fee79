"""/import: tables in, after a look at what they would change; and where to get tables out."""

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service.access import Action, Principal
from service.clock import Now
from service.dashboard.exchange_contexts import (
    ChangedRow,
    FaultRow,
    FieldRow,
    ImportPage,
    Kept,
    Result,
)
from service.dashboard.fields import Select, plain_options
from service.dashboard.frame import Link, Reader, make_frame
from service.dashboard.rendering import render
from service.errors import DomainError, PlanChanged, TooLarge, UnreadableTable
from service.exchange import usecases
from service.exchange.columns import What, sheet_name
from service.exchange.plans import Doing, RowPlan
from service.exchange.sheets import Sheet
from service.exchange.usecases import Outcome
from service.exchange.wording import Wording, pointer
from service.guard import Caller, Guarded, needs
from service.messages import Catalogue

router = APIRouter(route_class=Guarded)
LARGEST = 6 * 1024 * 1024
"""Bytes of a file: the page gives it back to its reader, whose form sends it again."""
LARGEST_PART = 9 * 1024 * 1024
ROWS = FAULTS = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """The form; ``content`` is None where no file was chosen."""

    name: str
    content: bytes | None
    what: str
    plan: str | None
    apply: bool


async def _sent(request: Request) -> Sent:
    async with request.form(max_files=1, max_fields=20, max_part_size=LARGEST_PART) as form:
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        file, name = form.get("file"), texts.get("name", "")
        content = unpacked(texts.get("content", ""))
        if isinstance(file, UploadFile) and file.filename:
            content, name = await file.read(), file.filename
    return Sent(
        name=name[:200],
        content=content,
        what=texts.get("what", ""),
        plan=texts.get("plan"),
        apply="apply" in texts,
    )


Form = Annotated[Sent, Depends(_sent)]


def packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content)).decode()


def unpacked(text: str) -> bytes | None:
    """The reverse, None for nothing; what is no such text is an empty file."""
    if not text:
        return None
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        return b""


@router.get("/import")
@needs(Action.WRITE_STATEMENTS)
def form(request: Request, who: Caller, c: Reader) -> Response:
    return page(request, who, c)


@router.post("/import")
@needs(Action.WRITE_STATEMENTS)
def take_in(request: Request, who: Caller, c: Reader, sent: Form, now: Now) -> Response:
    what = What(sent.what) if sent.what in list(What) else None
    if sent.content is None:
        error = c.translate("import.file_missing")
        return page(request, who, c, what=sent.what, error=error, status=422)
    try:
        sheets = sheets_of(sent.content)
        if sent.apply:
            return applied(request, who, c, sent, sheets, what, now)
        return rehearsed(request, who, c, sent, sheets, what)
    except (UnreadableTable, TooLarge) as refusal:
        error = c.detail_of(refusal)
        return page(request, who, c, what=sent.what, error=error, status=422)


def sheets_of(content: bytes) -> list[Sheet]:
    if len(content) > LARGEST:
        raise TooLarge("table-size", limit=LARGEST // 1024**2)
    return usecases.read_file(content)


def rehearsed(
    request: Request,
    who: Principal,
    c: Catalogue,
    sent: Sent,
    sheets: Sequence[Sheet],
    what: What | None,
    refusal: DomainError | None = None,
) -> Response:
    """The dry run, after ``refusal`` of an attempt to apply another one."""
    with request.app.state.sessions.read() as session:
        outcome = usecases.rehearse(session, who, sheets, c, what)
    error = c.detail_of(refusal) if refusal else None
    status = 412 if refusal else 422 if outcome.plan.faults else 200
    result = result_of(c, sent, outcome)
    return page(request, who, c, what=sent.what, error=error, result=result, status=status)


def applied(
    request: Request,
    who: Principal,
    c: Catalogue,
    sent: Sent,
    sheets: Sequence[Sheet],
    what: What | None,
    now: Now,
) -> Response:
    try:
        with request.app.state.sessions.write() as session:
            outcome = usecases.apply(
                *(session, who, sheets, c, what),
                expected=sent.plan or "",
                now=now,
                time_zone=request.app.state.settings.time_zone,
            )
    except (PlanChanged, usecases.RefusedOutcome) as refusal:
        return rehearsed(request, who, c, sent, sheets, what, refusal)
    return page(request, who, c, what=sent.what, result=result_of(c, sent, outcome))


def result_of(c: Catalogue, sent: Sent, outcome: Outcome) -> Result:
    plan, wording = outcome.plan, outcome.wording
    rows = [row for row in plan.rows if row.doing in {Doing.NEW, Doing.CHANGED}]
    counts = wording.counts(plan)
    more_faults, more_rows = len(plan.faults) - FAULTS, len(rows) - ROWS
    can_apply = bool(rows) and not plan.faults and not outcome.applied
    kept = Kept(sent.name, packed(sent.content or b""), sent.what, plan.digest)
    return Result(
        title=c.translate(f"import.{'applied' if outcome.applied else 'result'}", file=sent.name),
        counts=counts,
        message=message_of(c, outcome, counts),
        applied=outcome.applied,
        warnings=list(wording.warnings(plan)),
        faults=[FaultRow(pointer(f), wording.sentence(f)) for f in plan.faults[:FAULTS]],
        more_faults=c.translate("import.more_wrong", count=more_faults)
        if more_faults > 0
        else None,
        rows=[changed_row(c, wording, row) for row in rows[:ROWS]],
        more_rows=c.translate("import.more_rows", count=more_rows) if more_rows > 0 else None,
        kept=kept if can_apply else None,
    )


def message_of(c: Catalogue, outcome: Outcome, counts: Sequence[str]) -> str | None:
    if outcome.plan.faults:
        return c.translate("import.wrong", count=len(outcome.plan.faults))
    if not outcome.plan.changes_something:
        return c.translate("import.nothing")
    if outcome.applied:
        return c.translate("import.done", counts=c.translate("list.separator").join(counts))
    return None


def changed_row(c: Catalogue, wording: Wording, row: RowPlan) -> ChangedRow:
    fields = [
        FieldRow(label, None if row.doing is Doing.NEW else old, new)
        for label, old, new in (wording.change(row.what, change) for change in row.changes)
    ]
    is_known = row.what is What.CLUSTERS and row.doing is Doing.CHANGED
    return ChangedRow(
        place=f"{row.sheet}!{row.row}" if row.sheet else str(row.row),
        doing=row.doing,
        label=c.translate(f"exchange.doing.{row.doing}"),
        entry=wording.entry(row),
        href=f"/clusters/{row.entry}" if is_known else None,
        fields=fields,
    )


def page(
    request: Request,
    who: Principal,
    c: Catalogue,
    *,
    what: str = "",
    error: str | None = None,
    result: Result | None = None,
    status: int = 200,
) -> Response:
    kinds = [kind for kind in What if who.reach(usecases.WRITING[kind]) is not None]
    options = [("", c.translate("import.what_any"))] if len(kinds) > 1 else []
    options += [(kind.value, sheet_name(c, kind)) for kind in kinds]
    shown = ImportPage(
        frame=make_frame(request, c.translate("import.title"), "import"),
        what=Select("what", c.translate("import.what"), what, [plain_options(options, what)]),
        error=error,
        result=result,
        templates=template_links(c),
        exports=export_links(c),
    )
    return render(request, shown, status)


def template_links(c: Catalogue) -> list[Link]:
    base, lang = "/api/v1/exchange", f"?lang={c.language}"
    return [
        Link(c.translate("import.template_xlsx"), f"{base}/template.xlsx{lang}"),
        *(
            Link(c.translate(f"import.template_{what}"), f"{base}/{what}-template.csv{lang}")
            for what in What
        ),
    ]


def export_links(c: Catalogue, query: str = "", *kinds: What) -> list[Link]:
    """Of every kind, or of ``kinds``; ``query`` narrows them and begins with ``&``."""
    return [
        Link(
            f"{c.translate(f'import.export_{what}')} {kind.upper()}",
            f"/api/v1/exchange/{what}.{kind}?lang={c.language}{query}",
        )
        for what in kinds or What
        for kind in ("xlsx", "csv")
    ]
