"""Changes to the lexicon, dismissed places, and the figures of a statement.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("withdrawn_at IS NULL")
DISMISSED = "dismissal_id IS NULL OR (status = 'rejected' AND cluster_id IS NULL)"


def upgrade() -> None:
    create_lexicon_change()
    create_place_dismissal()
    widen_statement()


def downgrade() -> None:
    """What the dropped tables and columns held is lost; no older row is."""
    with op.batch_alter_table("statement") as batch:
        batch.drop_index(op.f("ix_statement_dismissal_id"))
        batch.drop_constraint(op.f("fk_statement_dismissal_id_place_dismissal"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_statement_dismissal"), type_="check")
        batch.drop_column("dismissal_id")
        batch.drop_column("figures")
    op.drop_table("place_dismissal")
    op.drop_table("lexicon_change")


def create_lexicon_change() -> None:
    op.create_table(
        "lexicon_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("effect", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=120), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "part IN ('cue', 'topic', 'facet', 'ignore')", name=op.f("ck_lexicon_change_part")
        ),
        sa.CheckConstraint("effect IN ('add', 'remove')", name=op.f("ck_lexicon_change_effect")),
        sa.CheckConstraint(
            "(part = 'ignore') = (target = '')", name=op.f("ck_lexicon_change_target")
        ),
        sa.CheckConstraint("length(form) > 0", name=op.f("ck_lexicon_change_form")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_lexicon_change_withdrawn"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_lexicon_change_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lexicon_change")),
    )
    op.create_index(
        "uq_lexicon_change_in_force",
        "lexicon_change",
        ["part", "target", "form"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )


def create_place_dismissal() -> None:
    op.create_table(
        "place_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("dismissed_by", sa.String(length=120), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_place_dismissal_name")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_place_dismissal_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_dismissal")),
        sa.UniqueConstraint("folded", name=op.f("uq_place_dismissal_folded")),
    )


def widen_statement() -> None:
    with op.batch_alter_table("statement") as batch:
        batch.add_column(sa.Column("figures", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("dismissal_id", sa.Integer(), nullable=True))
    op.execute("UPDATE statement SET figures = '[]'")
    with op.batch_alter_table("statement") as batch:
        batch.alter_column("figures", existing_type=sa.JSON(), nullable=False)
        batch.create_foreign_key(
            op.f("fk_statement_dismissal_id_place_dismissal"),
            "place_dismissal",
            ["dismissal_id"],
            ["id"],
        )
        batch.create_check_constraint(op.f("ck_statement_dismissal"), DISMISSED)
        batch.create_index(op.f("ix_statement_dismissal_id"), ["dismissal_id"])
