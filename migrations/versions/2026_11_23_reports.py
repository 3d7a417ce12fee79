"""Schedules, the ledger of their runs, and deliveries.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("cron", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(length=60), nullable=True),
        sa.Column("min_score", sa.Double(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("move", sa.Double(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("skip_unchanged", sa.Boolean(), nullable=False),
        sa.Column("on_doubt", sa.String(length=20), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("folder", sa.String(length=60), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'active') = (next_due_at IS NOT NULL)", name=op.f("ck_schedule_next_due_at")
        ),
        sa.CheckConstraint(
            "audience IN ('public', 'members', 'organisers')", name=op.f("ck_schedule_audience")
        ),
        sa.CheckConstraint(
            "cluster_id IS NULL OR scope = 'cluster'", name=op.f("ck_schedule_cluster_id")
        ),
        sa.CheckConstraint(
            "event_id IS NULL OR scope = 'event'", name=op.f("ck_schedule_event_id")
        ),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_schedule_language")),
        sa.CheckConstraint("on_doubt IN ('resend', 'ask')", name=op.f("ck_schedule_on_doubt")),
        sa.CheckConstraint("scope IN ('all', 'cluster', 'event')", name=op.f("ck_schedule_scope")),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'deleted')", name=op.f("ck_schedule_state")
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_schedule_name")),
        sa.CheckConstraint("min_score BETWEEN 0 AND 1", name=op.f("ck_schedule_min_score")),
        sa.CheckConstraint("move BETWEEN 0 AND 1", name=op.f("ck_schedule_move")),
        sa.CheckConstraint("top BETWEEN 1 AND 500", name=op.f("ck_schedule_top")),
        sa.CheckConstraint("version > 0", name=op.f("ck_schedule_version")),
        sa.ForeignKeyConstraint(
            ["cluster_id"],
            ["cluster.id"],
            name=op.f("fk_schedule_cluster_id_cluster"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_schedule_event_id_event"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    op.create_index("ix_schedule_cluster_id", "schedule", ["cluster_id"])
    op.create_index("ix_schedule_event_id", "schedule", ["event_id"])
    op.create_index("ix_schedule_next_due_at", "schedule", ["next_due_at"])
    op.create_table(
        "report_run",
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("missed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("scorer", sa.String(length=40), nullable=True),
        sa.Column("audience", sa.String(length=20), nullable=True),
        sa.Column("weights", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("comparable", sa.String(length=64), nullable=True),
        sa.Column("compared_with", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("new", sa.Integer(), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=True),
        sa.Column("gone", sa.Integer(), nullable=True),
        sa.Column("unchanged", sa.Integer(), nullable=True),
        sa.Column("snapshot", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.LargeBinary(), nullable=True),
        sa.Column("xlsx", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind IN ('scheduled', 'manual')", name=op.f("ck_report_run_kind")),
        sa.CheckConstraint(
            "state = 'due' OR lease_owner IS NULL", name=op.f("ck_report_run_lease_owner")
        ),
        sa.CheckConstraint(
            "state IN ('due', 'rendered', 'skipped', 'failed')", name=op.f("ck_report_run_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('rendered', 'skipped') OR rendered_at IS NOT NULL",
            name=op.f("ck_report_run_rendered_at"),
        ),
        sa.CheckConstraint(
            "(lease_owner IS NULL) = (lease_until IS NULL)", name=op.f("ck_report_run_lease")
        ),
        sa.CheckConstraint(
            "(missed = 0) = (missed_since IS NULL)", name=op.f("ck_report_run_missed_since")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_report_run_attempts")),
        sa.CheckConstraint("missed >= 0", name=op.f("ck_report_run_missed")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_report_run_schedule_id_schedule")
        ),
        sa.PrimaryKeyConstraint("schedule_id", "due_at", name=op.f("pk_report_run")),
    )
    op.create_index("ix_report_run_due_at_schedule_id", "report_run", ["due_at", "schedule_id"])
    op.create_index(
        "ix_report_run_state_next_attempt_at", "report_run", ["state", "next_attempt_at"]
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=254), nullable=False),
        sa.Column("message_id", sa.String(length=400), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(channel = 'email') = (message_id IS NOT NULL)", name=op.f("ck_delivery_message_id")
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (lease_owner IS NOT NULL)", name=op.f("ck_delivery_lease_owner")
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (lease_until IS NOT NULL)", name=op.f("ck_delivery_lease_until")
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_delivery_sent_at")
        ),
        sa.CheckConstraint("channel IN ('email', 'folder')", name=op.f("ck_delivery_channel")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'handed_over', 'failed')",
            name=op.f("ck_delivery_state"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts")),
        sa.CheckConstraint("doubtful BETWEEN 0 AND attempts", name=op.f("ck_delivery_doubtful")),
        sa.ForeignKeyConstraint(
            ["schedule_id", "due_at"],
            ["report_run.schedule_id", "report_run.due_at"],
            name=op.f("fk_delivery_schedule_id_due_at_report_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "schedule_id",
            "due_at",
            "channel",
            "target",
            name=op.f("uq_delivery_schedule_id_due_at_channel_target"),
        ),
    )
    op.create_index("ix_delivery_state_next_attempt_at", "delivery", ["state", "next_attempt_at"])


def downgrade() -> None:
    op.drop_index("ix_delivery_state_next_attempt_at", table_name="delivery")
    op.drop_table("delivery")
    op.drop_index("ix_report_run_state_next_attempt_at", table_name="report_run")
    op.drop_index("ix_report_run_due_at_schedule_id", table_name="report_run")
    op.drop_table("report_run")
    op.drop_index("ix_schedule_next_due_at", table_name="schedule")
    op.drop_index("ix_schedule_event_id", table_name="schedule")
    op.drop_index("ix_schedule_cluster_id", table_name="schedule")
    op.drop_table("schedule")
