"""desk"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "start_check_marks",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the entry that is being made"),
        sa.Column("member", sa.Text(), nullable=False, comment="member id"),
        sa.Column("failed", sa.Text(), nullable=False, comment="ids of the items marked, separated by blanks"),
        sa.PrimaryKeyConstraint("account", "day", "number", "member", name=op.f("pk_start_check_marks")),
    )
    op.add_column(
        "publications",
        sa.Column("photo", sa.Text(), nullable=True, comment="evidence as channel/file, as the platform names it"),
    )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.drop_column("photo")
    op.drop_table("start_check_marks")
