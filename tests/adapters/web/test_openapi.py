"""The API's description: it says what the code does, and a machine that takes it at its word finds nothing wrong."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from adapters.web.offered import NAMES, offered
from adapters.web.openapi import described, document
from adapters.web.schemas import SCHEMAS
from tests.adapters.web.conftest import Client, Connect
from tests.adapters.web.stage import make_app
from tests.memory_store import MemoryStore

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "3"))
"""Requests for each operation; `make test-api` makes many more, and those of all phases."""
PHASES = "examples,coverage,fuzzing,stateful" if "SCHEMATHESIS_EXAMPLES" in os.environ else "examples,fuzzing"


async def test_it_describes_exactly_the_routes_there_are(client: Client) -> None:
    """Paths and methods of the application against those of the document."""
    assert client.server is not None
    app = client.server.app  # type: ignore[attr-defined]  # a TestServer has it
    routes = {
        (str(resource.canonical), route.method)
        for resource in app.router.resources()
        if str(resource.canonical).startswith("/api/")
        for route in resource
        if route.method != "HEAD"
    }
    told = {(path, method.upper()) for path, methods in document()["paths"].items() for method in methods}
    assert routes == told | {("/api/v1/openapi.json", "GET")}
    assert await (await client.get("/api/v1/openapi.json")).json() == document()


@pytest.mark.parametrize("command", offered(), ids=lambda command: command.name)
def test_it_describes_exactly_the_options_of_each_command(command: Any) -> None:
    """The channel alone is left out: only operators may name one."""
    (operation,) = [
        one["get"] for one in document()["paths"].values() if one.get("get", {}).get("operationId") == command.name
    ]
    told = {parameter["name"] for parameter in operation["parameters"]}
    assert told == {option.name for option in described(command)}
    assert {option.name for option in command.options} - told <= {"channel"}


def test_examples_and_bounds_are_those_of_the_code() -> None:
    for command in offered():
        for option in described(command):
            if option.example:
                option.parse(option.example.strip('"'))
    parameters = document()["paths"]["/api/v1/trending"]["get"]["parameters"]
    bounds = {one["name"]: (one["schema"].get("minimum"), one["schema"].get("maximum")) for one in parameters}
    assert (bounds["limit"], bounds["page"]) == ((1, 1000), (1, 10_000))


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("trending", "PaperList"),
        ("daily?date=2026-03-10", "PaperList"),
        ("search?query=diffusion", "PaperList"),
        ("similar/2603.00001", "PaperList"),
        ("paper/2603.99999", "Paper"),
        ("why/2603.00001", "Paper"),
        ("paper/nothing", "Error"),
        ("trending?limit=0", "Error"),
    ],
)
async def test_answers_have_the_fields_it_tells_and_no_others(client: Client, path: str, schema: str) -> None:
    body = await (await client.get(f"/api/v1/{path}")).json()
    jsonschema.Draft202012Validator(closed(SCHEMAS[schema])).validate(body)


def closed(schema: Any) -> Any:
    """The schema, with references replaced and no field beside those it names."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return closed(SCHEMAS[schema["$ref"].rsplit("/", 1)[1]])
    inner = {name: closed(value) for name, value in schema.items()}
    return inner | ({"additionalProperties": False} if "properties" in schema else {})


def test_the_document_is_an_openapi_document() -> None:
    told = document()
    assert told["openapi"].startswith("3.1.")
    assert {path.split("/")[3] for path in told["paths"]} == {*NAMES, "try"}
    operations = [operation for methods in told["paths"].values() for operation in methods.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)


async def test_schemathesis_finds_nothing(papers: MemoryStore, connect: Connect, tmp_path: Path) -> None:
    """It makes requests from the document, right ones and wrong ones, and holds the answers against it."""
    client = await connect(make_app(papers, requests_per_minute=0))
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schemathesis.cli", "run", str(client.make_url("/api/v1/openapi.json")),
        "--max-examples", str(EXAMPLES), "--phases", PHASES, "--workers", "1", "--no-color",
        cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()


CONFIGURATION = """
[generation]
database = "none"

[checks]
positive_data_acceptance.enabled = true
"""
