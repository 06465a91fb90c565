"""The table of other names of papers."""

from sqlalchemy import Column, Index, Table

from storage.schema import metadata
from storage.types import Id

alias = Table(
    "alias",
    metadata,
    Column("id", Id, primary_key=True),
    Column("paper_id", Id, nullable=False),
    Index(None, "paper_id"),
)
"""`id` is a canonical id that means the paper now known as `paper_id`, such as the DOI of a paper that is on arXiv."""
