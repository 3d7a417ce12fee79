"""Round tables, gaps and spread lists in the reader's words."""

from collections.abc import Sequence

from service.dashboard.citations import cite
from service.dashboard.directory import Directory
from service.dashboard.figures import percent, thousandths
from service.dashboard.frame import Link
from service.dashboard.gathering_contexts import (
    CandidateGroup,
    CandidateRow,
    GapCard,
    InvitedRow,
    ListEntry,
    ListSection,
    OutsiderRow,
    Party,
    ShownRow,
    TableCard,
    TableStop,
)
from service.dashboard.pairings import about, card_of
from service.gatherings.views import (
    Candidate,
    Gap,
    Invited,
    ListItem,
    Outsider,
    Place,
    Shown,
    SpreadList,
    Table,
    TableLink,
)


def share_of(value: float) -> str:
    return f"{value:.0%}"


def party(directory: Directory, place: Place) -> Party:
    return Party(directory.cluster(place.cluster), about(directory, place.cluster))


def table_card(directory: Directory, table: Table) -> TableCard:
    c = directory.catalogue
    places = [party(directory, place) for place in table.places]
    weakest = min(table.links, key=lambda link: link.weight)
    return TableCard(
        rank=table.rank,
        places=places,
        back=None if table.form == "chain" else places[0].link,
        weakest=thousandths(table.weakest),
        weakest_topic=c.pick(weakest.topic_zh, weakest.topic_en),
        total=thousandths(table.total),
        steps=[
            step(directory, link, onward=table.form != "chain" or link.giver == place.cluster)
            for place, link in zip(table.places, table.links, strict=False)
        ],
    )


def step(directory: Directory, link: TableLink, *, onward: bool) -> TableStop:
    """``onward``: what is given goes on; else the taker's goods go to whom it needs them to."""
    c = directory.catalogue
    giver, taker = directory.cluster(link.giver), directory.cluster(link.taker)
    key = "card.supply" if onward else "tables.outlet"
    return TableStop(
        said=c.translate(key, giver=giver.label, taker=taker.label),
        giver=giver,
        taker=taker,
        topic=c.pick(link.topic_zh, link.topic_en),
        share=share_of(link.share),
        gap=cite(directory, link.gap),
        strength=cite(directory, link.strength),
    )


def gap_card(directory: Directory, gap: Gap, *, of_event: bool) -> GapCard:
    c = directory.catalogue
    here = "gaps.here" if of_event else "gaps.here_registered"
    groups = (("recruits", gap.recruits), ("weak", gap.weak), ("near", gap.near))
    return GapCard(
        rank=gap.rank,
        party=party(directory, gap.place),
        topic=c.pick(gap.topic_zh, gap.topic_en),
        reach=gap.reach,
        reach_label=c.translate(f"reach.{gap.reach}"),
        here=c.translate(here, share=share_of(gap.here)),
        weight=thousandths(gap.weight),
        gap=cite(directory, gap.gap),
        groups=[
            CandidateGroup(c.translate(f"gaps.{name}"), [candidate(directory, row) for row in rows])
            for name, rows in groups
            if rows
        ],
        outside=[outsider(directory, row) for row in gap.outside],
    )


def candidate(directory: Directory, row: Candidate) -> CandidateRow:
    return CandidateRow(
        party=party(directory, row.place),
        share="" if row.share is None else share_of(row.share),
        topic=directory.topic(row.topic),
        strength=cite(directory, row.strength),
    )


def outsider(directory: Directory, row: Outsider) -> OutsiderRow:
    c = directory.catalogue
    return OutsiderRow(
        name=row.name,
        topic=directory.topic(row.topic),
        date=c.day(row.held_on),
        facts=row.facts_zh,
        source=c.pick(row.source_zh, row.source_en),
    )


def invited_row(directory: Directory, row: Invited) -> InvitedRow:
    c = directory.catalogue
    return InvitedRow(
        party=party(directory, row.place),
        fills=[
            c.translate(
                "gaps.filled",
                name=directory.cluster(filled.place.cluster).label,
                topic=directory.topic(filled.topic),
            )
            for filled in row.fills
        ],
        gain=thousandths(row.gain),
    )


def shown_rows(directory: Directory, rows: Sequence[Shown]) -> list[ShownRow]:
    most = max((max(row.before, row.after) for row in rows), default=0) or 1
    return [
        ShownRow(
            party(directory, row.place),
            row.before,
            row.after,
            percent(row.before / most),
            percent(row.after / most),
        )
        for row in rows
    ]


def list_section(directory: Directory, found: SpreadList) -> ListSection:
    c = directory.catalogue
    left = found.worth_after / found.worth_before if found.worth_before else 1.0
    return ListSection(
        party=party(directory, found.place),
        kept=c.translate("exposure.kept", share=share_of(left)),
        entries=[entry(directory, item) for item in found.items],
        dropped=[entry(directory, item) for item in found.dropped],
    )


def entry(directory: Directory, item: ListItem) -> ListEntry:
    c = directory.catalogue
    key = "exposure.rank_kept" if item.kept else "exposure.rank_new"
    moved = c.translate(key, before=item.rank_before)
    return ListEntry(card_of(directory, item.suggestion), moved, item.kept)


def event_link(directory: Directory, id_: int, name: str) -> Link:
    return Link(directory.catalogue.translate("gathering.back", name=name), f"/events/{id_}")
