"""backups"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "backups",
        sa.Column("layer", sa.Text(), nullable=False, comment="day, week or month"),
        sa.Column("at", sa.Text(), nullable=False, comment="when it was made or looked at"),
        sa.Column("good", sa.Integer(), nullable=False, comment="1: read through whole after it was written"),
        sa.PrimaryKeyConstraint("layer", "at", name=op.f("pk_backups")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("backups")
