"""What was found in a document, as statements that wait for a person."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache, partial

from sqlalchemy.orm import Session

from models import Document, FacetValue, Meeting, Statement
from models.enums import Basis, Status, Visibility
from service.clusters.usecases import find_cluster
from service.dates import known_from
from service.extraction.types import DraftStatement
from service.proposals.usecases import dismissal_of
from service.topics.usecases import facet_rows, require_topic


class Known:
    """What drafts refer to, each sought once: long minutes name the same again and again."""

    def __init__(self, session: Session) -> None:
        self.cluster = cache(partial(find_cluster, session))
        self.topic = cache(partial(require_topic, session))
        self.dismissal = cache(partial(dismissal_of, session))
        self._facets = cache(partial(self._rows, session))

    def facets(self, wanted: Mapping[str, list[str]]) -> list[FacetValue]:
        return list(self._facets(tuple((name, tuple(values)) for name, values in wanted.items())))

    @staticmethod
    def _rows(
        session: Session, wanted: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> list[FacetValue]:
        return facet_rows(session, dict(wanted))


def drafts_of(
    known: Known,
    found: DraftStatement,
    document: Document,
    meeting: Meeting,
    *,
    now: datetime,
    time_zone: str,
) -> list[Statement]:
    """One draft for the main topic of ``found`` and one for each further topic.

    Those of a dismissed place are rejected with the cause for which that was dismissed.
    """
    cluster = known.cluster(found.cluster_slug) if found.cluster_slug else None
    place = found.cluster[:80]
    dismissal = None if cluster else known.dismissal(place)
    return [
        Statement(
            cluster=cluster,
            place_name=None if cluster else place,
            kind=found.kind,
            asks=found.asks and found.kind == "goal",
            topic=known.topic(topic),
            facet_values=known.facets(found.facets),
            phrase=found.phrase[:200],
            quote=found.quote,
            span_start=found.start,
            span_end=found.end,
            meeting_id=meeting.id,
            document_id=document.id,
            speaker=found.speaker[:120] if found.speaker else None,
            stated_on=meeting.held_on,
            known_from=known_from(meeting.held_on, now, time_zone),
            weight=found.weight,
            status=Status.REJECTED if dismissal else Status.DRAFT,
            dismissal=dismissal,
            visibility=Visibility.MEMBERS,
            basis=Basis.MEETING,
            confidence=found.confidence,
            rule=found.rule[:200],
            figures=[asdict(figure) for figure in found.figures],
            created_at=now,
            updated_at=now,
        )
        for topic in (found.subtopic or found.topic, *found.secondary_topics)
    ]
