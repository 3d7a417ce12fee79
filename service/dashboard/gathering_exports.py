"""Round tables and gaps as tables to take along."""

from service.dashboard.citations import cite
from service.dashboard.directory import Directory
from service.dashboard.exports import heads, side
from service.gatherings.views import Exposure, Gaps, ListItem, SpreadLists, Tables
from service.tables import Cell, Table

LINK_COLUMNS = (
    *("rank", "places", "weakest", "total", "step", "giver", "taker", "topic", "share", "weight"),
    *("gap_cluster", "gap_kind", "gap_quote", "gap_source"),
    *("strength_cluster", "strength_quote", "strength_source", "as_of", "revision"),
)
GAP_COLUMNS = (
    *("rank", "cluster_of_need", "province", "topic", "weight", "here", "reach"),
    *("gap_cluster", "gap_kind", "gap_quote", "gap_source"),
    *("ask_how", "ask", "share"),
    *("strength_cluster", "strength_quote", "strength_source", "as_of", "revision"),
)

LIST_COLUMNS = (
    *("for", "rank", "cluster", "score", "rank_before", "moved", "topic"),
    *("gap_cluster", "gap_kind", "gap_quote", "gap_source"),
    *("strength_cluster", "strength_quote", "strength_source", "as_of", "revision"),
)
PRICE_COLUMNS = (*("spread", "loss", "largest_loss", "gini", "most", "never", "envious", "beyond"),)


def link_table(directory: Directory, found: Tables) -> Table:
    """A row for each link of each table."""
    c, run = directory.catalogue, found.run
    rows: list[list[Cell]] = []
    for table in found.tables:
        names = [directory.cluster(place.cluster).label for place in table.places]
        for number, link in enumerate(table.links, start=1):
            rows.append(
                [
                    *(table.rank, " → ".join(names), table.weakest, table.total, number),
                    directory.cluster(link.giver).label,
                    directory.cluster(link.taker).label,
                    *(c.pick(link.topic_zh, link.topic_en), link.share, link.weight),
                    *side(cite(directory, link.gap), with_kind=True),
                    *side(cite(directory, link.strength)),
                    *(run.as_of.isoformat(), run.revision),
                ]
            )
    return Table(heads(directory, LINK_COLUMNS), rows)


def gap_table(directory: Directory, found: Gaps) -> Table:
    """A row for each gap and each one who could be asked; one without anybody has its own row."""
    c, run = directory.catalogue, found.run
    rows: list[list[Cell]] = []
    for gap in found.gaps:
        start: list[Cell] = [
            *(gap.rank, directory.cluster(gap.place.cluster).label, gap.place.province or ""),
            *(c.pick(gap.topic_zh, gap.topic_en), gap.weight, gap.here),
            c.translate(f"reach.{gap.reach}"),
            *side(cite(directory, gap.gap), with_kind=True),
        ]
        end: list[Cell] = [run.as_of.isoformat(), run.revision]
        asked: list[list[Cell]] = [
            [
                c.translate(f"gaps.{how}"),
                directory.cluster(row.place.cluster).label,
                "" if row.share is None else row.share,
                *side(cite(directory, row.strength)),
            ]
            for how, group in (("recruits", gap.recruits), ("weak", gap.weak), ("near", gap.near))
            for row in group
        ]
        asked += [
            [
                *(c.translate("gaps.outside"), row.name, "", row.name, row.facts_zh),
                f"{c.pick(row.source_zh, row.source_en)} · {c.day(row.held_on)}",
            ]
            for row in gap.outside
        ]
        rows += [[*start, *row, *end] for row in asked or [[""] * 6]]
    return Table(heads(directory, GAP_COLUMNS), rows)


def list_table(directory: Directory, found: SpreadLists) -> Table:
    """A row for each entry, those that made room included, with its strongest reason."""
    rows: list[list[Cell]] = []
    for one in found.lists:
        owner = directory.cluster(one.place.cluster).label
        for items, dropped in ((one.items, False), (one.dropped, True)):
            rows += [
                [
                    *(owner, *entry_cells(directory, item, dropped=dropped)),
                    *(found.run.as_of.isoformat(), found.run.revision),
                ]
                for item in items
            ]
    return Table(heads(directory, LIST_COLUMNS), rows)


def entry_cells(directory: Directory, item: ListItem, *, dropped: bool) -> list[Cell]:
    c, s = directory.catalogue, item.suggestion
    moved = "dropped" if dropped else "kept" if item.kept else "new"
    reason = next((reason for reason in s.reasons if reason.gap), None)
    gap = cite(directory, reason.gap) if reason and reason.gap else None
    strength = cite(directory, reason.strength) if reason and reason.strength else None
    return [
        *("" if dropped else s.rank, directory.cluster(s.cluster).label, s.score),
        *(item.rank_before, c.translate(f"moved.{moved}")),
        c.pick(reason.topic_zh, reason.topic_en) if reason else "",
        *side(gap, with_kind=True),
        *side(strength),
    ]


def price_table(directory: Directory, figures: Exposure) -> Table:
    """What each price costs and gives."""
    c = directory.catalogue
    views = {view.spread: view for view in (figures.before, *figures.choices, figures.after)}
    rows: list[list[Cell]] = [
        [
            *(view.spread, view.loss, view.largest_loss, view.gini, view.most, view.never),
            *(view.envious, view.envious_beyond_one),
        ]
        for _, view in sorted(views.items())
    ]
    return Table([c.translate(f"exposure.{name}") for name in PRICE_COLUMNS], rows)
