"""The filter forms: what was typed, what it means, and what is wrong with it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from service.clusters.usecases import get_cluster, list_clusters
from service.dashboard.directory import Directory
from service.dashboard.fields import (
    Input,
    Option,
    OptionGroup,
    Select,
    errors_of,
    plain_options,
)
from service.dates import last_day
from service.errors import ClusterNotFound
from service.messages import Catalogue
from service.suggestions.views import RankingQuery, query_of

KINDS = ("cluster", "institution", "market", "park", "association", "region")
RANK_BY = ("score", "need", "mutual", "similarity")
BASES = ("complementarity", "similarity")
LEVELS = ("high", "medium", "low")
GROUPS = ("chain", "capability")
"""Composite topics never enter a pair's score, so no ranking is asked for them."""
SHOWN = 20
MOST_SHOWN = 500
TYPED = (
    "cluster",
    "topic",
    "as_of",
    "min_score",
    "rank_by",
    "province",
    "kind",
    "basis",
    "confidence",
    "shown",
    "open",
)

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PairingForm:
    cluster: Input
    names: Sequence[Option]
    topic: Select
    as_of: Input
    min_score: Input
    more: Sequence[Select]
    more_open: bool

    @property
    def errors(self) -> list[str]:
        return errors_of(self.cluster, self.topic, self.as_of, self.min_score, *self.more)


@dataclass(frozen=True, slots=True)
class ClusterForm:
    name: Input
    kind: Select
    province: Select


@dataclass(frozen=True, slots=True)
class Asked:
    """``query`` is None when something typed cannot be read."""

    form: PairingForm
    cluster: str | None
    query: RankingQuery | None


def typed_of(params: Typed) -> dict[str, str]:
    """The parameters of a pairings page that were filled in, without outer blanks."""
    given = {name: params.get(name, "").strip() for name in TYPED}
    return {name: value for name, value in given.items() if value}


def query_string(typed: Typed, **changed: str | None) -> str:
    """``?a=b`` with some parameters changed, or left out where None; empty without any."""
    kept = {name: value for name, value in {**typed, **changed}.items() if value is not None}
    return f"?{urlencode(kept)}" if kept else ""


def shown_of(typed: Typed) -> int:
    text = typed.get("shown", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else SHOWN
    return min(max(number, 1), MOST_SHOWN)


def read_pairing_form(session: Session, directory: Directory, typed: Typed, today: date) -> Asked:
    c = directory.catalogue
    topic = topic_field(directory, typed.get("topic", ""))
    cluster, slug = cluster_field(session, c, typed.get("cluster", ""))
    as_of, day = as_of_field(c, typed.get("as_of", ""), today)
    min_score, least = min_score_field(c, typed.get("min_score", ""))
    more = choices(directory, typed)
    form = PairingForm(
        cluster=cluster,
        names=names(directory),
        topic=topic,
        as_of=as_of,
        min_score=min_score,
        more=more,
        more_open=any(field.value for field in more),
    )
    if form.errors:
        return Asked(form, slug, None)
    chosen: dict[str, Any] = {field.name: field.value for field in more if field.value}
    topics = (topic.value,) if topic.value else ()
    chosen |= {"topics": topics, "min_score": least, "top": shown_of(typed)}
    query = query_of(directory.who, day, **chosen)
    return Asked(form, slug, query)


def names(directory: Directory) -> list[Option]:
    """The clusters for the list of proposals: the name to enter, and what it stands for."""
    return [
        Option(directory.cluster(slug).label, f"{view.name_zh} {view.name_en}", selected=False)
        for slug, view in directory.clusters.items()
    ]


def cluster_field(session: Session, c: Catalogue, value: str) -> tuple[Input, str | None]:
    def field(error: str | None = None) -> Input:
        hint = c.translate("filter.cluster_hint")
        return Input("cluster", c.translate("filter.cluster"), value, hint, error)

    if not value:
        return field(), None
    try:
        return field(), get_cluster(session, value).slug
    except ClusterNotFound:
        near = list_clusters(session, q=value[:80], limit=3).items
        found = c.translate("list.separator").join(
            c.pick(view.name_zh, view.name_en) for view in near
        )
        key = "filter.cluster_near" if found else "filter.cluster_unknown"
        return field(c.translate(key, value=value[:80], names=found)), None


def as_of_field(c: Catalogue, value: str, today: date) -> tuple[Input, date]:
    hint, error, day = c.translate("filter.as_of_hint"), None, today
    try:
        day = last_day(value) if value else today
    except ValueError:
        error = c.translate("filter.as_of_invalid")
    return Input("as_of", c.translate("filter.as_of"), value, hint, error), day


def min_score_field(c: Catalogue, value: str) -> tuple[Input, float]:
    try:
        number = float(value or 0)
    except ValueError:
        number = math.nan
    valid = 0 <= number <= 1
    error = None if valid else c.translate("filter.min_score_invalid")
    hint = c.translate("filter.min_score_hint")
    field = Input("min_score", c.translate("filter.min_score"), value, hint, error)
    return field, number if valid else 0.0


def topic_field(directory: Directory, value: str) -> Select:
    """Topics by group, each followed by its special cases."""
    c, topics = directory.catalogue, directory.topics.values()

    def option(notation: str, *, narrower: bool) -> Option:
        return Option(notation, directory.topic(notation), notation == value, narrower)

    def family(group: str) -> list[Option]:
        return [
            option(topic.notation, narrower=topic is not top)
            for top in topics
            if top.group == group and top.broader is None
            for topic in topics
            if topic is top or topic.broader == top.notation
        ]

    groups = [OptionGroup(c.translate(f"group.{name}"), family(name)) for name in GROUPS]
    return select(c, "topic", value, groups)


def choices(directory: Directory, typed: Typed) -> list[Select]:
    c = directory.catalogue
    return [
        rank_by_field(c, typed.get("rank_by", "")),
        province_field(directory, typed.get("province", "")),
        word_field(c, "kind", typed.get("kind", ""), KINDS),
        word_field(c, "basis", typed.get("basis", ""), BASES),
        word_field(c, "confidence", typed.get("confidence", ""), LEVELS),
    ]


def rank_by_field(c: Catalogue, value: str) -> Select:
    options = [(name, c.translate(f"rank_by.{name}")) for name in RANK_BY[1:]]
    empty = c.translate("rank_by.score")
    return select(c, "rank_by", value, [plain_options(options, value)], empty=empty)


def province_field(directory: Directory, value: str, label: str = "filter.province") -> Select:
    options = plain_options(directory.provinces.items(), value)
    return select(directory.catalogue, "province", value, [options], label=label)


def word_field(
    c: Catalogue, name: str, value: str, values: Sequence[str], label: str | None = None
) -> Select:
    options = [(word, c.translate(f"{name}.{word}")) for word in values]
    return select(c, name, value, [plain_options(options, value)], label=label)


def select(
    c: Catalogue,
    name: str,
    value: str,
    groups: Sequence[OptionGroup],
    *,
    label: str | None = None,
    empty: str | None = None,
) -> Select:
    """The field with an empty choice in front, and an error if ``value`` is no choice."""
    known = {option.value for group in groups for option in group.options} | {""}
    if name == "rank_by":
        known.add(RANK_BY[0])
    error = None if value in known else c.translate("filter.choice_invalid", value=value[:80])
    first = plain_options([("", empty or c.translate("filter.any"))], value)
    return Select(name, c.translate(label or f"filter.{name}"), value, [first, *groups], error)


def read_cluster_form(directory: Directory, params: Typed) -> ClusterForm:
    c = directory.catalogue
    hint = c.translate("filter.name_hint")
    return ClusterForm(
        name=Input("q", c.translate("filter.name"), params.get("q", "").strip()[:80], hint),
        kind=word_field(c, "kind", params.get("kind", ""), KINDS, "filter.kind_plain"),
        province=province_field(directory, params.get("province", ""), "filter.province_plain"),
    )
