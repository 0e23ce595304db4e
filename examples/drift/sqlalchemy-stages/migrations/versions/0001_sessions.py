"""Sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("site_name", sa.Text, nullable=False),
        sa.Column("current_stage", sa.Text, nullable=False, server_default="site_info_collection"),
        sa.Column("status", sa.Text, nullable=False, server_default="active"),
        sa.Column("tickets", sa.Integer, nullable=False, server_default="0"),
        sa.CheckConstraint(
            "current_stage IN ('site_info_collection', 'upload', 'processing', 'review', 'jira_export', 'completed')",
            name="ck_sessions_stage"),
        sa.CheckConstraint("status IN ('active', 'failed', 'completed')", name="ck_sessions_status"),
    )


def downgrade():
    op.drop_table("sessions")
