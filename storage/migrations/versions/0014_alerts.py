"""Deliveries of more than one kind: a channel has a digest and an alert of the same date."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

needed_until = "0013"
"""Programs before this one plan `ON CONFLICT (subscription_id, slot)`, for which there is no such key any more."""


def upgrade() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="digest"))
        delivery.drop_constraint(op.f("uq_delivery_subscription_id_slot"), type_="unique")
        delivery.create_unique_constraint(
            op.f("uq_delivery_subscription_id_slot_kind"), ["subscription_id", "slot", "kind"]
        )
