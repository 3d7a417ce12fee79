"""Tables of the database. Importing this package registers every one of them."""

from models.accounts import Account, ApiKey, Counter, OneTimeLink, SignIn
from models.audit import AuditEntry, Change, IdempotencyKey
from models.base import Base
from models.clusters import Cluster, ClusterAlias, Veto
from models.decisions import Blend, Decision, Impression, Outcome, Showing
from models.events import Docking, Event, EventParticipant, EventTheme
from models.lexicon import LexiconChange
from models.meetings import Document, Meeting
from models.phrases import PhraseVector
from models.places import PlaceDismissal
from models.reports import Delivery, ReportRun, Schedule
from models.revision import DataRevision, SeedLoad
from models.runs import KeptRun, RunSnapshot
from models.statements import Statement, StatementFacet
from models.topics import ChainRule, FacetValue, Topic, TopicLabel

__all__ = [
    "Account",
    "ApiKey",
    "AuditEntry",
    "Base",
    "Blend",
    "ChainRule",
    "Change",
    "Cluster",
    "ClusterAlias",
    "Counter",
    "DataRevision",
    "Decision",
    "Delivery",
    "Docking",
    "Document",
    "Event",
    "EventParticipant",
    "EventTheme",
    "FacetValue",
    "IdempotencyKey",
    "Impression",
    "KeptRun",
    "LexiconChange",
    "Meeting",
    "OneTimeLink",
    "Outcome",
    "PhraseVector",
    "PlaceDismissal",
    "ReportRun",
    "RunSnapshot",
    "Schedule",
    "SeedLoad",
    "Showing",
    "SignIn",
    "Statement",
    "StatementFacet",
    "Topic",
    "TopicLabel",
    "Veto",
]
