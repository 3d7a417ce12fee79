"""Links between places: who fills whose need, and which way the goods go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from service.matching.index import MatchIndex
from service.matching.supply import Supply
from service.matching.unmet import FILLED

VALUE_CHAIN = (
    ("fibre_yarn",),
    ("fabric",),
    ("dyeing",),
    ("trims",),
    ("garment_making", "home_textile", "technical_textile"),
    ("washing",),
    ("brand", "market_access", "ecommerce", "wholesale_market"),
)
"""What goods pass through, first to last; special cases stand where their topic does."""
LAST = len(VALUE_CHAIN) - 1


@dataclass(frozen=True, slots=True)
class Link:
    """``supplier`` fills the need ``gap`` (a position) of ``receiver``, rows of the index.

    ``weight`` is the need's weight times ``share``, how far it is filled. In a chain ``before`` and
    ``after`` are the rows that the goods come from and go to, and ``leaves`` and ``reaches`` the
    stages of the value chain at which they do (None: any); whoever lacks a market or customers
    gives goods to the one that has them.
    """

    supplier: int
    receiver: int
    gap: int
    share: float
    weight: float
    before: int
    after: int
    leaves: int | None = None
    reaches: int | None = None


def supply_links(supply: Supply, least_share: float = FILLED) -> dict[tuple[int, int], Link]:
    """For each supplier and receiver the link of most weight whose share is at least the given.

    Ties to the need that stands first.
    """
    best: dict[tuple[int, int], Link] = {}
    for link in _links(supply, least_share):
        ends = (link.supplier, link.receiver)
        if ends not in best or link.weight > best[ends].weight:
            best[ends] = link
    return best


def _links(supply: Supply, least_share: float) -> Iterator[Link]:
    lines, columns = np.nonzero((supply.share >= least_share) & (supply.share > 0))
    for line, column in zip(lines.tolist(), columns.tolist(), strict=True):
        share, weight = float(supply.share[line, column]), float(supply.weight[line])
        giver, taker = int(supply.suppliers[column]), int(supply.receiver[line])
        yield Link(giver, taker, int(supply.gaps[line]), share, weight * share, giver, taker)


def chain_links(index: MatchIndex, supply: Supply, least_share: float = FILLED) -> list[Link]:
    """Links along the value chain, in the direction of the goods.

    Whoever makes something of what it needs takes the goods. Whoever needs a market, or a trade
    that comes after all that it makes itself (a weaver in want of garment makers), gives its own.
    """
    stages = _stages(index)
    made = _made(index, stages)
    found: dict[tuple[int, int, int | None, int | None], Link] = {}
    for link in _links(supply, least_share):
        stage = stages[int(index.needs.topic[link.gap])]
        if stage is None:
            continue
        source = _source_stage(index, stages, index.needs.ids[link.gap])
        own = made[link.receiver] if source is None else {source}
        if own <= {stage}:
            continue
        ends: tuple[int, int]
        places: tuple[int | None, int | None]
        if stage == LAST or max(own) < stage:
            ends, places = (link.receiver, link.supplier), (source, stage)
        else:
            ends, places = (link.supplier, link.receiver), (stage, source)
        key = (*ends, *places)
        if key not in found or link.weight > found[key].weight:
            found[key] = Link(
                link.supplier, link.receiver, link.gap, link.share, link.weight, *ends, *places
            )
    return list(found.values())


def _stages(index: MatchIndex) -> list[int | None]:
    """The stage of each topic, None off the chain."""
    stages: list[int | None] = [None] * len(index.taxonomy.topics)
    for stage, tops in enumerate(VALUE_CHAIN):
        for top in tops:
            if top in index.taxonomy.position:
                for topic in np.flatnonzero(index.taxonomy.within[:, index.taxonomy.index(top)]):
                    stages[int(topic)] = stage
    return stages


def _made(index: MatchIndex, stages: Sequence[int | None]) -> list[set[int]]:
    """The stages at which each row has strengths."""
    made: list[set[int]] = [set() for _ in index.clusters]
    for row, topic in zip(
        index.strengths.row.tolist(), index.strengths.topic.tolist(), strict=True
    ):
        stage = stages[topic]
        if stage is not None:
            made[row].add(stage)
    return made


def _source_stage(index: MatchIndex, stages: Sequence[int | None], gap_id: str) -> int | None:
    """The stage of what an inferred need follows from: what its owner makes."""
    source = index.statements.get(index.statements[gap_id].follows_from or "")
    return None if source is None else stages[index.taxonomy.index(source.topic)]
