"""Rankings that are kept, with the facts that they were computed from.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_snapshot",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_run_snapshot")),
    )
    op.create_table(
        "kept_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kept_by", sa.String(length=120), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("cluster", sa.String(length=80), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("drafts", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("scorer", sa.String(length=40), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('kept', 'erased', 'deleted')", name=op.f("ck_kept_run_state")
        ),
        sa.CheckConstraint(
            "scope IN ('cluster', 'pairs', 'event')", name=op.f("ck_kept_run_scope")
        ),
        sa.CheckConstraint(
            "audience IN ('public', 'members', 'organisers')", name=op.f("ck_kept_run_audience")
        ),
        sa.CheckConstraint(
            "(state = 'kept') = (answer IS NOT NULL)", name=op.f("ck_kept_run_answer")
        ),
        sa.CheckConstraint(
            "(state = 'kept') = (snapshot IS NOT NULL)", name=op.f("ck_kept_run_snapshot")
        ),
        sa.CheckConstraint(
            "(scope = 'event') = (event_id IS NOT NULL)", name=op.f("ck_kept_run_event_id")
        ),
        sa.CheckConstraint(
            "scope <> 'cluster' OR cluster IS NOT NULL", name=op.f("ck_kept_run_cluster")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_kept_run_size")),
        sa.ForeignKeyConstraint(
            ["snapshot"], ["run_snapshot.digest"], name=op.f("fk_kept_run_snapshot_run_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_run")),
        sa.UniqueConstraint("digest", name=op.f("uq_kept_run_digest")),
    )
    for column in ("audience", "snapshot"):
        op.create_index(op.f(f"ix_kept_run_{column}"), "kept_run", [column])


def downgrade() -> None:
    """The kept runs are lost; no older row is."""
    op.drop_table("kept_run")
    op.drop_table("run_snapshot")
