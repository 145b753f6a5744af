"""docs/api.md and docs/stream.md are complete, and OpenAPI describes every body."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app import errors
from app.errors import GatescopeError
from app.export import FORMATS
from app.main import create_app
from app.sequences.samples import SAMPLES
from app.settings import Settings
from app.web.bodies import Download
from app.web.messages import Advance, Start, Stop
from app.web.previews import Column, ColumnPlot, FilePreview, Plot, Preview
from app.web.run_request import GenerateInput, SequenceInput
from app.web.uploads import ParsedSequence, SequenceBody
from tests.web.running import Running
from tests.web.streaming import start, tell

DOCS = Path(__file__).parents[2] / "docs"
API = (DOCS / "api.md").read_text()
STREAM = (DOCS / "stream.md").read_text()


@pytest.fixture(scope="module")
def app(models: Path) -> FastAPI:
    return create_app(Settings(models=models))


def routes(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def test_every_endpoint_is_documented_with_its_parameters(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    assert len(paths) >= 8
    for path, operations in paths.items():
        for method, operation in operations.items():
            section = API.partition(f"\n### `{method.upper()} {path}`\n")[2].partition("\n### ")[0]
            assert section, f"{method} {path}"
            for parameter in operation.get("parameters", []):
                assert f"`{parameter['name']}`" in section or f"{{{parameter['name']}}}" in path, parameter


def test_no_endpoint_is_documented_that_does_not_exist(app: FastAPI) -> None:
    paths = {**app.openapi()["paths"], "/openapi.json": {"get": {}}}
    for method, path in re.findall(r"^### `([A-Z]+) (.*)`$", API, re.MULTILINE):
        assert method.lower() in paths[path]


@pytest.mark.parametrize("message", [Start, Advance, Stop, GenerateInput, SequenceInput, Download])
def test_every_field_of_a_message_is_documented(message: type[BaseModel]) -> None:
    for field in message.model_fields:
        assert f"`{field}`" in STREAM or f'"{field}"' in STREAM


@pytest.mark.parametrize(
    "part", [ParsedSequence, FilePreview, Preview, Column, ColumnPlot, Plot, SequenceBody]
)
def test_every_field_of_a_parsed_file_is_documented(part: type[BaseModel]) -> None:
    section = API.partition("\n### `POST /api/sequences`\n")[2].partition("\n### `GET ")[0]
    for field in part.model_fields:
        assert f"`{field}`" in section or f".{field}`" in section, field


def test_everything_that_the_server_sends_is_documented(server: Running) -> None:
    generate = {"steps": 20}
    for story in (
        tell(server, start("both")),
        tell(server, start("small", generate=generate)),
        tell(server, "?"),
    ):
        for text in story.texts:
            section = STREAM.partition(f"\n### `{text['type']}`\n")[2].partition("\n### ")[0]
            assert section, text["type"]
            for name in text:
                assert f"`{name}`" in section or f'"{name}"' in section, name
        for chunk in story.chunks:
            assert all(f"`{name}`" in STREAM for name in chunk.metadata)
            assert all(f"`{name}`" in STREAM for name in chunk.arrays if not name.startswith("layers."))


def test_every_format_is_documented() -> None:
    for form in FORMATS:
        assert f"| `{form}` |" in API


def test_every_sample_is_documented() -> None:
    section = API.partition("\n### `GET /samples/{name}`\n")[2].partition("\n### ")[0]
    assert [name for name in SAMPLES if f"`{name}`" not in section] == []


def test_every_problem_is_documented() -> None:
    kinds = {
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GatescopeError)
    }
    for kind in kinds - {GatescopeError}:
        assert f"| `/problems/{kind.slug}` | {kind.status} | {kind.title} |" in API
        assert re.search(rf"── {kind.__name__} +{kind.status}\b", errors.__doc__ or "")


def test_openapi_describes_bodies_and_problems(app: FastAPI) -> None:
    document = app.openapi()
    schemas = document["components"]["schemas"]
    assert {"Download", "SequenceInput", "GenerateInput", "Problem"} <= schemas.keys()
    assert schemas["Download"]["additionalProperties"] is False
    traces = document["paths"]["/api/traces"]["post"]
    body = traces["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Download"}
    assert traces["responses"]["422"]["content"].keys() == {"application/problem+json"}
    references = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert references <= schemas.keys()


def test_no_documentation_page_loads_scripts_from_elsewhere(server: Running) -> None:
    assert [server.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]
