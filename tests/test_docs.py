"""The guides are true: every command, setting, metric and error is in them, and what they point at exists."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest
from prometheus_client import CollectorRegistry
from typer.main import get_command

from bot import __main__ as root
from bot import cli
from bot.config import Settings
from bot.metrics import DeliveryFigures, MailFigures, state_of_affairs

CHECKOUT = Path(__file__).resolve().parents[1]
RAISED = {"UserError", "UsageError", "SettingsError", "LinkError", "error_json"}
PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md")])


def text_of(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def loaded(name: str) -> ModuleType:
    """A script of docs/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, CHECKOUT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_commands_is_what_the_commands_say() -> None:
    assert text_of("docs/commands.md") == loaded("reference").reference(), "run: .venv/bin/python docs/reference.py"


def raised_codes() -> Iterator[str]:
    """Each code that stands in a call of an error, anywhere in the product."""
    for path in (path for top in ("bot", "adapters", "storage") for path in (CHECKOUT / top).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                if name in RAISED:
                    yield cast("str", node.args[0].value)


def test_every_error_code_is_explained_and_no_other() -> None:
    first_cells = re.findall(r"^\| (`.*?`) \|", text_of("docs/errors.md"), re.MULTILINE)
    explained = {code for cell in first_cells for code in re.findall(r"`(\w+)`", cell)}
    assert explained == set(raised_codes())


def test_every_figure_is_in_the_operators_guide() -> None:
    registry = CollectorRegistry()
    DeliveryFigures(registry)
    MailFigures(registry)
    families = [*registry.collect(), *state_of_affairs({"slack": True}, {"arxiv": False}).collect()]
    guide = text_of("docs/operating.md")
    assert [family.name for family in families if f"`{family.name}`" not in guide] == []


def test_every_setting_is_in_the_readme() -> None:
    readme = text_of("README.md")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []


def test_every_command_of_an_operator_is_in_a_guide() -> None:
    program = get_command(cli.build(root))
    names = set(program.commands)  # type: ignore[attr-defined]  # a group of commands
    written = text_of("README.md") + text_of("docs/operating.md")
    chat = set(re.findall(r"^## (\w+)", text_of("docs/commands.md"), re.MULTILINE))
    assert {name for name in names - chat if not re.search(rf"`[^`]*\b{name}\b[^`]*`", written)} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_leads_somewhere(page: Path) -> None:
    linked = re.findall(r"\]\((?!https?:|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in linked if not (page.parent / target).exists()] == []


def test_each_threat_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text_of("SECURITY.md"))
    assert len(named) >= 20
    for path, test in named:
        code = text_of(path)
        assert not test or f"def {test}(" in code, f"{path}::{test}"
    rows = [line for line in text_of("SECURITY.md").splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert [row for row in rows if "`tests/" not in row] == []
