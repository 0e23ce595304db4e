"""Jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "video_jobs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column(
            "status", sa.Enum("queued", "running", "done", "failed", name="job_status"), nullable=False,
            server_default="queued"),
        sa.Column("frames", sa.Integer),
    )


def downgrade():
    op.drop_table("video_jobs")
    op.execute("DROP TYPE job_status")
