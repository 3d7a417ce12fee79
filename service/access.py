"""The one place that decides who may do what. Routes, pages, commands and jobs ask it."""

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from models.enums import Role, Visibility
from service.errors import Forbidden, SignInRequired


class Action(StrEnum):
    """What can be done; the values name the scopes of a key."""

    ENTER = "enter"
    """Signing in and out: open to everybody, whatever else is closed."""
    READ = "read"
    """Register, taxonomy, meetings, statements and rankings, as far as one's circle may see."""
    READ_EVENTS = "events:read"
    READ_DRAFTS = "drafts:read"
    """Statements that nobody has confirmed yet, and the history of statements."""
    READ_REPORTS = "reports:read"
    WRITE_CLUSTERS = "clusters:write"
    WRITE_MEETINGS = "meetings:write"
    WRITE_STATEMENTS = "statements:write"
    WRITE_LEXICON = "lexicon:write"
    """The wordings by which documents are read, and what was changed of them."""
    WRITE_EVENTS = "events:write"
    READ_DECISIONS = "decisions:read"
    """What was decided on pairs of an event, and what came of it."""
    WRITE_DECISIONS = "decisions:write"
    WRITE_BLENDS = "blends:write"
    """By which weights scores are blended, and what decisions say of them."""
    WRITE_REPORTS = "reports:write"
    OWN_ACCOUNT = "own-account"
    MANAGE_ACCOUNTS = "accounts"
    READ_AUDIT = "audit"
    ERASE = "erase"


class Reach(Enum):
    """How far a right goes: over everything, or over what is of one's own cluster."""

    ALL = "all"
    OWN = "own"


ADMIN, ORGANISER = Role.ADMIN, Role.ORGANISER
REPRESENTATIVE, VIEWER = Role.REPRESENTATIVE, Role.VIEWER
VISITOR = None
"""Whoever has not signed in."""

Standing = Role | None
STAFF: Mapping[Standing, Reach] = {ADMIN: Reach.ALL, ORGANISER: Reach.ALL}

POLICY: Mapping[Action, Mapping[Standing, Reach]] = {
    Action.ENTER: dict.fromkeys([*Role, VISITOR], Reach.ALL),
    Action.READ: dict.fromkeys([*Role, VISITOR], Reach.ALL),
    Action.READ_EVENTS: {**STAFF, REPRESENTATIVE: Reach.OWN, VIEWER: Reach.ALL},
    Action.READ_DRAFTS: {**STAFF, REPRESENTATIVE: Reach.OWN},
    Action.READ_REPORTS: STAFF,
    Action.WRITE_CLUSTERS: STAFF,
    Action.WRITE_MEETINGS: STAFF,
    Action.WRITE_STATEMENTS: {**STAFF, REPRESENTATIVE: Reach.OWN},
    Action.WRITE_LEXICON: STAFF,
    Action.WRITE_EVENTS: STAFF,
    Action.READ_DECISIONS: {**STAFF, REPRESENTATIVE: Reach.OWN},
    Action.WRITE_DECISIONS: {**STAFF, REPRESENTATIVE: Reach.OWN},
    Action.WRITE_BLENDS: STAFF,
    Action.WRITE_REPORTS: STAFF,
    Action.OWN_ACCOUNT: dict.fromkeys(Role, Reach.ALL),
    Action.MANAGE_ACCOUNTS: {ADMIN: Reach.ALL},
    Action.READ_AUDIT: {ADMIN: Reach.ALL},
    Action.ERASE: {ADMIN: Reach.ALL},
}

PEOPLES = frozenset({Action.ENTER, Action.OWN_ACCOUNT})
"""What only people do: no scope of a key."""

AUDIENCES: Mapping[Standing, Visibility] = {
    ADMIN: Visibility.ORGANISERS,
    ORGANISER: Visibility.ORGANISERS,
    REPRESENTATIVE: Visibility.MEMBERS,
    VIEWER: Visibility.MEMBERS,
    VISITOR: Visibility.PUBLIC,
}
"""The narrowest circle of statements that each may see."""

CIRCLES: Mapping[Visibility, tuple[Visibility, ...]] = {
    Visibility.PUBLIC: (Visibility.PUBLIC,),
    Visibility.MEMBERS: (Visibility.PUBLIC, Visibility.MEMBERS),
    Visibility.ORGANISERS: tuple(Visibility),
}
"""What a reader of each circle may see."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: an account, a key, a visitor, or the program itself."""

    actor: str
    """As the audit names it."""
    role: Standing
    cluster: str | None = None
    """Slug of the cluster that a representative speaks for."""
    scopes: frozenset[str] | None = None
    """What a key may do of its role's rights; None: all of them."""
    display_name: str | None = None
    """As people know the account."""
    cluster_zh: str | None = None
    cluster_en: str | None = None
    account_id: int | None = None
    key_id: int | None = None
    sign_in_id: int | None = None
    origin: str | None = None
    request_id: str | None = None

    @property
    def audience(self) -> Visibility:
        return AUDIENCES[self.role]

    @property
    def circle(self) -> tuple[Visibility, ...]:
        return CIRCLES[self.audience]

    def reach(self, action: Action) -> Reach | None:
        """How far the right to ``action`` goes; None without it. A key has no account."""
        if self.scopes is not None and action not in {Action.ENTER, *self.scopes}:
            return None
        if action is Action.OWN_ACCOUNT and self.key_id is not None:
            return None
        return POLICY[action].get(self.role)

    def may(self, action: Action, cluster: str | None = None) -> bool:
        """Whether ``action`` is allowed on what belongs to ``cluster``, a slug."""
        reach = self.reach(action)
        return reach is Reach.ALL or (reach is Reach.OWN and cluster == self.cluster)

    def at(self, origin: str | None, request_id: str | None) -> "Principal":
        return replace(self, origin=origin, request_id=request_id)


ANONYMOUS = Principal(actor="visitor", role=VISITOR)


def program(part: str) -> Principal:
    """A part of the program that acts by itself, with every right: seed, worker."""
    return Principal(actor=part, role=ADMIN)


def command_line() -> Principal:
    """Whoever has a shell on the machine acts as admin."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "?"
    return Principal(actor=f"{user} (command line)", role=ADMIN)


def require_reach(who: Principal, action: Action) -> Reach:
    """How far ``who`` may do ``action``.

    Raises
    ------
    SignInRequired
        A visitor asks for what needs an account or a key.
    Forbidden
        The role, or the key's scopes, do not allow it.
    """
    reach = who.reach(action)
    if reach is not None:
        return reach
    if who.role is VISITOR:
        raise SignInRequired("sign-in-required")
    raise Forbidden("forbidden", action=action)


def require(who: Principal, action: Action, cluster: str | None = None) -> None:
    """Like ``require_reach``, for what belongs to ``cluster``, a slug; None: to no one."""
    if require_reach(who, action) is Reach.OWN and cluster != who.cluster:
        raise Forbidden("not-your-cluster", own=who.cluster or "")


def scopes_of(role: Role) -> list[str]:
    """All that a key of this role can be allowed."""
    return [a.value for a in Action if a not in PEOPLES and role in POLICY[a]]


def narrower(one: Visibility, other: Visibility) -> Visibility:
    """The circle that is inside both."""
    order = list(Visibility)
    return max(one, other, key=order.index)


def wider(one: Visibility, other: Visibility) -> Visibility:
    """The circle that holds both."""
    order = list(Visibility)
    return min(one, other, key=order.index)


def seers(visibility: Visibility) -> tuple[Visibility, ...]:
    """The circles of readers that see what has this visibility."""
    order = list(Visibility)
    return tuple(order[order.index(visibility) :])
