"""Life of a document.

Revision: 8d2e5b7c9f10, after: 4c1f0a6d2b7e
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "8d2e5b7c9f10"
down_revision = "4c1f0a6d2b7e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_notices_actor_id_users")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_notices_item_id_items"), ondelete="cascade"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_notices_user_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_inbox", ["user_id", "read_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_mailed_at"), ["mailed_at"], unique=False)

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accepted_id", sa.Integer(), nullable=True))

    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("data", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("is_material", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.drop_column("is_material")
        batch_op.drop_column("data")

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_column("accepted_id")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_mailed_at"))
        batch_op.drop_index(batch_op.f("ix_notices_item_id"))
        batch_op.drop_index("ix_notices_inbox")

    op.drop_table("notices")
