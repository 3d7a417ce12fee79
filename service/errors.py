"""What can go wrong, in the words of the domain. Nothing here knows HTTP or a language."""

from collections.abc import Mapping
from typing import Any, ClassVar


class DomainError(Exception):
    """A request that cannot be served as asked.

    ``slug`` is the stable name of the kind of problem. ``message`` is the key of a sentence in the
    message catalogue that says what to do, ``values`` fill it in and travel with the problem.
    """

    slug: ClassVar[str] = "refused"

    def __init__(self, message: str, /, **values: str | int) -> None:
        super().__init__(message, values)
        self.message = message
        self.values = values
        self.shown: Mapping[str, Any] = {}
        """Further members of the problem, for who is allowed to see them."""


class SignInRequired(DomainError):
    """Nobody has signed in, or what was sent to prove it is not valid (any more)."""

    slug = "sign-in-required"


class Forbidden(DomainError):
    """Who asks is known, and may not do this."""

    slug = "forbidden"


class NotFound(DomainError):
    slug = "not-found"


class Gone(DomainError):
    """It was here, and its words were erased."""

    slug = "gone"


class Conflict(DomainError):
    slug = "conflict"


class Unprocessable(DomainError):
    slug = "unprocessable"


class ClusterNotFound(NotFound):
    """No cluster has this slug or name. List the clusters, or search by name."""

    slug = "cluster-not-found"

    def __init__(self, name: str) -> None:
        super().__init__("cluster-unknown", name=name)


class TopicNotFound(NotFound):
    """The taxonomy has no such notation. List the topics."""

    slug = "topic-not-found"

    def __init__(self, notation: str) -> None:
        super().__init__("topic-unknown", notation=notation)


class MeetingNotFound(NotFound):
    slug = "meeting-not-found"

    def __init__(self, id_: int) -> None:
        super().__init__("meeting-unknown", id=id_)


class DocumentNotFound(NotFound):
    slug = "document-not-found"


class StatementNotFound(NotFound):
    slug = "statement-not-found"


class EventNotFound(NotFound):
    slug = "event-not-found"


class BadCursor(DomainError):
    """The cursor was not made by this list. Start again without one."""

    slug = "bad-cursor"


class UnknownFacet(Unprocessable):
    slug = "unknown-facet"


class DuplicateDocument(Conflict):
    """The same bytes were uploaded before; the values name the document."""

    slug = "duplicate-document"


class AlreadyExists(Conflict):
    slug = "already-exists"


class WrongState(Conflict):
    """The statement is not in a state from which this step is possible."""

    slug = "wrong-state"


class StaleVersion(DomainError):
    """Somebody changed it meanwhile. Read it again, then repeat the edit."""

    slug = "stale-version"


class PlanChanged(StaleVersion):
    """What the table would change is no longer what was shown. Look again, then apply."""

    slug = "plan-changed"


class VersionRequired(DomainError):
    """An edit must say which version it edits, or two people overwrite each other."""

    slug = "version-required"


class KeyReused(Unprocessable):
    """The Idempotency-Key belongs to another request."""

    slug = "idempotency-key-reused"


class TooManyRequests(DomainError):
    """Too many in too short a time; ``seconds`` says how long to wait."""

    slug = "too-many-requests"


class Behind(DomainError):
    """The database that answers has not caught up with the revision that the caller knows."""

    slug = "behind"


class TooLittleEvidence(Conflict):
    """Fewer decisions than anything is learnt from; the values say how many are missing."""

    slug = "too-little-evidence"


class BlendNoBetter(Conflict):
    """On events kept aside the blend did no better than the one it was compared with."""

    slug = "blend-no-better"


class UnreadableDocument(Unprocessable):
    """The bytes are no text in a known encoding, or hold nothing to read."""

    slug = "unreadable-document"


class UnreadableTable(Unprocessable):
    """The bytes are no workbook and no CSV, or more than is read."""

    slug = "unreadable-table"


class RowsRefused(Unprocessable):
    """Rows of a table cannot be taken as they are; nothing of it was."""

    slug = "rows-refused"


class UnsupportedMedia(DomainError):
    slug = "unsupported-media-type"


class TooLarge(DomainError):
    slug = "too-large"


class DatabaseNotReady(DomainError):
    """The database is missing or older than the program. Run ``duijie db upgrade``."""

    slug = "database-not-ready"


class NotInstalled(DomainError):
    """A setting asks for an optional part that is not installed. Install it, or change it."""

    slug = "not-installed"


class OutcomeUnknown(DomainError):
    """The database was lost while it committed. Look, or repeat with the same Idempotency-Key."""

    slug = "outcome-unknown"


class BackupRefused(DomainError):
    """A back-up cannot be made or restored as asked; nothing was written."""

    slug = "backup-refused"


class AccountNotFound(NotFound):
    slug = "account-not-found"


class KeyNotFound(NotFound):
    slug = "key-not-found"


class LinkNotValid(NotFound):
    """The one-time link was used, replaced or has expired."""

    slug = "link-not-valid"


class SignInFailed(SignInRequired):
    """Name and password do not belong together, or the account is not active."""

    slug = "sign-in-failed"


class WeakPassword(Unprocessable):
    slug = "weak-password"


class LastAdmin(Conflict):
    """Nobody else could manage accounts any more."""

    slug = "last-admin"
