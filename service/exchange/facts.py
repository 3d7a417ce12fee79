"""All that a table is read against: the register, the taxonomy, the meetings, and who reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Meeting
from models.enums import Facet
from service.access import Principal
from service.clusters.usecases import ClusterView, list_clusters
from service.exchange import queries
from service.exchange.vocabularies import (
    CLOSED,
    Vocabulary,
    closed,
    of_clusters,
    of_facet,
    of_meetings,
    of_topics,
)
from service.messages import Catalogue
from service.topics.usecases import list_facets, list_topics

EVERY_CLUSTER = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    session: Session
    who: Principal
    words: Catalogue
    clusters: Mapping[str, ClusterView]
    meetings: Mapping[int, Meeting]
    vocabularies: Mapping[str, Vocabulary]

    @property
    def names(self) -> Vocabulary:
        """Of the clusters; those that a table brings along are added as it is read."""
        return self.vocabularies["cluster"]


def read_facts(session: Session, who: Principal, words: Catalogue) -> Facts:
    found = list_clusters(session, limit=EVERY_CLUSTER)
    meetings = queries.meetings(session, who)
    facets = list_facets(session)
    return Facts(
        session=session,
        who=who,
        words=words,
        clusters={view.slug: view for view in found.items},
        meetings={meeting.id: meeting for meeting in meetings},
        vocabularies={
            **{name: closed(name) for name in (*CLOSED, "country")},
            **{facet.value: of_facet(facets, facet) for facet in Facet},
            "topic": of_topics(list_topics(session)),
            "meeting": of_meetings(meetings),
            "cluster": of_clusters(found.items),
        },
    )
