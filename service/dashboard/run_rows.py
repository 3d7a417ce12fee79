"""The lines of a comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.dashboard.citations import cite
from service.dashboard.directory import Directory
from service.dashboard.figures import apportion, thousandths
from service.dashboard.run_contexts import ChangeRow, MoveRow, StatementRow
from service.runs.views import Comparison, Difference, FieldChange, PairChange, StatementMove


def change_row(directory: Directory, pair: PairChange, found: Comparison) -> ChangeRow:
    c = directory.catalogue
    figures = apportion([move.moved for move in pair.moves], pair.change)
    words = {each.id: each for each in found.statements}
    return ChangeRow(
        status=pair.status,
        status_label=c.translate(f"change.{pair.status}"),
        one=directory.cluster(pair.for_),
        other=directory.cluster(pair.cluster),
        pair_href=f"/pairs/{pair.for_}/{pair.cluster}",
        rank=c.translate(
            "runs.from_to", before=pair.rank_before or "–", after=pair.rank_after or "–"
        ),
        score=c.translate(
            "runs.from_to",
            before=thousandths(pair.score_before),
            after=thousandths(pair.score_after),
        ),
        change=signed(round(pair.change * 1000)),
        excluded=c.translate(f"excluded.{pair.excluded}") if pair.excluded else "",
        moves=[
            MoveRow(
                cause=c.translate(f"move.{move.cause}"),
                words=said(directory, words.get(move.statement or "")),
                moved=signed(units),
            )
            for move, units in sorted(
                zip(pair.moves, figures, strict=True), key=lambda both: -abs(both[0].moved)
            )
        ],
    )


def signed(units: int) -> str:
    """Thousandths with their sign."""
    return f"{units / 1000:+.3f}" if units else thousandths(0)


def said(directory: Directory, move: StatementMove | None) -> str:
    """In the cluster's own words."""
    if move is None:
        return ""
    name = directory.cluster(move.cluster).label
    cited = cite(directory, move.statement) if move.statement else None
    words = (cited.reading or cited.words) if cited else ""
    return directory.catalogue.translate("runs.said", name=name, words=words)


def statement_row(directory: Directory, move: StatementMove) -> StatementRow:
    c = directory.catalogue
    moved = c.translate("runs.moved", moved=signed(round(move.moved * 1000)), pairs=move.pairs)
    return StatementRow(
        cause=c.translate(f"move.{move.cause}"),
        moved=moved,
        fields=[difference(directory, each) for each in move.fields],
        statement=cite(directory, move.statement) if move.statement else None,
        cluster=directory.cluster(move.cluster),
    )


def difference(directory: Directory, each: Difference | FieldChange) -> str:
    c = directory.catalogue
    return c.translate(
        "runs.difference",
        field=c.find(f"runs.part_{each.field}") or each.field,
        before=value(directory, each.before),
        after=value(directory, each.after),
    )


def value(directory: Directory, given: Any) -> str:
    c = directory.catalogue
    if given is None or given in ("", [], {}):
        return c.translate("fact.nothing")
    if isinstance(given, Mapping):
        return " ".join(f"{name} {value(directory, part)}" for name, part in given.items())
    if isinstance(given, Sequence) and not isinstance(given, str):
        parts = (" ⇄ ".join(x) if isinstance(x, list) else value(directory, x) for x in given)
        return c.translate("list.separator").join(parts)
    if isinstance(given, float):
        return f"{given:g}"
    return str(given)
