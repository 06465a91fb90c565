"""What a paper is called wherever people read it; pure."""

from bot.latex import readable
from bot.models import Paper


def title_of(paper: Paper) -> str:
    """In one line, without LaTeX; the id of a paper that has none."""
    return " ".join(readable(paper.title).split()) or paper.id
