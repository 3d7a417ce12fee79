"""The filters of the pages on gatherings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from service.dashboard.directory import Directory, all_events
from service.dashboard.fields import OptionGroup, Select, plain_options
from service.dashboard.filters import (
    as_of_field,
    cluster_field,
    names,
    province_field,
    select,
    topic_field,
    word_field,
)
from service.dashboard.gathering_contexts import GatheringForm
from service.gatherings.views import GatheringQuery
from service.suggestions.views import query_of

COMMON = ("event", "topic", "cluster", "as_of", "province", "shown")
FORMS = ("cycle", "chain", "two_way")
SEATS = ("3", "4", "5")
REACHES = ("present", "registered")
BASES = ("stated",)


@dataclass(frozen=True, slots=True)
class AskedGathering:
    """``query`` is None when something typed cannot be read; ``chosen`` are the page's own."""

    form: GatheringForm
    query: GatheringQuery | None
    chosen: Mapping[str, str]


def typed_of(params: Mapping[str, str], own: Sequence[str]) -> dict[str, str]:
    """The parameters that were filled in, without outer blanks."""
    given = {name: params.get(name, "").strip() for name in (*COMMON, *own)}
    return {name: value for name, value in given.items() if value}


def read_form(
    session: Session,
    directory: Directory,
    typed: Mapping[str, str],
    today: date,
    own: Sequence[Select],
) -> AskedGathering:
    """``own`` are the fields of the page alone."""
    c = directory.catalogue
    events = event_field(session, directory, typed.get("event", ""))
    topic = topic_field(directory, typed.get("topic", ""))
    cluster, slug = cluster_field(session, c, typed.get("cluster", ""))
    as_of, day = as_of_field(c, typed.get("as_of", ""), today)
    province = province_field(directory, typed.get("province", ""), "filter.province_plain")
    form = GatheringForm(
        first=[*([events] if events.error or len(events.groups) > 1 else []), *own],
        cluster=replace(cluster, hint=c.translate("gathering.cluster_hint")),
        names=names(directory),
        as_of=as_of,
        more=[topic, province],
        more_open=bool(topic.value or province.value),
    )
    if form.errors:
        return AskedGathering(form, None, {})
    query = GatheringQuery(
        ranking=query_of(directory.who, day, topics=(topic.value,) if topic.value else ()),
        event=int(events.value) if events.value else None,
        cluster=slug,
        province=province.value or None,
    )
    return AskedGathering(form, query, {field.name: field.value for field in own})


def event_field(session: Session, directory: Directory, value: str) -> Select:
    """The events that the reader may see; without one, all that is registered."""
    c = directory.catalogue
    options = [
        (str(event.id), c.pick(event.name_zh, event.name_en))
        for event in all_events(session, directory.who)
    ]
    groups = [plain_options(options, value)] if options else list[OptionGroup]()
    return select(c, "event", value, groups, empty=c.translate("gathering.everybody"))


def form_field(directory: Directory, value: str) -> Select:
    """Which kind of table; without a choice, a circle."""
    c = directory.catalogue
    options = [(name, c.translate(f"table_form.{name}")) for name in FORMS[1:]]
    empty = c.translate("table_form.cycle")
    return select(c, "form", value, [plain_options(options, value)], empty=empty)


def seats_field(directory: Directory, value: str) -> Select:
    c = directory.catalogue
    options = [(number, c.translate("tables.seats", count=number)) for number in SEATS]
    return select(c, "seats", value, [plain_options(options, value)])


def reach_field(directory: Directory, value: str) -> Select:
    return word_field(directory.catalogue, "reach", value, REACHES)


def basis_field(directory: Directory, value: str) -> Select:
    return word_field(directory.catalogue, "needs", value, BASES)
