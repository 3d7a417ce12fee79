"""Vectors of capability phrases.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrase_vector",
        sa.Column("encoder", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_phrase_vector_digest")),
        sa.CheckConstraint("length(vector) > 0", name=op.f("ck_phrase_vector_vector")),
        sa.PrimaryKeyConstraint("encoder", "digest", name=op.f("pk_phrase_vector")),
    )


def downgrade() -> None:
    op.drop_table("phrase_vector")
