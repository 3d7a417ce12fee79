"""Keys of every role, the same in each test database."""

from datetime import timedelta

from sqlalchemy import select

from models import ApiKey, Cluster
from models.enums import Role
from service.access import Principal, program, scopes_of
from service.accounts.tokens import digest, prefix
from service.db import Sessions
from tests.support.clock import NOW

TESTER = program("test")
"""Acts with every right where a use-case is called directly."""

ORGANISER = Principal(actor="organiser", role=Role.ORGANISER)
VIEWER = Principal(actor="viewer", role=Role.VIEWER)

OWN_CLUSTER = "dalian"
"""Whom the representative of the tests speaks for."""


def representative(cluster: str = OWN_CLUSTER) -> Principal:
    return Principal(actor="representative", role=Role.REPRESENTATIVE, cluster=cluster)


def key_of(role: Role) -> str:
    return f"dj_{role.value:-<8}{'k' * 35}"


def bearer(role: Role) -> dict[str, str]:
    """The header that signs a request as ``role``."""
    return {"Authorization": f"Bearer {key_of(role)}"}


def add_keys(sessions: Sessions) -> None:
    """One key of each role; the representative's only where its cluster is registered."""
    with sessions.write() as session:
        own = session.scalar(select(Cluster.id).where(Cluster.slug == OWN_CLUSTER))
        for role in Role:
            represents = role is Role.REPRESENTATIVE
            if represents and own is None:
                continue
            session.add(
                ApiKey(
                    label=role.value,
                    prefix=prefix(key_of(role)),
                    secret_hash=digest(key_of(role)),
                    role=role,
                    cluster_id=own if represents else None,
                    scopes=scopes_of(role),
                    created_by="test",
                    created_at=NOW,
                    expires_at=NOW + timedelta(days=90),
                )
            )
