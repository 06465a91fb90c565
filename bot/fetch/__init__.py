"""Asking other people's servers: polite, conditional, capped, and never where a redirect should not lead."""

from bot.fetch.client import Fetcher
from bot.fetch.exchange import Answer, FetchError, Limits, RealTime, Request
from bot.fetch.kept import KeptAnswers, KeptInFolder, KeptInMemory

__all__ = [
    "Answer",
    "FetchError",
    "Fetcher",
    "KeptAnswers",
    "KeptInFolder",
    "KeptInMemory",
    "Limits",
    "RealTime",
    "Request",
]
