"""/clusters: the register, and one cluster with what it said, whom it should meet, whom it met."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.access import Action
from service.clock import Today
from service.clusters.usecases import ClusterView, get_cluster, list_clusters
from service.dashboard.contexts import ClusterPage, ClusterRow, ClustersPage, DockingRow
from service.dashboard.directory import (
    Directory,
    Known,
    all_events,
    all_statements,
)
from service.dashboard.event_pages import event_row
from service.dashboard.exchange_pages import export_links
from service.dashboard.filters import ClusterForm, query_string, read_cluster_form
from service.dashboard.frame import Link, make_frame
from service.dashboard.pairings import card_of, run_lines
from service.dashboard.rendering import render
from service.dashboard.statements import grouped
from service.events.dockings import DockingView, list_dockings
from service.exchange.columns import What
from service.exchange.facts import Facts
from service.exchange.output import export_clusters, workbook
from service.guard import Guarded, needs
from service.statements.warnings import warnings_of
from service.suggestions.usecases import suggest_for
from service.suggestions.views import query_of
from service.tables import XLSX, Table, csv_response, download
from service.transactions import ReadSession

router = APIRouter(route_class=Guarded)
PARTNERS = 5
ROWS = 100


@router.get("/clusters")
@needs(Action.READ)
def clusters(
    request: Request, session: ReadSession, directory: Known, cursor: str | None = None
) -> Response:
    c = directory.catalogue
    form = read_cluster_form(directory, request.query_params)
    page = list_clusters(session, **wanted(form), limit=ROWS, cursor=cursor)
    typed = {name: value for name, value in wanted(form).items() if value}
    following = query_string(typed, cursor=page.next_cursor)
    return render(
        request,
        ClustersPage(
            frame=make_frame(request, c.translate("clusters.title"), "clusters"),
            form=form,
            rows=[row_of(directory, view) for view in page.items],
            next_href=f"/clusters{following}" if page.next_cursor else None,
            first_href=f"/clusters{query_string(typed)}" if cursor else None,
            csv_href="/clusters.csv" + query_string(typed),
            xlsx_href="/clusters.xlsx" + query_string(typed),
            import_=Link(c.translate("import.link"), "/import")
            if directory.who.reach(Action.WRITE_CLUSTERS)
            else None,
        ),
        422 if form.kind.error or form.province.error else 200,
    )


def wanted(form: ClusterForm) -> dict[str, str | None]:
    """The filters of ``list_clusters``; a choice that does not exist filters nothing."""
    kind, province = (
        None if field.error else field.value or None for field in (form.kind, form.province)
    )
    return {"kind": kind, "province": province, "q": form.name.value or None}


def row_of(directory: Directory, view: ClusterView) -> ClusterRow:
    c = directory.catalogue
    return ClusterRow(
        name=directory.cluster(view.slug),
        other_name=view.name_en if c.language == "zh" else view.name_zh,
        kind=directory.kind(view.slug),
        place=directory.place(view.slug),
        titles=directory.titles(view),
        products=directory.products(view),
    )


def coordinates(directory: Directory, view: ClusterView) -> str | None:
    """Degrees to one decimal: the register's are approximate."""
    if view.latitude is None or view.longitude is None:
        return None
    return directory.catalogue.translate(
        "cluster.coordinates", latitude=f"{view.latitude:.1f}", longitude=f"{view.longitude:.1f}"
    )


@router.get("/clusters.csv")
@needs(Action.READ)
def clusters_csv(request: Request, session: ReadSession, directory: Known) -> Response:
    _, table = exported(request, session, directory)
    return csv_response(table, "duijie-clusters")


@router.get("/clusters.xlsx")
@needs(Action.READ)
def clusters_xlsx(request: Request, session: ReadSession, directory: Known) -> Response:
    facts, table = exported(request, session, directory)
    return download(workbook(facts, {What.CLUSTERS: table}), XLSX, "duijie-clusters.xlsx")


def exported(request: Request, session: ReadSession, directory: Directory) -> tuple[Facts, Table]:
    """In the shape that can be imported, with the filters of the page."""
    form = read_cluster_form(directory, request.query_params)
    return export_clusters(session, directory.who, directory.catalogue, **wanted(form))


@router.get("/clusters/{slug}")
@needs(Action.READ)
def cluster(
    slug: str, request: Request, session: ReadSession, today: Today, directory: Known
) -> Response:
    c = directory.catalogue
    view = get_cluster(session, slug)
    said = all_statements(session, directory.who, cluster=view.slug, status="confirmed")
    warnings = warnings_of(session, directory.who, [s.id for s in said])
    query = query_of(directory.who, today, top=PARTNERS)
    ranking = suggest_for(session, request.app.state.rankings, view.slug, query)
    events = [
        event for event in all_events(session, directory.who) if view.slug in event.participants
    ]
    row = row_of(directory, view)
    page = ClusterPage(
        frame=make_frame(request, row.name.label, "clusters"),
        name=row.name.label,
        other_name=row.other_name,
        kind=row.kind,
        place=row.place,
        coordinates=coordinates(directory, view),
        part_of=directory.cluster(view.part_of) if view.part_of else None,
        aliases=c.translate("list.separator").join(view.aliases),
        titles=directory.titles(view),
        products=directory.products(view),
        said=grouped(directory, said, warnings),
        exports=export_links(c, f"&cluster={view.slug}", What.STATEMENTS),
        partners=[card_of(directory, s) for s in ranking.suggestions],
        partners_href="/" + query_string({"cluster": row.name.label}),
        dockings=[docking_row(directory, held) for held in list_dockings(session, view.slug)],
        events=[event_row(directory, event) for event in events],
        run=run_lines(directory, ranking.run),
    )
    return render(request, page)


def docking_row(directory: Directory, docking: DockingView) -> DockingRow:
    c = directory.catalogue
    known = directory.cluster(docking.partner) if docking.registered else None
    return DockingRow(
        partner=known or Link(docking.partner, ""),
        date=c.day(docking.held_on),
        topic=directory.topic(docking.topic),
        facts=docking.facts_zh,
        source=c.pick(docking.source_zh, docking.source_en),
    )
