"""Bundled, invented papers with a past that always ends now, so that a machine with no network shows a full product.

Nothing in `papers.json` exists: titles, abstracts, people, organisations and repositories are made up, and the ids are
of December 2099, which arXiv has not given out. Surnames are words for "example".

The latest list belongs to the latest weekday; some lists are still to come, so a demo whose clock runs on, or runs
fast, goes on living. Among the papers are one that takes off after two months, a repository with bought stars, and
some that only arXiv knows.
"""

from bot.demo.filling import demo_settings, fill
from bot.demo.lists import demo_batches, sketches

__all__ = ["demo_batches", "demo_settings", "fill", "sketches"]
