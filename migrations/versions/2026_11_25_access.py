"""Accounts, keys, the audit with its erasable history, and a revision for each circle of readers.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLES = "role IN ('admin', 'organiser', 'representative', 'viewer')"
REPRESENTS = "(role = 'representative') = (cluster_id IS NOT NULL)"
CIRCLES = ("public", "members", "organisers")
IN_CIRCLES = "IN ('public', 'members', 'organisers')"
RUN_STATES = "state IN ('due', 'rendered', 'skipped', 'failed')"
RUN_STATES_ERASED = "state IN ('due', 'rendered', 'skipped', 'failed', 'erased')"


def upgrade() -> None:
    create_accounts()
    create_audit()
    keep_append_only()
    history_to_audit()
    revision_per_circle()
    widen_older_tables()


def downgrade() -> None:
    narrow_older_tables()
    one_revision()
    audit_to_history()
    drop_append_only()
    for table in ("change", "audit_entry", "idempotency_key", "counter"):
        op.drop_table(table)
    for table in ("one_time_link", "sign_in", "api_key", "account"):
        op.drop_table(table)


def create_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(REPRESENTS, name=op.f("ck_account_represents")),
        sa.CheckConstraint(ROLES, name=op.f("ck_account_role")),
        sa.CheckConstraint("state IN ('active', 'disabled')", name=op.f("ck_account_state")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_account_name")),
        sa.CheckConstraint("version > 0", name=op.f("ck_account_version")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_account_cluster_id_cluster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("folded", name=op.f("uq_account_folded")),
    )
    op.create_index(op.f("ix_account_cluster_id"), "account", ["cluster_id"])
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_from", sa.String(length=64), nullable=True),
        sa.CheckConstraint(REPRESENTS, name=op.f("ck_api_key_represents")),
        sa.CheckConstraint(ROLES, name=op.f("ck_api_key_role")),
        sa.CheckConstraint("length(label) > 0", name=op.f("ck_api_key_label")),
        sa.CheckConstraint("length(secret_hash) = 64", name=op.f("ck_api_key_secret_hash")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_api_key_cluster_id_cluster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_index(op.f("ix_api_key_cluster_id"), "api_key", ["cluster_id"])
    for table, columns in (
        (
            "one_time_link",
            [
                sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
                sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
            ],
        ),
        (
            "sign_in",
            [
                sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
                sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
                sa.Column("origin", sa.String(length=64), nullable=True),
                sa.Column("agent", sa.String(length=200), nullable=True),
            ],
        ),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("token_hash", sa.String(length=64), nullable=False),
            sa.Column("account_id", sa.Integer(), nullable=False),
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            *columns,
            sa.CheckConstraint("length(token_hash) = 64", name=op.f(f"ck_{table}_token_hash")),
            sa.ForeignKeyConstraint(
                ["account_id"],
                ["account.id"],
                name=op.f(f"fk_{table}_account_id_account"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
        )
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])
    op.create_index(op.f("ix_sign_in_expires_at"), "sign_in", ["expires_at"])


def create_audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.String(length=160), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(action) > 0", name=op.f("ck_audit_entry_action")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at_id", "audit_entry", ["at", "id"])
    op.create_index(
        "ix_audit_entry_entity_entity_id", "audit_entry", ["entity", "entity_id", "version"]
    )
    op.create_table(
        "change",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit_entry.id"], name=op.f("fk_change_audit_id_audit_entry")
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_change")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_counter_value")),
        sa.PrimaryKeyConstraint("name", "starts_at", name=op.f("pk_counter")),
    )
    op.create_index("ix_counter_ends_at", "counter", ["ends_at"])
    op.create_table(
        "idempotency_key",
        sa.Column("caller", sa.String(length=120), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(key_hash) = 64", name=op.f("ck_idempotency_key_key_hash")),
        sa.CheckConstraint(
            "length(request_hash) = 64", name=op.f("ck_idempotency_key_request_hash")
        ),
        sa.PrimaryKeyConstraint("caller", "key_hash", name=op.f("pk_idempotency_key")),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])


def keep_append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit_entry"
            " BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
    op.execute(  # INSERT OR REPLACE removes a row without its trigger
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit_entry"
        " WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)"
        " BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    )


def drop_append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_append_only ON audit_entry")
        op.execute("DROP FUNCTION audit_is_append_only")
        return
    op.execute("DROP TRIGGER audit_no_update")
    op.execute("DROP TRIGGER audit_no_delete")
    op.execute("DROP TRIGGER audit_no_replace")


def history_to_audit() -> None:
    """The history of statements becomes entries of the audit, in the order in which it grew."""
    op.execute(
        "INSERT INTO audit_entry (id, at, actor, action, entity, entity_id, version)"
        " SELECT id, changed_at, actor, 'statement.' || action, 'statement',"
        " CAST(statement_id AS VARCHAR(160)), version FROM statement_change"
    )
    op.execute(
        "INSERT INTO change (audit_id, before, after)"
        " SELECT id, before, after FROM statement_change"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE change SET before = NULL WHERE CAST(before AS TEXT) = 'null'")
        op.execute(
            "SELECT setval(pg_get_serial_sequence('audit_entry', 'id'),"
            " (SELECT coalesce(max(id), 0) + 1 FROM audit_entry), false)"
        )
    else:
        op.execute("UPDATE change SET before = NULL WHERE before = 'null'")
    op.drop_table("statement_change")


def audit_to_history() -> None:
    """What is left of the history of statements that are still there."""
    op.create_table(
        "statement_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "action IN ('created', 'edited', 'confirmed', 'rejected', 'retired')",
            name=op.f("ck_statement_change_action"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_statement_change_statement_id_statement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_change")),
        sa.UniqueConstraint(
            "statement_id", "version", name=op.f("uq_statement_change_statement_id_version")
        ),
    )
    op.execute(
        "INSERT INTO statement_change"
        " (id, statement_id, version, action, actor, changed_at, before, after)"
        " SELECT e.id, s.id, e.version, substr(e.action, 11), e.actor, e.at, c.before, c.after"
        " FROM audit_entry e JOIN change c ON c.audit_id = e.id"
        " JOIN statement s ON CAST(s.id AS VARCHAR(160)) = e.entity_id"
        " WHERE e.entity = 'statement' AND e.version IS NOT NULL AND c.after IS NOT NULL"
        " AND substr(e.action, 11) IN ('created', 'edited', 'confirmed', 'rejected', 'retired')"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('statement_change', 'id'),"
            " (SELECT coalesce(max(id), 0) + 1 FROM statement_change), false)"
        )


def revision_per_circle() -> None:
    set_aside_revision()
    op.create_table(
        "data_revision",
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"audience {IN_CIRCLES}", name=op.f("ck_data_revision_audience")),
        sa.PrimaryKeyConstraint("audience", name=op.f("pk_data_revision")),
    )
    for circle in CIRCLES:
        copied = sa.text(
            "INSERT INTO data_revision (audience, value, changed_at)"
            " SELECT :circle, value, changed_at FROM data_revision_old"
        )
        op.execute(copied.bindparams(sa.bindparam("circle", circle, sa.String(20))))
    op.drop_table("data_revision_old")


def one_revision() -> None:
    set_aside_revision()
    op.create_table(
        "data_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_data_revision_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_revision")),
    )
    op.execute(
        "INSERT INTO data_revision (id, value, changed_at)"
        " SELECT 1, value, changed_at FROM data_revision_old WHERE audience = 'organisers'"
    )
    op.drop_table("data_revision_old")


def set_aside_revision() -> None:
    op.rename_table("data_revision", "data_revision_old")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_data_revision RENAME TO pk_data_revision_old")


def widen_older_tables() -> None:
    with op.batch_alter_table("meeting") as batch:
        batch.add_column(sa.Column("visibility", sa.String(length=20), nullable=True))
    op.execute(
        "UPDATE meeting SET visibility ="
        " CASE WHEN seed_key IS NULL THEN 'members' ELSE 'public' END"
    )
    with op.batch_alter_table("meeting") as batch:
        batch.alter_column("visibility", existing_type=sa.String(length=20), nullable=False)
        batch.create_check_constraint(op.f("ck_meeting_visibility"), f"visibility {IN_CIRCLES}")
    with op.batch_alter_table("veto") as batch:
        batch.add_column(sa.Column("version", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE veto SET version = 1, updated_at = created_at")
    with op.batch_alter_table("veto") as batch:
        batch.alter_column("version", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("updated_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.create_check_constraint(op.f("ck_veto_version"), "version > 0")
    run_states(RUN_STATES_ERASED)


def narrow_older_tables() -> None:
    op.execute("UPDATE report_run SET state = 'failed' WHERE state = 'erased'")
    run_states(RUN_STATES)
    with op.batch_alter_table("veto") as batch:
        batch.drop_constraint(op.f("ck_veto_version"), type_="check")
        batch.drop_column("version")
        batch.drop_column("updated_at")
    with op.batch_alter_table("meeting") as batch:
        batch.drop_constraint(op.f("ck_meeting_visibility"), type_="check")
        batch.drop_column("visibility")


def run_states(allowed: str) -> None:
    with op.batch_alter_table("report_run") as batch:
        batch.drop_constraint(op.f("ck_report_run_state"), type_="check")
        batch.create_check_constraint(op.f("ck_report_run_state"), allowed)
