"""The sources and the fetcher that the settings describe."""

from pathlib import Path

from pydantic import SecretStr

from bot.config import Settings
from bot.fetch import Fetcher, KeptAnswers, KeptInFolder, KeptInMemory
from bot.ports import LeaseStore
from bot.sources import Source
from bot.sources.arxiv import Arxiv
from bot.sources.github import GitHub
from bot.sources.hacker_news import HackerNews
from bot.sources.hugging_face import HuggingFace
from bot.sources.semantic_scholar import SemanticScholar


def sources_from(settings: Settings) -> tuple[Source, ...]:
    """All of them; those that need a token do with less without it."""
    return (
        hub_of(settings),
        Arxiv(api_url=settings.arxiv_api_url, feed_url=settings.arxiv_rss_url),
        GitHub(base_url=settings.github_api_url, token=_secret(settings.github_token)),
        HackerNews(base_url=settings.hn_api_url),
        SemanticScholar(base_url=settings.s2_api_url, api_key=_secret(settings.s2_api_key)),
    )


def hub_of(settings: Settings) -> HuggingFace:
    return HuggingFace(base_url=settings.hf_api_url, token=_secret(settings.hf_token))


def fetcher_from(settings: Settings, leases: LeaseStore | None) -> Fetcher:
    """To be closed by whoever asked for it. Without `leases` it keeps the sources' gaps for itself alone."""
    trusted = (
        settings.hf_api_url,
        settings.arxiv_api_url,
        settings.arxiv_rss_url,
        settings.github_api_url,
        settings.hn_api_url,
        settings.s2_api_url,
    )
    return Fetcher(trusted=trusted, contact=settings.public_url, kept=_kept(settings.database_url), leases=leases)


def _kept(database_url: str) -> KeptAnswers:
    """In a folder beside a SQLite database, so that one `refresh` after another stays polite; else in memory."""
    if not database_url.startswith("sqlite:///") or ":memory:" in database_url:
        return KeptInMemory()
    return KeptInFolder(Path(database_url.removeprefix("sqlite:///")).with_suffix(".fetched"))


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
