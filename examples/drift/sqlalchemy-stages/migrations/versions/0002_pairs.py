"""A stage and a status that contradict each other are refused."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_check_constraint(
        "ck_sessions_stage_status", "sessions",
        "(status = 'active' AND current_stage <> 'completed')"
        " OR (status = 'failed' AND current_stage IN ('processing', 'jira_export'))"
        " OR (status = 'completed' AND current_stage = 'completed')")


def downgrade():
    op.drop_constraint("ck_sessions_stage_status", "sessions")
