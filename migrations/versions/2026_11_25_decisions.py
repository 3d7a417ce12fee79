"""What was shown at events, what was decided on it, what came of it, and learnt blends.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_showing()
    create_impression()
    create_decision()
    create_outcome()
    create_blend()


def downgrade() -> None:
    """What the dropped tables held is lost; no older row is."""
    for name in ("blend", "outcome", "decision", "impression", "showing"):
        op.drop_table(name)


def create_showing() -> None:
    op.create_table(
        "showing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("scorer", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("shown_by", sa.String(length=120), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "audience IN ('public', 'members', 'organisers')", name=op.f("ck_showing_audience")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_showing_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["cluster.id"], name=op.f("fk_showing_to_id_cluster"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showing")),
    )
    op.create_index("ix_showing_event_id_id", "showing", ["event_id", "id"], unique=False)
    op.create_index(op.f("ix_showing_to_id"), "showing", ["to_id"], unique=False)


def create_impression() -> None:
    op.create_table(
        "impression",
        sa.Column("showing_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("for_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.Double(), nullable=False),
        sa.Column("offer", sa.Double(), nullable=False),
        sa.Column("mutual", sa.Double(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.CheckConstraint("for_id <> cluster_id", name=op.f("ck_impression_pair")),
        sa.CheckConstraint("mutual BETWEEN 0 AND 1", name=op.f("ck_impression_mutual")),
        sa.CheckConstraint("need BETWEEN 0 AND 1", name=op.f("ck_impression_need")),
        sa.CheckConstraint("offer BETWEEN 0 AND 1", name=op.f("ck_impression_offer")),
        sa.CheckConstraint("place > 0", name=op.f("ck_impression_place")),
        sa.CheckConstraint("similarity BETWEEN 0 AND 1", name=op.f("ck_impression_similarity")),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["cluster.id"],
            name=op.f("fk_impression_cluster_id_cluster"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["for_id"],
            ["cluster.id"],
            name=op.f("fk_impression_for_id_cluster"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["showing_id"],
            ["showing.id"],
            name=op.f("fk_impression_showing_id_showing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("showing_id", "place", name=op.f("pk_impression")),
        sa.UniqueConstraint(
            "showing_id",
            "for_id",
            "cluster_id",
            name=op.f("uq_impression_showing_id_for_id_cluster_id"),
        ),
    )
    op.create_index(op.f("ix_impression_cluster_id"), "impression", ["cluster_id"], unique=False)
    op.create_index(op.f("ix_impression_for_id"), "impression", ["for_id"], unique=False)


def create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("for_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("side_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("showing_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("need", sa.Double(), nullable=False),
        sa.Column("offer", sa.Double(), nullable=False),
        sa.Column("mutual", sa.Double(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("verdict IN ('must', 'yes', 'no')", name=op.f("ck_decision_verdict")),
        sa.CheckConstraint(
            "(showing_id IS NULL) = (place IS NULL)", name=op.f("ck_decision_shown")
        ),
        sa.CheckConstraint("for_id <> cluster_id", name=op.f("ck_decision_pair")),
        sa.CheckConstraint("mutual BETWEEN 0 AND 1", name=op.f("ck_decision_mutual")),
        sa.CheckConstraint("need BETWEEN 0 AND 1", name=op.f("ck_decision_need")),
        sa.CheckConstraint("offer BETWEEN 0 AND 1", name=op.f("ck_decision_offer")),
        sa.CheckConstraint("place > 0", name=op.f("ck_decision_place")),
        sa.CheckConstraint(
            "side_id IS NULL OR side_id IN (for_id, cluster_id)", name=op.f("ck_decision_side")
        ),
        sa.CheckConstraint("similarity BETWEEN 0 AND 1", name=op.f("ck_decision_similarity")),
        sa.CheckConstraint("version > 0", name=op.f("ck_decision_version")),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["cluster.id"],
            name=op.f("fk_decision_cluster_id_cluster"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_decision_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["for_id"], ["cluster.id"], name=op.f("fk_decision_for_id_cluster"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["showing_id"],
            ["showing.id"],
            name=op.f("fk_decision_showing_id_showing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["side_id"],
            ["cluster.id"],
            name=op.f("fk_decision_side_id_cluster"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_cluster_id"), "decision", ["cluster_id"], unique=False)
    op.create_index("ix_decision_event_id_id", "decision", ["event_id", "id"], unique=False)
    op.create_index(op.f("ix_decision_for_id"), "decision", ["for_id"], unique=False)
    op.create_index(op.f("ix_decision_showing_id"), "decision", ["showing_id"], unique=False)
    op.create_index(op.f("ix_decision_side_id"), "decision", ["side_id"], unique=False)


def create_outcome() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("for_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("amount_yuan", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_yuan IS NULL OR result = 'contract'", name=op.f("ck_outcome_amount_of")
        ),
        sa.CheckConstraint(
            "result IN ('met', 'no_show', 'none', 'interest', 'samples', 'intent', 'contract')",
            name=op.f("ck_outcome_result"),
        ),
        sa.CheckConstraint("amount_yuan > 0", name=op.f("ck_outcome_amount_yuan")),
        sa.CheckConstraint("for_id <> cluster_id", name=op.f("ck_outcome_pair")),
        sa.CheckConstraint("version > 0", name=op.f("ck_outcome_version")),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["cluster.id"],
            name=op.f("fk_outcome_cluster_id_cluster"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_outcome_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["for_id"], ["cluster.id"], name=op.f("fk_outcome_for_id_cluster"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_cluster_id"), "outcome", ["cluster_id"], unique=False)
    op.create_index(op.f("ix_outcome_event_id"), "outcome", ["event_id"], unique=False)
    op.create_index(op.f("ix_outcome_for_id"), "outcome", ["for_id"], unique=False)


def create_blend() -> None:
    op.create_table(
        "blend",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need", sa.Double(), nullable=False),
        sa.Column("offer", sa.Double(), nullable=False),
        sa.Column("mutual", sa.Double(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("better", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("learnt_by", sa.String(length=120), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("activated_by", sa.String(length=120), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by", sa.String(length=120), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "abs(need + offer + mutual + similarity - 1) < 0.000001", name=op.f("ck_blend_sum")
        ),
        sa.CheckConstraint(
            "(activated_at IS NULL) = (activated_by IS NULL)", name=op.f("ck_blend_activated")
        ),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (retired_by IS NULL)", name=op.f("ck_blend_retired")
        ),
        sa.CheckConstraint("mutual BETWEEN 0 AND 1", name=op.f("ck_blend_mutual")),
        sa.CheckConstraint("need BETWEEN 0 AND 1", name=op.f("ck_blend_need")),
        sa.CheckConstraint("offer BETWEEN 0 AND 1", name=op.f("ck_blend_offer")),
        sa.CheckConstraint(
            "retired_at IS NULL OR activated_at IS NOT NULL", name=op.f("ck_blend_state")
        ),
        sa.CheckConstraint("similarity BETWEEN 0 AND 1", name=op.f("ck_blend_similarity")),
        sa.CheckConstraint("version > 0", name=op.f("ck_blend_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blend")),
    )
