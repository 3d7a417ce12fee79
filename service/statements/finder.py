"""What the fields of statements name, each looked up once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from models import Cluster, FacetValue, Meeting, Topic
from service.access import Principal
from service.clusters.usecases import require_cluster
from service.errors import MeetingNotFound
from service.topics.usecases import facet_rows, require_topic

Found = TypeVar("Found")


@dataclass(slots=True, eq=False)
class Finder:
    """For one transaction of one caller."""

    session: Session
    who: Principal
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    def _once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        if key not in self._kept:
            self._kept[key] = find()
        found: Found = self._kept[key]
        return found

    def cluster(self, name: str) -> Cluster:
        """ClusterNotFound where no slug, name or alias is like this."""
        return self._once(("cluster", name), lambda: require_cluster(self.session, name))

    def topic(self, notation: str) -> Topic:
        return self._once(("topic", notation), lambda: require_topic(self.session, notation))

    def facets(self, wanted: Mapping[str, Sequence[str]]) -> list[FacetValue]:
        key = tuple(sorted((facet, tuple(values)) for facet, values in wanted.items()))
        return [*self._once(("facets", key), lambda: facet_rows(self.session, wanted))]

    def meeting(self, id_: int | None) -> Meeting | None:
        """MeetingNotFound also where the caller may not see it."""
        if id_ is None:
            return None
        meeting = self._once(("meeting", id_), lambda: self.session.get(Meeting, id_))
        if meeting is None or meeting.visibility not in self.who.circle:
            raise MeetingNotFound(id_)
        return meeting
