"""Which of a channel's papers come on one date: fit × trend × taste, no two for one idea, the same again each time."""

from bot.choice.diversity import mmr
from bot.choice.picking import Candidate, Pick, choose
from bot.choice.taste import LEAST_VOTES, Taste, Voted, learn
from bot.choice.words import hashed

__all__ = ["LEAST_VOTES", "Candidate", "Pick", "Taste", "Voted", "choose", "hashed", "learn", "mmr"]
