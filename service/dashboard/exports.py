"""What a page shows as a table to take along."""

from collections.abc import Sequence

from service.dashboard.citations import Citation, cite
from service.dashboard.directory import Directory
from service.dashboard.pairings import run_lines
from service.suggestions.views import Ranking, Suggestion
from service.tables import Cell, Table

PAIR_COLUMNS = (
    *("rank", "for", "for_zh", "for_en", "cluster", "cluster_zh", "cluster_en"),
    *("score", "basis", "need", "offer", "mutual", "similarity"),
    *("confidence", "causes", "last_met"),
)
REASON_COLUMNS = (
    *("term", "contribution", "topic"),
    *("gap_cluster", "gap_kind", "gap_quote", "gap_source"),
    *("strength_cluster", "strength_quote", "strength_source", "as_of", "revision"),
)


def heads(directory: Directory, columns: Sequence[str]) -> list[str]:
    return [directory.catalogue.translate(f"column.{name}") for name in columns]


def pair_table(directory: Directory, ranking: Ranking) -> Table:
    rows = [pair_cells(directory, s) for s in ranking.suggestions]
    return Table(heads(directory, PAIR_COLUMNS), rows)


def pair_cells(directory: Directory, s: Suggestion) -> list[Cell]:
    c = directory.catalogue
    causes = [
        c.translate(f"cause.{cause.code}", value=cause.value) for cause in s.confidence_causes
    ]
    return [
        *(s.rank, s.for_, s.for_name_zh, s.for_name_en, s.cluster, s.name_zh, s.name_en),
        *(s.score, c.translate(f"basis.{s.basis}"), s.need, s.offer, s.mutual, s.similarity),
        c.translate(f"confidence.{s.confidence}"),
        c.translate("cause.separator").join(causes),
        s.last_met or "",
    ]


def reason_table(directory: Directory, ranking: Ranking) -> Table:
    """A row for each reason of each pair; the contributions of a pair sum to its score."""
    c, run = directory.catalogue, ranking.run
    rows = [
        [
            *pair_cells(directory, s),
            c.translate(f"term.{reason.term}"),
            reason.contribution,
            c.pick(reason.topic_zh, reason.topic_en),
            *side(cite(directory, reason.gap) if reason.gap else None, with_kind=True),
            *side(cite(directory, reason.strength) if reason.strength else None),
            run.as_of.isoformat(),
            run.revision,
        ]
        for s in ranking.suggestions
        for reason in s.reasons
    ]
    return Table(heads(directory, (*PAIR_COLUMNS, *REASON_COLUMNS)), rows)


def side(citation: Citation | None, *, with_kind: bool = False) -> list[Cell]:
    if citation is None:
        return [""] * (4 if with_kind else 3)
    kind = [citation.kind_label] if with_kind else []
    return [citation.cluster, *kind, citation.words, " · ".join(citation.sources)]


def run_table(directory: Directory, ranking: Ranking) -> Table:
    return Table(
        heads(directory, ("fact",)), [[line] for line in run_lines(directory, ranking.run)]
    )
