"""The files that operators start from are true: they name what exists, and every role is started once."""

import configparser
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from bot.config import Settings
from bot.metrics import DeliveryFigures
from bot.roles import Role

CHECKOUT = Path(__file__).resolve().parents[1]
ROLES = {role.value for role in Role} - {Role.ALL.value}
VIEWED = ("docs/grafana.json", "docs/alerts.yaml")
NOT_DRAWN: dict[str, str] = {}
NOT_ALERTED: dict[str, str] = {}
"""By figure, why the dashboard, or the rules, do without it."""
FROM_ELSEWHERE = {"process_resident_memory_bytes", "process_cpu_seconds_total"}
"""Of every process that Prometheus' client watches."""


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8")))


def roles_in(command: list[str]) -> list[str]:
    return [command[place + 1] for place, word in enumerate(command) if word == "--role"]


def figures() -> set[str]:
    """Every one that is made anywhere in the product."""
    made = re.compile(r'\b(?:Counter|Gauge|Histogram|Summary)\(\s*"(\w+)"')
    sources = (path for top in ("bot", "adapters", "storage") for path in (CHECKOUT / top).rglob("*.py"))
    return {name for path in sources for name in made.findall(path.read_text(encoding="utf-8"))}


def metric_names() -> set[str]:
    """As Prometheus gets them."""
    names = figures()
    return (
        names | {f"{name}_total" for name in names} | {f"{name}_{end}" for name in names for end in ("bucket", "count")}
    )


def test_compose_starts_every_role_once_after_the_database_has_this_versions_schema() -> None:
    services = compose()["services"]
    started = [role for service in services.values() for role in roles_in(service.get("command", []))]
    assert sorted(started) == sorted(ROLES)
    assert services["upgrade"]["command"] == ["broadsheet", "db", "upgrade"]
    for name in ROLES:
        assert services[name]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
        assert services[name]["stop_grace_period"] == "30s"


def test_compose_sets_settings_that_exist_and_no_secret() -> None:
    text = (CHECKOUT / "compose.yaml").read_text(encoding="utf-8")
    ours = compose()["x-broadsheet"]["environment"]
    assert {name.lower() for name in ours} <= set(Settings.model_fields)
    assert "${POSTGRES_PASSWORD:?" in ours["DATABASE_URL"]
    assert not re.search(r"PASSWORD: (?!\$)", text)


def test_the_image_copies_files_that_exist_and_runs_as_nobody_in_particular() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [shlex.split(line)[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    for path in (path for paths in copied for path in paths):
        assert (CHECKOUT / path).exists(), path
    for requirements in re.findall(r"requirements/\w+\.txt", "\n".join(lines)):
        assert (CHECKOUT / requirements).is_file(), requirements
    assert lines.index("USER broadsheet") < lines.index('CMD ["broadsheet", "run"]')


def test_the_unit_waits_longer_than_a_drain_and_does_not_restart_what_is_set_up_wrongly() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    unit.read(CHECKOUT / "docs/broadsheet.service", encoding="utf-8")
    service = unit["Service"]
    assert service["ExecStart"].split()[1:] == ["run"]
    assert int(service["TimeoutStopSec"]) > 20
    assert service["RestartPreventExitStatus"].split() == ["2", "3"]


def test_the_procfile_releases_before_it_serves_each_role() -> None:
    lines = dict(
        line.split(": ", 1) for line in (CHECKOUT / "Procfile").read_text(encoding="utf-8").splitlines() if line
    )
    assert lines.pop("release") == "broadsheet db upgrade"
    assert "HOST=0.0.0.0" in lines["web"]
    assert {name: roles_in(line.split()) for name, line in lines.items()} == {role: [role] for role in ROLES}


@pytest.mark.parametrize("file", VIEWED)
def test_dashboard_and_alerts_ask_for_figures_that_exist(file: str) -> None:
    text = (CHECKOUT / file).read_text(encoding="utf-8")
    expressions = (
        [target["expr"] for panel in json.loads(text)["panels"] for target in panel["targets"]]
        if file.endswith(".json")
        else [rule["expr"] for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
    )
    asked = {
        name for expression in expressions for name in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b(?=[\[{ )]|$)", expression)
    }
    ours = {name for name in asked if name.startswith("broadsheet_")}
    assert ours
    assert ours <= metric_names()
    assert {name for name in asked - ours if name.startswith("process_")} <= FROM_ELSEWHERE


def test_every_figure_is_looked_at_and_somebody_is_called_or_there_is_a_reason() -> None:
    known = figures()
    registry = CollectorRegistry()
    DeliveryFigures(registry)
    assert {family.name for family in registry.collect()} <= known, "made in a way that the search does not see"
    for file, left_out in (("docs/grafana.json", NOT_DRAWN), ("docs/alerts.yaml", NOT_ALERTED)):
        text = (CHECKOUT / file).read_text(encoding="utf-8")
        used = {name for name in known if re.search(rf"\b{name}(?:_total|_bucket|_count)?\b", text)}
        assert used | left_out.keys() == known, file
        assert not used & left_out.keys(), file


def test_every_alert_says_what_a_person_does() -> None:
    groups = yaml.safe_load((CHECKOUT / "docs/alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in (rule for group in groups for rule in group["rules"]):
        assert rule["annotations"].keys() == {"summary", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
