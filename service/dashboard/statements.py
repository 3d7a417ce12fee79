"""What a cluster said, or what was said at a meeting, as lists to read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.enums import Visibility
from service.access import narrower
from service.dashboard.citations import document_href, tag_of
from service.dashboard.directory import Circle, Directory
from service.messages import Catalogue
from service.statements.views import StatementView
from service.statements.warnings import Warnings, WarningView

KINDS = ("strength", "gap", "goal")


@dataclass(frozen=True, slots=True)
class WarningRow:
    """Another statement that this one contradicts or repeats."""

    label: str
    kind: str
    words: str
    words_tag: str
    source: str
    href: str


@dataclass(frozen=True, slots=True)
class Item:
    """One statement; ``who`` is empty where the page is about that cluster."""

    who: str
    who_href: str | None
    kind: str
    kind_label: str
    topic: str
    facets: Sequence[str]
    words: str
    words_tag: str
    quoted: bool
    reading: str | None
    sources: Sequence[str]
    document_href: str | None
    anchor: str | None
    weight: str
    draft: bool
    circle: Circle | None
    """Who may see it, where it is not public and the reader is told."""
    figures: Sequence[str]
    warnings: Sequence[WarningRow]


@dataclass(frozen=True, slots=True)
class StatementGroup:
    kind: str
    label: str
    items: Sequence[Item]


def item_of(
    directory: Directory,
    s: StatementView,
    warnings: Warnings = MappingProxyType({}),
    *,
    at_meeting: bool = False,
) -> Item:
    """``at_meeting``: the page is about the meeting, so its title and date are not repeated."""
    c = directory.catalogue
    words, seen = s.quote or c.pick(s.phrase, s.phrase_en), seen_by(directory, s)
    unregistered = c.translate("document.unregistered", name=s.place_name)
    return Item(
        who=directory.cluster(s.cluster).label if s.cluster else unregistered,
        who_href=f"/clusters/{s.cluster}" if s.cluster else None,
        kind=s.kind,
        kind_label=c.translate("statement.goal_asks" if s.asks else f"statement.{s.kind}"),
        topic=directory.topic(s.topic),
        facets=[directory.facets[facet, value] for facet in s.facets for value in s.facets[facet]],
        words=words,
        words_tag=tag_of(words),
        quoted=s.quote is not None,
        reading=s.reading,
        sources=sources_of(directory, s, at_meeting=at_meeting),
        document_href=document_href(s.meeting, s.document, s.start),
        anchor=None if s.start is None else f"s{s.start}",
        weight=c.translate("cluster.weight", weight=s.weight),
        draft=s.status == "draft",
        circle=None if seen is Visibility.PUBLIC else directory.circle(seen),
        figures=[figure_in_words(c, figure) for figure in s.figures],
        warnings=[warning_row(directory, warning) for warning in warnings.get(s.id, ())],
    )


def figure_in_words(c: Catalogue, figure: Mapping[str, Any]) -> str:
    """The number as counted, and as it stands in the document."""
    value = f"{figure['value']:,.10g}"
    unit = "%" if figure["unit"] == "percent" else figure["unit"]
    return c.translate("figure.shown", of=figure["of"], value=value, unit=unit).strip()


def warning_row(directory: Directory, warning: WarningView) -> WarningRow:
    c = directory.catalogue
    anchored = document_href(warning.meeting, warning.document, warning.start)
    source = c.translate(
        "warning.source",
        number=warning.statement,
        meeting=directory.meetings[warning.meeting],
        date=c.day(warning.stated_on),
        order=c.translate(f"warning.{warning.order}"),
    )
    return WarningRow(
        label=c.translate(f"warning.{warning.code}"),
        kind=c.translate(f"statement.{warning.kind}"),
        words=warning.words,
        words_tag=tag_of(warning.words),
        source=source,
        href=anchored or f"/meetings/{warning.meeting}",
    )


def seen_by(directory: Directory, s: StatementView) -> Visibility:
    """No wider circle than that of the meeting at which it was said."""
    own, around = Visibility(s.visibility), directory.circles.get(s.meeting or 0)
    return narrower(own, around) if around else own


def sources_of(directory: Directory, s: StatementView, *, at_meeting: bool) -> list[str]:
    c = directory.catalogue
    if s.basis == "register":
        return [c.translate("quote.source", name=c.pick(s.source_zh, s.source_en))]
    title = directory.meetings.get(s.meeting) if s.meeting else None
    speaker = s.speaker and c.translate("quote.speaker", name=s.speaker)
    return [
        part for part in (*(() if at_meeting else (title, c.day(s.stated_on))), speaker) if part
    ]


def grouped(
    directory: Directory,
    statements: Iterable[StatementView],
    warnings: Warnings,
    *,
    at_meeting: bool = False,
) -> list[StatementGroup]:
    """Strengths, gaps and goals; of each kind the newest first, the register at the end."""
    newest = sorted(statements, key=lambda s: s.stated_on or "", reverse=True)
    newest.sort(key=lambda s: s.basis == "register")
    return [
        StatementGroup(
            kind,
            directory.catalogue.translate(f"statement.{kind}s"),
            [
                item_of(directory, s, warnings, at_meeting=at_meeting)
                for s in newest
                if s.kind == kind
            ],
        )
        for kind in KINDS
    ]
