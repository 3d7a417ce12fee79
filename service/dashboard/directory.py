"""Names of clusters, topics and meetings, as every page writes them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from models.enums import Visibility
from service.access import ANONYMOUS, Action, Principal
from service.clusters.usecases import ClusterView, list_clusters
from service.dashboard.frame import Link, Reader
from service.db import data_revision
from service.events.usecases import EventView, list_events
from service.guard import Caller
from service.meetings.usecases import list_meetings
from service.messages import Catalogue, Language
from service.paging import Page
from service.statements.usecases import list_statements
from service.statements.views import StatementView
from service.topics.usecases import TopicView, list_facets, list_topics
from service.transactions import ReadSession

Row = TypeVar("Row")
PAGE = 200


def read_all(read: Callable[[str | None], Page[Row]]) -> list[Row]:
    """Every row of a paged list."""
    page = read(None)
    rows = list(page.items)
    while page.next_cursor is not None:
        page = read(page.next_cursor)
        rows += page.items
    return rows


def all_statements(session: Session, who: Principal, **filters: int | str) -> list[StatementView]:
    return read_all(
        lambda cursor: list_statements(session, who, limit=PAGE, cursor=cursor, **filters)
    )


def all_events(session: Session, who: Principal) -> list[EventView]:
    """None for who may read none."""
    if who.reach(Action.READ_EVENTS) is None:
        return []
    return read_all(
        lambda cursor: list_events(
            session, who, held_from=None, held_until=None, limit=PAGE, cursor=cursor
        )
    )


def all_meetings(session: Session, who: Principal) -> list[Any]:
    return read_all(
        lambda cursor: list_meetings(session, who, kind=None, limit=PAGE, cursor=cursor)
    )


@dataclass(frozen=True, slots=True)
class Circle:
    """Those who may see something; ``label`` says so."""

    name: str
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """One reading of the register, the taxonomy and the meetings, in the reader's language."""

    catalogue: Catalogue
    who: Principal
    """The reader."""
    clusters: Mapping[str, ClusterView]
    topics: Mapping[str, TopicView]
    meetings: Mapping[int, str]
    facets: Mapping[tuple[str, str], str]
    circles: Mapping[int, Visibility]
    """Of the meetings."""

    def cluster(self, slug: str) -> Link:
        view = self.clusters[slug]
        return Link(self.catalogue.pick(view.name_zh, view.name_en), f"/clusters/{slug}")

    def topic(self, notation: str) -> str:
        label = self.topics[notation].pref_label
        return self.catalogue.pick(label.zh, label.en)

    def kind(self, slug: str) -> str:
        return self.catalogue.translate(f"kind.{self.clusters[slug].kind}")

    def place(self, slug: str) -> str:
        """Country and province; the country is left out for places in China."""
        view = self.clusters[slug]
        country = "" if view.country in {"CN", "中国"} else self.country(view.country)
        province = self.catalogue.pick(view.province, view.province_en)
        return " · ".join(part for part in (country, province) if part)

    def country(self, code: str) -> str:
        return self.catalogue.find(f"country.{code}") or code

    def titles(self, view: ClusterView) -> Sequence[str]:
        return self._either(view.titles, view.titles_en)

    def products(self, view: ClusterView) -> Sequence[str]:
        return self._either(view.products, view.products_en)

    def circle(self, visibility: Visibility) -> Circle | None:
        """Who may see it, for those who look after what is confidential."""
        if self.who.audience is not Visibility.ORGANISERS:
            return None
        name = self.catalogue.translate(f"audience.{visibility}")
        return Circle(visibility, self.catalogue.translate("shown.to", circle=name))

    def _either(self, zh: Sequence[str], en: Sequence[str]) -> Sequence[str]:
        return zh if self.catalogue.language == "zh" else en or zh

    @property
    def provinces(self) -> Mapping[str, str]:
        """Names in the reader's language, by what the register calls them, in the most used order.

        The order is by the number of registered places, then as the register lists them.
        """
        named = [v for v in self.clusters.values() if v.province]
        counts = Counter(v.province for v in named)
        labels = {v.province: self.catalogue.pick(v.province, v.province_en) for v in named}
        return {str(name): labels[name] for name, _ in counts.most_common()}


@dataclass(slots=True, eq=False)
class Directories:
    """The newest reading in each language; it holds as long as the data revision does."""

    _kept: dict[Language, tuple[int, Directory]] = field(default_factory=dict)

    def read(self, session: Session, who: Principal, catalogue: Catalogue) -> Directory:
        """Names as ``session`` sees them. Titles of meetings are each reader's own."""
        revision = data_revision(session)
        kept, directory = self._kept.get(catalogue.language, (None, None))
        if directory is None or kept != revision:
            directory = read_directory(session, catalogue)
            self._kept[catalogue.language] = (revision, directory)
        meetings = all_meetings(session, who)
        titles = {m.id: catalogue.pick(m.title_zh, m.title_en) for m in meetings}
        circles = {m.id: Visibility(m.visibility) for m in meetings}
        return replace(directory, who=who, meetings=titles, circles=circles)


def read_directory(session: Session, catalogue: Catalogue) -> Directory:
    """Without the meetings and the reader."""
    clusters = read_all(lambda cursor: list_clusters(session, limit=PAGE, cursor=cursor))
    return Directory(
        catalogue=catalogue,
        who=ANONYMOUS,
        clusters={view.slug: view for view in clusters},
        topics={view.notation: view for view in list_topics(session)},
        meetings={},
        circles={},
        facets={
            (view.facet, view.value): catalogue.pick(view.label.zh, view.label.en)
            for view in list_facets(session)
        },
    )


def _known(request: Request, session: ReadSession, who: Caller, c: Reader) -> Directory:
    directories: Directories = request.app.state.directories
    return directories.read(session, who, c)


Known = Annotated[Directory, Depends(_known)]
