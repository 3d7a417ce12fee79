"""What the pages around access show: exactly these values, ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.dashboard.audit_words import ChangedField
from service.dashboard.contexts import Page
from service.dashboard.fields import Input, Select, errors_of
from service.dashboard.frame import Link


@dataclass(frozen=True, slots=True)
class AuditForm:
    actor: Input
    action: Select
    entry: Input
    since: Input
    until: Input

    @property
    def errors(self) -> list[str]:
        return errors_of(self.actor, self.action, self.entry, self.since, self.until)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """``entry`` leads nowhere where entries of its kind have no page.

    ``note`` says why no ``changes`` are shown.
    """

    at: str
    actor: Link
    origin: str
    done: str
    entry: Link
    history_href: str
    version: str
    changes: Sequence[ChangedField]
    note: str
    request_id: str


@dataclass(frozen=True, slots=True)
class AuditPage(Page):
    template = "audit.html"

    form: AuditForm
    rows: Sequence[AuditRow]
    zone: str
    next_href: str | None
    first_href: str | None
    csv_href: str
    xlsx_href: str
    most: int
    """Entries of one file."""
