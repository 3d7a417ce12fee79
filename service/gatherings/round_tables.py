"""Cycles of supply and chains along the value chain, offered as round tables."""

from typing import Literal

from sqlalchemy.orm import Session

from service.access import Principal
from service.gatherings.scope import Scope, read_scope
from service.gatherings.views import GatheringQuery, Table, TableLink, Tables
from service.matching.chains import RoundTable, RoundTables, chains, cycles
from service.matching.links import Link, chain_links, supply_links
from service.matching.supply import best_strength
from service.matching.unmet import FILLED
from service.suggestions.describe import run_of
from service.suggestions.rankings import Rankings

Form = Literal["cycle", "chain", "two_way"]
MOST_SEATS = 5
LIMIT = 10


def round_tables_of(
    session: Session,
    rankings: Rankings,
    who: Principal,
    query: GatheringQuery,
    *,
    form: Form = "cycle",
    seats: int | None = None,
    least_share: float = FILLED,
    limit: int = LIMIT,
) -> Tables:
    """The best round tables of those present; ``seats`` 3 to 5, any of them if None.

    Of each table at least one place lies in the province, and the place asked for sits there.
    """
    scope = read_scope(session, rankings, who, query)
    found = _found(scope, form, seats, least_share, limit)
    return Tables(
        run=run_of(scope.data, scope.query),
        form=form,
        least_share=least_share,
        complete=found.complete,
        tables=[_table(scope, form, table, n) for n, table in enumerate(found.tables, start=1)],
    )


def _found(
    scope: Scope, form: Form, seats: int | None, least_share: float, limit: int
) -> RoundTables:
    shortest, longest = (2, 2) if form == "two_way" else (seats or 3, seats or MOST_SEATS)
    supply = scope.supply()

    def wanted(rows: tuple[int, ...]) -> bool:
        return any(scope.in_province(row) for row in rows) and (
            scope.chosen is None or scope.chosen in rows
        )

    if form == "chain":
        links = chain_links(scope.data.index, supply, least_share)
        return chains(links, shortest=shortest, longest=longest, wanted=wanted, limit=limit)
    return cycles(
        supply_links(supply, least_share),
        len(scope.data.index.clusters),
        shortest=shortest,
        longest=longest,
        through=scope.chosen,
        wanted=wanted,
        limit=limit,
    )


def _table(scope: Scope, form: Form, table: RoundTable, rank: int) -> Table:
    return Table(
        rank=rank,
        form=form,
        weakest=table.weakest,
        total=table.total,
        places=[scope.place(row) for row in table.rows],
        links=[_link(scope, link) for link in table.links],
    )


def _link(scope: Scope, link: Link) -> TableLink:
    data, index = scope.data, scope.data.index
    strength = best_strength(index, link.gap, link.supplier, scope.topics)
    if strength is None:
        raise RuntimeError(f"nothing of {link.supplier} fills {link.gap}, yet they are linked")
    topic = index.taxonomy.topics[int(index.needs.topic[link.gap])].notation
    zh, en = data.labels[topic]
    return TableLink(
        giver=index.clusters[link.supplier].slug,
        taker=index.clusters[link.receiver].slug,
        topic=topic,
        topic_zh=zh,
        topic_en=en,
        share=link.share,
        weight=link.weight,
        gap=data.cited[index.needs.ids[link.gap]],
        strength=data.cited[strength],
    )
