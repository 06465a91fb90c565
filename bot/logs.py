"""Structured logs: JSON for machines, lines for people, and no secret in either."""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog
from pydantic import SecretStr

from bot.config import Settings
from bot.mail_server import MailServer

_TOKEN_SHAPES = re.compile(
    r"xox[a-z]-[A-Za-z0-9-]+|xapp-[A-Za-z0-9-]+|xoxe\.[A-Za-z0-9.-]+"  # Slack
    r"|(?:Bot|Bearer) [A-Za-z0-9._~+/-]{16,}=*"  # authorization headers
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|hf_[A-Za-z0-9]{20,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user:password in an address
)
_MAIL_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
"""Somebody's; a host without a dot, as in `discord:@me`, is none. https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1."""
_MASK = "***"
_NOISY = (
    "slack_bolt",
    "slack_sdk",
    "discord",
    "apscheduler",
    "httpx",
    "httpcore",
    "aiohttp.access",
    "alembic",
    "asyncio",
)
"""Libraries whose INFO is about themselves; their warnings are kept."""

Processor = Any


def set_up_logging(settings: Settings, *, quiet: bool = False) -> None:
    """Send everything, our own events and the libraries' records, through one redacting formatter to stderr."""
    style = settings.log_format or ("console" if sys.stderr.isatty() else "json")
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redactor(secrets_of(settings)),
    ]
    drawn: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if style == "console"
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, drawn],
        )
    )
    logging.basicConfig(handlers=[handler], level="ERROR" if quiet else settings.log_level.upper(), force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # it misses what only voice needs
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The values that must never be seen, longest first."""
    values = (getattr(settings, name) for name in Settings.model_fields)
    known = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    if settings.smtp_url is not None:
        known.add(MailServer.parse(settings.smtp_url.get_secret_value()).password or "")
    return tuple(sorted((value for value in known if len(value) >= 6), key=len, reverse=True))


def redactor(secrets: Iterable[str]) -> Processor:
    """A processor that masks these values, and whatever looks like a token or a mail address, in every string."""
    known = tuple(secrets)

    def mask(value: Any) -> Any:
        if isinstance(value, str):
            for secret in known:
                value = value.replace(secret, _MASK)
            return _MAIL_ADDRESS.sub(_MASK, _TOKEN_SHAPES.sub(_MASK, value))
        if isinstance(value, dict):
            return {key: mask(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [mask(item) for item in value]
        return value

    def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            event[key] = value if key.startswith("_") else mask(value)
        return event

    return redact
