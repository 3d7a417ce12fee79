"""Suggestions as cards: the score as a bar, and reasons whose figures add up."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from service.dashboard.citations import Citation, cite
from service.dashboard.directory import Directory
from service.dashboard.figures import apportion, percent, thousandths
from service.dashboard.frame import Link
from service.messages import Catalogue
from service.suggestions.views import (
    ContradictionView,
    LiftView,
    ObstacleView,
    Reason,
    Run,
    Suggestion,
)

TERMS = ("need", "offer", "mutual", "similarity")
CHIPS = 4


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar; ``start`` and ``width`` are percentages of the whole track."""

    term: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Share:
    term: str
    label: str
    figure: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rests on one gap and one strength, or, without them, on whole profiles."""

    topic: str
    direction: str
    shares: Sequence[Share]
    total: str
    gap: Citation | None
    strength: Citation | None


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str
    hint: str


@dataclass(frozen=True, slots=True)
class Card:
    rank: int
    one: Link
    other: Link
    one_about: str
    other_about: str
    """Where it lies and, unless it is a cluster, what it is."""
    pair_href: str
    score: str
    basis: str
    segments: Sequence[Segment]
    figures: Sequence[Figure]
    confidence: str
    confidence_label: str
    causes: str
    chips: Sequence[str]
    more_chips: int
    last_met: str | None
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class ObstacleRow:
    whose: str
    topic: str
    obstacle: str
    left: str
    need: str


@dataclass(frozen=True, slots=True)
class LiftRow:
    claim: str
    score: str
    gain: str
    place: str
    need: Citation | None
    draft: Citation | None


@dataclass(frozen=True, slots=True)
class ContradictionRow:
    statement: Citation
    by: Citation


def card_of(directory: Directory, s: Suggestion) -> Card:
    c = directory.catalogue
    one, other = directory.cluster(s.for_), directory.cluster(s.cluster)
    evidence = evidence_of(directory, s)
    topics = list(dict.fromkeys(part.topic for part in evidence if part.gap))
    return Card(
        rank=s.rank,
        one=one,
        other=other,
        one_about=about(directory, s.for_),
        other_about=about(directory, s.cluster),
        pair_href=f"/pairs/{s.for_}/{s.cluster}",
        score=thousandths(s.score),
        basis=c.translate(f"basis.{s.basis}"),
        segments=segments_of(s),
        figures=figures_of(c, s, one.label, other.label),
        confidence=s.confidence,
        confidence_label=c.translate(f"confidence.{s.confidence}"),
        causes=c.translate("cause.separator").join(
            c.translate(f"cause.{cause.code}", value=cause.value) for cause in s.confidence_causes
        ),
        chips=topics[:CHIPS],
        more_chips=len(topics[CHIPS:]),
        last_met=c.translate("card.last_met", date=c.day(s.last_met)) if s.last_met else None,
        evidence=evidence,
    )


def about(directory: Directory, slug: str) -> str:
    kind = directory.kind(slug) if directory.clusters[slug].kind != "cluster" else ""
    return " · ".join(part for part in (directory.place(slug), kind) if part)


def figures_of(c: Catalogue, s: Suggestion, one: str, other: str) -> list[Figure]:
    def supply(giver: str, taker: str, value: float) -> Figure:
        names = {"giver": giver, "taker": taker}
        label = c.translate("card.supply", **names)
        return Figure(label, thousandths(value), c.translate("card.supply_hint", **names))

    alike = c.translate("card.similarity")
    hint = c.translate("card.whole_profile")
    return [
        supply(other, one, s.need),
        supply(one, other, s.offer),
        Figure(alike, thousandths(s.similarity), hint),
    ]


def segments_of(s: Suggestion) -> list[Segment]:
    """The bar, one part per term, in the order of the legend; its length is the score."""
    found = []
    start = 0.0
    for term in TERMS:
        width = sum(reason.contribution for reason in s.reasons if reason.term == term)
        if width > 0:
            found.append(Segment(term, percent(start), percent(width)))
        start += width
    return found


def evidence_of(directory: Directory, s: Suggestion) -> list[Evidence]:
    """Reasons that rest on the same two statements stand together, the weightiest first.

    The printed figures of all shares sum to the printed score.
    """
    figures = apportion([reason.contribution for reason in s.reasons], s.score)
    pairs = list(zip(s.reasons, figures, strict=True))
    order = {key: place for place, key in reversed(list(enumerate(map(_ground, s.reasons))))}
    pairs.sort(key=lambda pair: order[_ground(pair[0])])
    grouped = [list(group) for _, group in groupby(pairs, key=lambda pair: _ground(pair[0]))]
    found = [(sum(units for _, units in group), _evidence(directory, group)) for group in grouped]
    return [part for _, part in sorted(found, key=lambda pair: -pair[0])]


def _ground(reason: Reason) -> tuple[object, ...]:
    return (reason.gap, reason.strength, reason.topic)


def _evidence(directory: Directory, group: Sequence[tuple[Reason, int]]) -> Evidence:
    c, reason = directory.catalogue, group[0][0]
    direction = ""
    if reason.gap and reason.strength:
        giver = c.pick(reason.strength.name_zh, reason.strength.name_en)
        taker = c.pick(reason.gap.name_zh, reason.gap.name_en)
        direction = c.translate("card.gives", giver=giver, taker=taker)
    return Evidence(
        topic=c.pick(reason.topic_zh, reason.topic_en) or c.translate("card.similarity"),
        direction=direction,
        shares=[
            Share(part.term, c.translate(f"term.{part.term}"), thousandths(units / 1000))
            for part, units in group
        ],
        total=thousandths(sum(units for _, units in group) / 1000),
        gap=cite(directory, reason.gap) if reason.gap else None,
        strength=cite(directory, reason.strength) if reason.strength else None,
    )


def run_lines(directory: Directory, run: Run) -> list[str]:
    """What the numbers depend on, so that anyone can ask for the same again."""
    c = directory.catalogue
    weights = " · ".join(
        f"{c.translate(f'term.{term}')} {value:g}" for term, value in run.weights.items()
    )
    topics = c.translate("list.separator").join(directory.topic(name) for name in run.topics)
    return [
        c.translate("run.revision", revision=run.revision),
        c.translate("run.as_of", date=c.day(run.as_of.isoformat())),
        c.translate("run.scorer", scorer=run.scorer),
        c.translate("run.rank_by", rank_by=c.translate(f"rank_by.{run.rank_by}")),
        c.translate("run.weights", weights=weights),
        *([c.translate("run.topic", topic=topics)] if topics else []),
        c.translate("run.audience", audience=c.translate(f"audience.{run.audience}")),
    ]


def obstacle_row(directory: Directory, view: ObstacleView) -> ObstacleRow:
    c = directory.catalogue
    need = cite(directory, view.gap) if view.gap else None
    return ObstacleRow(
        whose=directory.cluster(view.cluster).label,
        topic=directory.topic(view.topic) if view.topic else "",
        obstacle=c.translate(f"obstacle.{view.code}"),
        left=f"{view.factor:.0%}",
        need=need.words if need else "",
    )


def lift_row(directory: Directory, view: LiftView) -> LiftRow:
    c = directory.catalogue
    key = "pair.draft_claim" if view.draft else "pair.lift_claim"
    name = directory.cluster(view.cluster).label
    return LiftRow(
        claim=c.translate(key, name=name, topic=directory.topic(view.topic)),
        score=thousandths(view.score),
        gain=f"+{thousandths(view.gain)}",
        place=place_of(c, view.rank),
        need=cite(directory, view.gap) if view.gap else None,
        draft=cite(directory, view.draft) if view.draft else None,
    )


def place_of(c: Catalogue, rank: int | None) -> str:
    return c.translate("pair.unlisted") if rank is None else c.translate("pair.place", rank=rank)


def contradiction_row(directory: Directory, view: ContradictionView) -> ContradictionRow:
    return ContradictionRow(cite(directory, view.statement), cite(directory, view.by))
