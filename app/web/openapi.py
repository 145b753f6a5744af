"""Bodies and problems in the OpenAPI document that FastAPI does not read itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .bodies import Download, OrderRequest, ParametersRequest, SandboxRequest, UnitsRequest
from .model_pages import ModelPage
from .parameters import AttentionParameters, UnitParameters
from .previews import FilePreview
from .problems import MEDIA_TYPE, Problem
from .uploads import ParsedSequence

FILE = {"type": "string", "format": "binary"}
REFERENCE = "#/components/schemas/{model}"
NAMED: tuple[type[BaseModel], ...] = (
    AttentionParameters,
    Download,
    FilePreview,
    ModelPage,
    OrderRequest,
    ParametersRequest,
    ParsedSequence,
    Problem,
    SandboxRequest,
    UnitParameters,
    UnitsRequest,
)

Responses = dict[int | str, dict[str, Any]]


def problems(*statuses: int) -> Responses:
    """Describe the problem documents that an endpoint may answer with."""
    schema = {"$ref": REFERENCE.format(model=Problem.__name__)}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


def start_body(model: type[BaseModel], description: str) -> dict[str, Any]:
    """Describe a JSON body that an endpoint reads itself, and the form for attached values."""
    schema = {"$ref": REFERENCE.format(model=model.__name__)}
    form = {
        "type": "object",
        "properties": {"start": schema, "values": FILE},
        "required": ["start", "values"],
    }
    content = {"application/json": {"schema": schema}, "multipart/form-data": {"schema": form}}
    return {"requestBody": {"required": True, "description": description, "content": content}}


def json_body(model: type[BaseModel], description: str) -> dict[str, Any]:
    """Describe a JSON body that an endpoint reads itself."""
    content = {"application/json": {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}
    return {"requestBody": {"required": True, "description": description, "content": content}}


def json_answer(*models: type[BaseModel]) -> Responses:
    """Describe an answer that an endpoint writes itself: one of these models."""
    references = [{"$ref": REFERENCE.format(model=model.__name__)} for model in models]
    schema: dict[str, Any] = references[0] if len(references) == 1 else {"anyOf": references}
    return {200: {"description": HTTPStatus.OK.phrase, "content": {"application/json": {"schema": schema}}}}


def binary_body(description: str) -> dict[str, Any]:
    """Describe a body that is a file, alone or in a form."""
    form = {"type": "object", "properties": {"file": FILE}, "required": ["file"]}
    content = {"application/octet-stream": {"schema": FILE}, "multipart/form-data": {"schema": form}}
    return {"requestBody": {"required": True, "description": description, "content": content}}


def install_openapi(app: FastAPI) -> None:
    """Add the schemas that the functions above refer to, to the application's document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            _, models = models_json_schema([(model, "validation") for model in NAMED], ref_template=REFERENCE)
            schema.setdefault("components", {}).setdefault("schemas", {}).update(models["$defs"])
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
