"""What "trending" means: numbers in, an order and its reasons out. No clock, no I/O, no database.

`rank` orders by velocity; `by_upvotes` orders dated lists as the reference site does.
"""

from bot.ranking.dated import FRESH_FOR, by_upvotes, fresh
from bot.ranking.score import MAXIMUM_AGE, Ranking, rank

__all__ = ["FRESH_FOR", "MAXIMUM_AGE", "Ranking", "by_upvotes", "fresh", "rank"]
