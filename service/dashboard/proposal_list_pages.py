"""/proposals as a list and as files."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.access import Action
from service.dashboard.account_forms import choice
from service.dashboard.directory import PAGE, Directory, Known, read_all
from service.dashboard.exports import heads
from service.dashboard.fields import Input
from service.dashboard.filters import KINDS, Typed, query_string, word_field
from service.dashboard.frame import Link, make_frame
from service.dashboard.moments import moment, zone_of
from service.dashboard.rendering import render
from service.dashboard.trust_contexts import (
    DismissedRow,
    ProposalRow,
    ProposalsForm,
    ProposalsPage,
)
from service.guard import Guarded, needs
from service.messages import Catalogue
from service.paging import Cursor
from service.proposals.listing import Asked, list_proposals
from service.proposals.usecases import list_dismissals
from service.proposals.views import DismissalView, ProposalView
from service.tables import Cell, Table, csv_response, xlsx_response
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
ROWS = 50
TYPED = ("q", "kind", "near")
NEAR = {"yes": True, "no": False}
STEPS = ("accepted", "merged", "dismissed", "restored")
COLUMNS = ("place", "kind", "drafts", "documents", "meetings", "first_seen", "near")
FILE = "duijie-proposals"


def typed_of(request: Request) -> dict[str, str]:
    values = {name: request.query_params.get(name, "").strip()[:80] for name in TYPED}
    return {name: value for name, value in values.items() if value}


def read_form(c: Catalogue, typed: Typed) -> ProposalsForm:
    hint = c.translate("filter.name_hint")
    near = [("", c.translate("filter.any"))]
    near += [(name, c.translate(f"proposals.near_{name}")) for name in NEAR]
    return ProposalsForm(
        name=Input("q", c.translate("filter.name"), typed.get("q", ""), hint),
        kind=word_field(c, "kind", typed.get("kind", ""), KINDS, "proposals.kind"),
        near=choice(c, "near", c.translate("proposals.near"), typed.get("near", ""), near),
    )


def asked_of(form: ProposalsForm) -> Asked:
    """A choice that does not exist filters nothing."""
    kind = None if form.kind.error else form.kind.value or None
    return Asked(q=form.name.value, kind=kind, near=NEAR.get(form.near.value))


@router.get("/proposals")
@needs(Action.WRITE_CLUSTERS)
def proposals(
    request: Request, session: ReadSession, directory: Known, cursor: Cursor = None
) -> Response:
    c, zone = directory.catalogue, zone_of(request)
    typed = typed_of(request)
    form = read_form(c, typed)
    lexicon = request.app.state.extractor.lexicon(session)
    page = list_proposals(
        session, directory.who, lexicon, asked_of(form), limit=ROWS, cursor=cursor
    )
    done = request.query_params.get("done")
    following = query_string(typed, cursor=page.next_cursor)
    shown = ProposalsPage(
        frame=make_frame(request, c.translate("proposals.title"), "proposals"),
        form=form,
        rows=[row_of(directory, view, zone) for view in page.items],
        dismissed=[
            dismissed_row(directory, view, zone) for view in list_dismissals(session, directory.who)
        ],
        next_href=f"/proposals{following}" if page.next_cursor else None,
        first_href=f"/proposals{query_string(typed)}" if cursor else None,
        csv_href="/proposals.csv" + query_string(typed),
        xlsx_href="/proposals.xlsx" + query_string(typed),
        done=c.translate(f"proposals.done_{done}") if done in STEPS else None,
    )
    return render(request, shown, 422 if form.errors else 200)


def row_of(directory: Directory, view: ProposalView, zone: str) -> ProposalRow:
    c = directory.catalogue
    return ProposalRow(
        place=Link(view.name, f"/proposals/{view.key}"),
        kind=c.translate(f"kind.{view.kind}"),
        drafts=view.drafts,
        documents=[
            Link(
                f"{c.pick(source.title_zh, source.title_en)} · {source.filename}",
                f"/meetings/{source.meeting}/documents/{source.document}",
            )
            for source in view.documents
        ],
        first_seen=moment(c, view.first_seen, zone),
        near=[
            Link(
                c.translate(
                    "proposals.near_name",
                    name=directory.cluster(near.cluster).label,
                    percent=round(100 * near.likeness),
                ),
                f"/clusters/{near.cluster}",
            )
            for near in view.near
        ],
    )


def dismissed_row(directory: Directory, view: DismissalView, zone: str) -> DismissedRow:
    return DismissedRow(
        name=view.name,
        reason=view.reason,
        statements=view.statements,
        by=view.dismissed_by,
        at=moment(directory.catalogue, view.dismissed_at, zone),
        restore_href=f"/proposals/{view.key}/restore",
    )


@router.get("/proposals.csv")
@needs(Action.WRITE_CLUSTERS)
def proposals_csv(request: Request, session: ReadSession, directory: Known) -> Response:
    return csv_response(proposal_table(directory, found(request, session, directory)), FILE)


@router.get("/proposals.xlsx")
@needs(Action.WRITE_CLUSTERS)
def proposals_xlsx(request: Request, session: ReadSession, directory: Known) -> Response:
    views = found(request, session, directory)
    made = max((view.first_seen for view in views), default=request.app.state.clock())
    title = directory.catalogue.translate("proposals.title")
    return xlsx_response({title: proposal_table(directory, views)}, FILE, made)


def found(request: Request, session: ReadSession, directory: Directory) -> list[ProposalView]:
    asked = asked_of(read_form(directory.catalogue, typed_of(request)))
    lexicon = request.app.state.extractor.lexicon(session)
    return read_all(
        lambda cursor: list_proposals(
            session, directory.who, lexicon, asked, limit=PAGE, cursor=cursor
        )
    )


def proposal_table(directory: Directory, views: list[ProposalView]) -> Table:
    c = directory.catalogue
    rows: list[list[Cell]] = [
        [
            *(view.name, c.translate(f"kind.{view.kind}"), view.drafts),
            "; ".join(source.filename for source in view.documents),
            "; ".join(c.pick(source.title_zh, source.title_en) for source in view.documents),
            view.first_seen.isoformat(),
            "; ".join(near.cluster for near in view.near),
        ]
        for view in views
    ]
    return Table(heads(directory, COLUMNS), rows)
