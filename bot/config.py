"""Settings: the only place that reads the environment. Names, meanings and defaults are in the README's reference."""

import difflib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError
from bot.mail_server import MailServer, Sender, normal_address


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http(s) address")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    """Heroku writes postgres://; SQLAlchemy wants the driver by name."""
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value.removeprefix(prefix)
    if value.startswith("sqlite:///") and value != "sqlite:///":
        return value
    raise ValueError("is neither a sqlite:/// nor a postgresql:// address")


def _instant(value: object) -> object:
    """A date or time; without a zone it is UTC."""
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _networks(value: object) -> object:
    """Addresses and networks, between commas."""
    if not isinstance(value, str):
        return value
    networks = tuple(part.strip() for part in value.split(",") if part.strip())
    for network in networks:
        ip_network(network, strict=False)
    return networks


def _smtp_url(value: SecretStr) -> SecretStr:
    MailServer.parse(value.get_secret_value())
    return value


def _sender(value: str) -> str:
    return str(Sender.parse(value))


HttpUrl = Annotated[str, AfterValidator(_http_url)]


class Settings(BaseSettings):
    """All settings, parsed. A secret shows itself as stars."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True
    )

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite:///broadsheet.db", examples=["postgresql://user:password@host/broadsheet"]
    )
    host: str = Field("127.0.0.1", examples=["127.0.0.1"])
    port: int = Field(8080, ge=0, le=65535, examples=["8080"])
    public_url: HttpUrl | None = Field(None, examples=["https://papers.example.org"])
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_networks)] = Field(
        (), examples=["127.0.0.1,10.0.0.0/8"]
    )
    requests_per_minute: int = Field(600, ge=0, le=1_000_000, examples=["600"])
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", examples=["info"])
    log_format: Literal["console", "json"] | None = Field(None, examples=["json"])

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_command: str = Field("/papers", pattern=r"^/[a-z0-9_-]{1,31}$", examples=["/papers"])
    slack_api_url: HttpUrl = Field("https://slack.com/api", examples=["https://slack.com/api"])
    slack_authorize_url: HttpUrl = Field(
        "https://slack.com/oauth/v2/authorize", examples=["https://slack.com/oauth/v2/authorize"]
    )

    discord_bot_token: SecretStr | None = None
    discord_application_id: str | None = Field(None, pattern=r"^\d{5,20}$", examples=["123456789012345678"])
    discord_api_url: HttpUrl | None = Field(None, examples=["https://discord.com/api/v10"])
    discord_gateway_url: str | None = Field(None, pattern=r"^wss?://", examples=["wss://gateway.discord.gg"])

    hf_api_url: HttpUrl = Field("https://huggingface.co", examples=["https://huggingface.co"])
    arxiv_api_url: HttpUrl = Field("https://export.arxiv.org", examples=["https://export.arxiv.org"])
    arxiv_rss_url: HttpUrl = Field("https://rss.arxiv.org", examples=["https://rss.arxiv.org"])
    github_api_url: HttpUrl = Field("https://api.github.com", examples=["https://api.github.com"])
    s2_api_url: HttpUrl = Field("https://api.semanticscholar.org", examples=["https://api.semanticscholar.org"])
    hn_api_url: HttpUrl = Field("https://hn.algolia.com", examples=["https://hn.algolia.com"])
    hf_token: SecretStr | None = None
    github_token: SecretStr | None = None
    s2_api_key: SecretStr | None = None

    smtp_url: Annotated[SecretStr, AfterValidator(_smtp_url)] | None = Field(
        None, examples=["smtp://user:password@mail.example.org:587?starttls=1"]
    )
    mail_from: Annotated[str, AfterValidator(_sender)] | None = Field(
        None, examples=["Broadsheet <papers@example.org>"]
    )
    mail_bounces: Annotated[str, AfterValidator(normal_address)] | None = Field(None, examples=["returns@example.org"])
    encryption_keys: SecretStr | None = None
    admin_token: SecretStr | None = None

    broadsheet_now: Annotated[datetime, BeforeValidator(_instant)] | None = Field(
        None, examples=["2026-03-10T12:00:00Z"]
    )
    broadsheet_clock_speed: float = Field(1.0, ge=0, le=1e6, examples=["3600"])
    semantic_model: str | None = Field(None, examples=["off"])
    fetch_interval: int = Field(900, ge=1, le=86400, examples=["900"])
    who_configures: Literal["members", "admins"] = Field("members", examples=["members"])


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment and `.env`.

    Raises:
        SettingsError: One line that names the variable, what it was read as, and an example.
    """
    refuse_misspelt(os.environ)
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError("setting", *_describe(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "setting", f".env cannot be read: {error}", "Make it a readable UTF-8 text file, or remove it."
        ) from None


def cache_folder() -> Path:
    """Where large files go that can be fetched again: https://specifications.freedesktop.org/basedir-spec/."""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "broadsheet"


def refuse_misspelt(names: Mapping[str, str]) -> None:
    """BROADSHEET_* belongs to us: an unknown one is a typing error. Other names are somebody else's."""
    known = {name.upper() for name in Settings.model_fields if name.startswith("broadsheet_")}
    for name in sorted(names):
        if name.startswith("BROADSHEET_") and name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.4) or sorted(known)
            raise SettingsError("setting", f"{name} is not a setting.", f"Did you mean {nearest[0]}?")


def _describe(error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0])
    field = Settings.model_fields[name]
    secret = "Secret" in str(field.annotation) or name == "database_url"
    value = "a value" if secret else repr(first["input"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"{name.upper()} was read as {value}: {reason}.", f"Example: {name.upper()}={(field.examples or ['…'])[0]}"


def origin(name: str) -> str:
    """Where a setting's value came from: `environment`, `.env` or `default`."""
    upper = name.upper()
    if os.environ.get(upper) or os.environ.get(name):
        return "environment"
    path = Path(".env")
    if path.is_file() and any(
        line.split("=", 1)[0].strip().upper() == upper for line in path.read_text(encoding="utf-8").splitlines()
    ):
        return ".env"
    return "default"
