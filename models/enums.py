"""The closed vocabularies of the domain; the database checks each of them."""

from enum import StrEnum


class ClusterKind(StrEnum):
    CLUSTER = "cluster"
    INSTITUTION = "institution"
    MARKET = "market"
    PARK = "park"
    ASSOCIATION = "association"
    REGION = "region"


class TopicGroup(StrEnum):
    """Composite topics are kept and never enter a pair's score."""

    CHAIN = "chain"
    CAPABILITY = "capability"
    COMPOSITE = "composite"


class Facet(StrEnum):
    MATERIAL = "material"
    CONSTRUCTION = "construction"
    END_USE = "end_use"
    PRICE_LEVEL = "price_level"


class LabelKind(StrEnum):
    """SKOS: one preferred label per language, any number of alternatives."""

    PREFERRED = "preferred"
    ALTERNATIVE = "alternative"


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class MeetingKind(StrEnum):
    ROUND_TABLE = "round_table"
    DOCKING = "docking"
    VISIT = "visit"
    FORUM = "forum"
    SURVEY = "survey"
    OTHER = "other"


class StatementKind(StrEnum):
    STRENGTH = "strength"
    GAP = "gap"
    GOAL = "goal"


class Status(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    RETIRED = "retired"


class Visibility(StrEnum):
    """From widest to narrowest circle of readers."""

    PUBLIC = "public"
    MEMBERS = "members"
    ORGANISERS = "organisers"


class Role(StrEnum):
    """What an account or a key may do; a representative speaks for one cluster."""

    ADMIN = "admin"
    ORGANISER = "organiser"
    REPRESENTATIVE = "representative"
    VIEWER = "viewer"


class AccountState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class Basis(StrEnum):
    """Where a statement comes from. Inferred ones are derived at ranking time, never stored."""

    MEETING = "meeting"
    REGISTER = "register"
    INFERRED = "inferred"


class Evidence(StrEnum):
    """How well a register entry is supported."""

    DOCUMENTED = "documented"
    OWN_KNOWLEDGE = "own_knowledge"
    COMMON_KNOWLEDGE = "common_knowledge"


class StatementAction(StrEnum):
    """Steps in a statement's history."""

    CREATED = "created"
    EDITED = "edited"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    RETIRED = "retired"


class LexiconPart(StrEnum):
    """What a word belongs to: a cue rule, a topic, a value of a facet, or what hides cues."""

    CUE = "cue"
    TOPIC = "topic"
    FACET = "facet"
    IGNORE = "ignore"


class LexiconEffect(StrEnum):
    ADD = "add"
    REMOVE = "remove"


class Verdict(StrEnum):
    """What a side or the organiser decides on a pair; ``no`` keeps it out of that event."""

    MUST = "must"
    YES = "yes"
    NO = "no"


class Result(StrEnum):
    """What came of a pair; ``none``: they met, and nothing follows."""

    MET = "met"
    NO_SHOW = "no_show"
    NONE = "none"
    INTEREST = "interest"
    SAMPLES = "samples"
    INTENT = "intent"
    CONTRACT = "contract"


class ReportScope(StrEnum):
    """Which pairs a digest covers."""

    ALL = "all"
    CLUSTER = "cluster"
    EVENT = "event"


class ScheduleState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    DELETED = "deleted"


class OnDoubt(StrEnum):
    """What follows when nobody knows whether the server took a mail."""

    RESEND = "resend"
    ASK = "ask"


class RunKind(StrEnum):
    SCHEDULED = "scheduled"
    MANUAL = "manual"


class KeptState(StrEnum):
    KEPT = "kept"
    ERASED = "erased"
    DELETED = "deleted"


class RunScope(StrEnum):
    """Whose pairs a ranking holds: one cluster's, all, or those of a docking event."""

    CLUSTER = "cluster"
    PAIRS = "pairs"
    EVENT = "event"


class RunState(StrEnum):
    DUE = "due"
    RENDERED = "rendered"
    SKIPPED = "skipped"
    FAILED = "failed"
    ERASED = "erased"


class Channel(StrEnum):
    EMAIL = "email"
    FOLDER = "folder"


class DeliveryState(StrEnum):
    """``handed_over``: the last attempt broke off when the server may have had the mail."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    HANDED_OVER = "handed_over"
    FAILED = "failed"
