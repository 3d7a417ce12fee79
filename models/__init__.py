"""Tables of the database. Importing this package registers every one of them."""

from models.base import Base
from models.clusters import Cluster, ClusterAlias, Veto
from models.events import Docking, Event, EventParticipant, EventTheme
from models.meetings import Document, Meeting
from models.reports import Delivery, ReportRun, Schedule
from models.revision import DataRevision, SeedLoad
from models.statements import Statement, StatementChange, StatementFacet
from models.topics import ChainRule, FacetValue, Topic, TopicLabel

__all__ = [
    "Base",
    "ChainRule",
    "Cluster",
    "ClusterAlias",
    "DataRevision",
    "Delivery",
    "Docking",
    "Document",
    "Event",
    "EventParticipant",
    "EventTheme",
    "FacetValue",
    "Meeting",
    "ReportRun",
    "Schedule",
    "SeedLoad",
    "Statement",
    "StatementChange",
    "StatementFacet",
    "Topic",
    "TopicLabel",
    "Veto",
]
