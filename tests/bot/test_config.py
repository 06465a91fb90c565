"""Settings: what is read, and what a malformed one is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.product import clock_of
from bot.clock import SystemClock, VirtualClock
from bot.config import Settings, load_settings, origin
from bot.errors import SettingsError


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty environment and folder; the folder is the test's to fill."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


def test_defaults_need_no_account_and_stay_on_this_machine() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite:///broadsheet.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.slack_bot_token is settings.discord_bot_token is None


def test_proxies_are_addresses_and_networks_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().trusted_proxies == ()
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,")
    assert load_settings().trusted_proxies == ("127.0.0.1", "10.0.0.0/8")


@pytest.mark.parametrize("written", ["postgres://u:p@h/db", "postgresql://u:p@h/db", "postgresql+psycopg://u:p@h/db"])
def test_every_spelling_of_a_postgresql_address_names_the_driver(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("DATABASE_URL", written)
    assert load_settings().database_url == "postgresql+psycopg://u:p@h/db"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("PORT", "http", "'http'"),
        ("PORT", "70000", "'70000'"),
        ("HF_API_URL", "huggingface", "'huggingface'"),
        ("PUBLIC_URL", "ftp://example.org", "'ftp://example.org'"),
        ("SLACK_COMMAND", "papers", "'papers'"),
        ("DISCORD_APPLICATION_ID", "me", "'me'"),
        ("BROADSHEET_NOW", "yesterday", "'yesterday'"),
        ("BROADSHEET_CLOCK_SPEED", "-1", "'-1'"),
        ("FETCH_INTERVAL", "0", "'0'"),
        ("WHO_CONFIGURES", "everybody", "'everybody'"),
        ("LOG_LEVEL", "loud", "'loud'"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy", "'10.0.0.0/8,proxy'"),
        ("REQUESTS_PER_MINUTE", "many", "'many'"),
    ],
)
def test_a_malformed_value_is_told_with_its_name_and_an_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, shown: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.message.startswith(f"{name} was read as {shown}")
    assert "\n" not in caught.value.message
    assert caught.value.hint.startswith(f"Example: {name}=")


def test_a_malformed_address_with_a_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://user:secret-word@host/db")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "secret-word" not in caught.value.message
    assert "DATABASE_URL" in caught.value.message


def test_a_misspelt_name_of_ours_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADSHEET_NWO", "2026-03-10")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "BROADSHEET_NOW" in caught.value.hint


def test_names_that_are_not_ours_are_ignored(monkeypatch: pytest.MonkeyPatch, nothing_set: Path) -> None:
    monkeypatch.setenv("SLACK_COLOR", "red")
    (nothing_set / ".env").write_text("EDITOR=ed\nPORT=9000\n", encoding="utf-8")
    assert load_settings().port == 9000


def test_the_environment_is_stronger_than_the_file(monkeypatch: pytest.MonkeyPatch, nothing_set: Path) -> None:
    (nothing_set / ".env").write_text("PORT=9000\nHOST=0.0.0.0\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "9001")
    assert load_settings().port == 9001
    assert [origin(name) for name in ("port", "host", "public_url")] == ["environment", ".env", "default"]


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    assert load_settings().slack_bot_token is None


def test_a_secret_is_not_in_what_settings_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-invented-token")
    assert "invented" not in repr(load_settings())


def test_times_without_a_zone_are_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADSHEET_NOW", "2026-03-10T12:00")
    assert load_settings().broadsheet_now == datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_a_virtual_clock_starts_where_it_is_told_and_runs_as_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(clock_of(load_settings()), SystemClock)
    monkeypatch.setenv("BROADSHEET_NOW", "2026-03-10T12:00:00Z")
    monkeypatch.setenv("BROADSHEET_CLOCK_SPEED", "0")
    clock = clock_of(load_settings())
    assert isinstance(clock, VirtualClock)
    assert clock.now() == clock.now() == datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_every_setting_is_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    missing = [name.upper() for name in Settings.model_fields if f"`{name.upper()}`" not in readme]
    assert missing == []
