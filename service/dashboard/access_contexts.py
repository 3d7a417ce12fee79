"""What the pages around access show: exactly these values, ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.dashboard.audit_words import ChangedField
from service.dashboard.contexts import Page
from service.dashboard.fields import Choices, Input, Option, Select, errors_of
from service.dashboard.frame import Link, Person


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

    ``note`` says why no ``changes`` are shown, if that is not plain from what was done.
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


@dataclass(frozen=True, slots=True)
class SignInPage(Page):
    template = "sign_in.html"

    name: Input
    password: Input
    following: str
    """The path to go to afterwards."""
    refusal: str | None
    already: str | None


@dataclass(frozen=True, slots=True)
class WelcomePage(Page):
    template = "welcome.html"

    person: str
    name: str
    until: str
    password: Input
    again: Input


@dataclass(frozen=True, slots=True)
class LinkOverPage(Page):
    template = "link_over.html"


@dataclass(frozen=True, slots=True)
class BrowserRow:
    id: int
    origin: str
    agent: str
    whole_agent: str
    since: str
    seen: str
    current: bool


@dataclass(frozen=True, slots=True)
class OwnAccountPage(Page):
    template = "own_account.html"

    person: Person
    name: str
    old: Input
    password: Input
    again: Input
    refusal: str | None
    rows: Sequence[BrowserRow]
    done: str | None


@dataclass(frozen=True, slots=True)
class AccountForm:
    name: Input | None
    display_name: Input
    role: Choices
    cluster: Input
    names: Sequence[Option]
    refusal: str | None

    @property
    def errors(self) -> list[str]:
        own = [self.refusal] if self.refusal else []
        fields = [self.name] if self.name else []
        return own + errors_of(*fields, self.display_name, self.role, self.cluster)


@dataclass(frozen=True, slots=True)
class AccountsForm:
    find: Input
    role: Select
    state: Select

    @property
    def errors(self) -> list[str]:
        return errors_of(self.find, self.role, self.state)


@dataclass(frozen=True, slots=True)
class AccountRow:
    account: Link
    name: str
    role: str
    cluster: Link | None
    active: bool
    state: str
    note: str
    updated: str


@dataclass(frozen=True, slots=True)
class AccountsPage(Page):
    template = "accounts.html"

    form: AccountsForm
    rows: Sequence[AccountRow]
    next_href: str | None
    first_href: str | None
    csv_href: str
    xlsx_href: str


@dataclass(frozen=True, slots=True)
class NewAccountPage(Page):
    template = "new_account.html"

    form: AccountForm
    once: str


@dataclass(frozen=True, slots=True)
class AccountPage(Page):
    template = "account.html"

    id: int
    name: str
    state: str
    active: bool
    no_password: str | None
    created: str
    updated: str
    version: int
    form: AccountForm
    done: str | None
    history_href: str
    deeds_href: str


@dataclass(frozen=True, slots=True)
class StaleAccountPage(Page):
    template = "stale_account.html"

    lead: str
    changes: Sequence[ChangedField]
    """What is stored now, and what was typed."""
    id: int
    version: int
    values: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LinkPage(Page):
    template = "link.html"

    lead: str
    link: str
    until: str
    account: Link


@dataclass(frozen=True, slots=True)
class MadeBeforePage(Page):
    template = "made_before.html"

    lead: str
    back: Link


@dataclass(frozen=True, slots=True)
class KeyForm:
    label: Input
    role: Choices
    cluster: Input
    names: Sequence[Option]
    days: Input
    scopes: Sequence[Choices]
    """Of each role."""
    refusal: str | None

    @property
    def errors(self) -> list[str]:
        own = [self.refusal] if self.refusal else []
        return own + errors_of(self.label, self.role, self.cluster, *self.scopes, self.days)


@dataclass(frozen=True, slots=True)
class KeyRow:
    label: str
    prefix: str
    role: str
    cluster: Link | None
    scopes: Sequence[str]
    live: bool
    state: str
    expires: str
    used: str
    used_from: str
    created: str
    created_by: str
    revoke_href: str | None


@dataclass(frozen=True, slots=True)
class KeysPage(Page):
    template = "keys.html"

    rows: Sequence[KeyRow]
    next_href: str | None
    first_href: str | None
    done: str | None


@dataclass(frozen=True, slots=True)
class NewKeyPage(Page):
    template = "new_key.html"

    form: KeyForm
    once: str


@dataclass(frozen=True, slots=True)
class KeyMadePage(Page):
    template = "key_made.html"

    lead: str
    secret: str
    facts: KeyRow


@dataclass(frozen=True, slots=True)
class RevokeKeyPage(Page):
    template = "revoke_key.html"

    lead: str
    facts: KeyRow


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ErasurePage(Page):
    """The form; after a rehearsal what would go, and the question whether it shall."""

    template = "erasure.html"

    fields: Sequence[Input]
    errors: Sequence[str]
    facts: Sequence[Fact]
    done: bool
    once: str
