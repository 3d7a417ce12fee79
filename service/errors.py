"""What can go wrong, in the words of the domain. Nothing here knows HTTP."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A request that cannot be served as asked; the message says what to do.

    ``slug`` is the stable name of the kind of problem, ``context`` holds machine-readable facts.
    """

    slug: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str, **context: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.context = context


class NotFound(DomainError):
    slug, title = "not-found", "No such thing"


class Conflict(DomainError):
    slug, title = "conflict", "The request contradicts what is stored"


class Unprocessable(DomainError):
    slug, title = "unprocessable", "The content cannot be processed"


class ClusterNotFound(NotFound):
    """No cluster has this slug or name. List the clusters, or search by name."""

    slug, title = "cluster-not-found", "No such cluster"

    def __init__(self, name: str) -> None:
        super().__init__(f"no cluster is called {name!r}; GET /api/v1/clusters?q= finds them")


class TopicNotFound(NotFound):
    """The taxonomy has no such notation. List the topics."""

    slug, title = "topic-not-found", "No such topic"

    def __init__(self, notation: str) -> None:
        super().__init__(f"no topic has the notation {notation!r}; GET /api/v1/topics lists them")


class MeetingNotFound(NotFound):
    slug, title = "meeting-not-found", "No such meeting"


class DocumentNotFound(NotFound):
    slug, title = "document-not-found", "No such document"


class StatementNotFound(NotFound):
    slug, title = "statement-not-found", "No such statement"


class EventNotFound(NotFound):
    slug, title = "event-not-found", "No such docking event"


class BadCursor(DomainError):
    """The cursor was not made by this list. Start again without one."""

    slug, title = "bad-cursor", "The cursor cannot be read"


class UnknownFacet(Unprocessable):
    slug, title = "unknown-facet", "No such facet value"


class DuplicateDocument(Conflict):
    """The same bytes were uploaded before; ``context`` names the document."""

    slug, title = "duplicate-document", "This document is already stored"


class AlreadyExists(Conflict):
    slug, title = "already-exists", "That name is taken"


class WrongState(Conflict):
    """The statement is not in a state from which this step is possible."""

    slug, title = "wrong-state", "Not possible in this state"


class StaleVersion(DomainError):
    """Somebody changed it meanwhile. Read it again, then repeat the edit."""

    slug, title = "stale-version", "It was changed meanwhile"


class UnreadableDocument(Unprocessable):
    """The bytes are no text in a known encoding, or hold nothing to read."""

    slug, title = "unreadable-document", "The document cannot be read"


class UnsupportedMedia(DomainError):
    slug, title = "unsupported-media-type", "This kind of file is not read"


class TooLarge(DomainError):
    slug, title = "too-large", "The request body is too large"


class DatabaseNotReady(DomainError):
    """The database is missing or older than the program. Run ``duijie db upgrade``."""

    slug, title = "database-not-ready", "The database is not ready"
