"""Plan, claim, send, record: a digest arrives once, on time, or says why not.

The ledger (ports.DeliveryStore) is domain data and outbox in one. The pure modules decide: `verdict` before an attempt,
`outcomes` after it, `opening` when somebody asks, `pacing` how fast a lane may go. `planning`, `drawing`, `attempt`,
`traffic` and `courier` do, and decide nothing.
"""

from bot.delivery.backoff import Jitter, Pace
from bot.delivery.courier import Courier
from bot.delivery.drawing import Compose
from bot.delivery.keys import idempotency_key, lane_of

__all__ = ["Compose", "Courier", "Jitter", "Pace", "idempotency_key", "lane_of"]
