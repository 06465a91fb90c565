"""The page of one paper: what is known of it, why it stands where it stands, how it went, and what is like it."""

from urllib.parse import quote, urlsplit

from aiohttp import web

from adapters.web.chart import charts
from adapters.web.edition import edition
from adapters.web.handling import remembered, rendered
from adapters.web.looking import look, refused
from adapters.web.press import followable
from adapters.web.remembering import Made
from adapters.web.site import absolute, paper_address
from adapters.web.state import WEB
from bot.buttons import Link
from bot.models import Counts, Paper
from bot.plain import counted
from bot.service.exports import citation
from bot.views import CardList, Explanation, PaperDetail

SIMILAR = 4


async def paper(request: web.Request) -> Made:
    """All of it on one page, without a script."""
    shared = request.app[WEB]
    detail = await look(request, "paper", {"paper": request.match_info["id"]})
    if not isinstance(detail, PaperDetail):
        return refused(request, detail)
    shown = detail.card.ranked.paper
    explanation = await look(request, "why", {"paper": shown.id})
    similar = await look(request, "similar", {"paper": shown.id, "limit": str(SIMILAR)})
    observations = await shared.service.store.papers.observations(shown.id, shared.service.clock.now())
    links = [link for link in detail.card.links if followable(link.url)]
    context = {
        "edition": await edition(shared),
        "address": absolute(request, paper_address(shown.id)),
        "detail": detail,
        "paper": shown,
        "url": detail.card.url if followable(detail.card.url) else "",
        "links": [link for link in links if link.label != "Discussion"],
        "discussions": discussions(shown, detail.card.ranked.counts, links),
        "charts": charts(observations),
        "why": explanation if isinstance(explanation, Explanation) else None,
        "reasons": explanation.reasons if isinstance(explanation, Explanation) else (),
        "similar": similar.cards if isinstance(similar, CardList) else (),
        "citation": citation(shown),
        "cite": f"/cite/{quote(shown.id, safe=':')}.bib",
    }
    return rendered(request, "paper.html", context)


async def cite(request: web.Request) -> Made:
    """The paper as a BibTeX file."""
    detail = await look(request, "paper", {"paper": request.match_info["id"]})
    if not isinstance(detail, PaperDetail):
        return refused(request, detail)
    kept = {"Content-Disposition": 'attachment; filename="paper.bib"'}
    text = citation(detail.card.ranked.paper)
    return Made(body=text.encode(), content_type="application/x-bibtex", headers=kept)


def discussions(paper: Paper, counts: Counts, links: list[Link]) -> list[Link]:
    """Where people talk about it, and how much, as far as that is known."""
    found = []
    if ":" not in paper.id and "hugging_face" in paper.sources:
        said = _told(counts.comments, "comment")
        found.append(Link(f"Hugging Face{said}", f"https://huggingface.co/papers/{paper.id}#community"))
    talked = [link.url for link in links if link.label == "Discussion"]
    return [*found, *(Link(_place(url, counts), url) for url in talked)]


def _place(url: str, counts: Counts) -> str:
    if urlsplit(url).hostname == "news.ycombinator.com":
        return f"Hacker News{_told(counts.hacker_news_points, 'point')}"
    return urlsplit(url).hostname or "elsewhere"


def _told(count: int | None, noun: str) -> str:
    return "" if count is None else f" · {counted(count, noun)}"


routes = [web.get("/p/{id:.+}", remembered(paper)), web.get("/cite/{id:.+}.bib", remembered(cite))]
