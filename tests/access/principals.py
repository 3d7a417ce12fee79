"""Everybody who may knock at the door, each with the key they come with."""

from datetime import timedelta

from sqlalchemy import select

from models import ApiKey, Cluster
from models.enums import Role
from service.access import Action, scopes_of
from service.accounts.tokens import digest, prefix
from service.db import Sessions
from tests.support.clock import NOW
from tests.support.people import OWN_CLUSTER, bearer

OTHER_CLUSTER = "keqiao"

PRINCIPALS = (
    "visitor",
    "viewer",
    "own",  # the representative of the cluster that is asked about
    "other",  # the representative of another cluster
    "organiser",
    "admin",
    "reading",  # an organiser's key that has the scope `read` only
    "expired",
    "revoked",
    "person",  # a viewer with an account and a browser, where all others have a key
)
KNOWN = {
    "viewer": Role.VIEWER,
    "own": Role.REPRESENTATIVE,
    "organiser": Role.ORGANISER,
    "admin": Role.ADMIN,
}
"""Whose keys every test database has."""


def key_of(name: str) -> str:
    return f"dj_{name:~<8}{'x' * 35}"


def headers_of(principal: str) -> dict[str, str]:
    if principal == "visitor":
        return {}
    if principal in KNOWN:
        return bearer(KNOWN[principal])
    return {"Authorization": f"Bearer {key_of(principal)}"}


def add_principals(sessions: Sessions) -> None:
    """The keys that not every test database has."""
    month = timedelta(days=30)
    with sessions.write() as session:
        other = session.scalar(select(Cluster.id).where(Cluster.slug == OTHER_CLUSTER))
        for name, role, cluster in (
            ("other", Role.REPRESENTATIVE, other),
            ("reading", Role.ORGANISER, None),
            ("expired", Role.ADMIN, None),
            ("revoked", Role.ADMIN, None),
        ):
            session.add(
                ApiKey(
                    label=name,
                    prefix=prefix(key_of(name)),
                    secret_hash=digest(key_of(name)),
                    role=role,
                    cluster_id=cluster,
                    scopes=[Action.READ] if name == "reading" else scopes_of(role),
                    created_by="test",
                    created_at=NOW - month,
                    expires_at=NOW if name == "expired" else NOW + month,
                    revoked_at=NOW if name == "revoked" else None,
                )
            )


__all__ = ["OTHER_CLUSTER", "OWN_CLUSTER", "PRINCIPALS", "add_principals", "headers_of"]
