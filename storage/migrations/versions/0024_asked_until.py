"""What a platform asked a lane to wait, apart from how long the lane rests by our own choice.

A rest ends when its cause is mended, such as a token that was refused; what a platform asks for does not. Which of the
two a block is that is in force while this runs nobody knows any more: it is kept as asked for.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lane", sa.Column("asked_until", UTCDateTime))
    op.execute("UPDATE lane SET asked_until = blocked_until WHERE blocked_until IS NOT NULL")
