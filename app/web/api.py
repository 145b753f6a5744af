"""The JSON API. docs/api.md is its reference."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from ..export import FORMATS, file_format
from ..networks.model import ModelConfig
from ..recurrent import CELLS
from ..sequences.limits import Limits
from ..sequences.read import read_sequence
from .attended import attended
from .bodies import Download, OrderRequest, read_download, read_order
from .content import ASK_EACH_TIME
from .downloads import download
from .openapi import Responses, binary_body, json_answer, json_body, problems
from .opening import ModelPage
from .orders import UnitOrder, unit_order
from .parameters import UnitParameters, unit_parameters
from .receiving import read_body, read_upload
from .services import Services
from .stream import Stream
from .uploads import ParsedSequence, described

TRACE: Responses = {
    200: {"description": "the trace", "content": {form.media_type: {} for form in FORMATS.values()}}
}

router = APIRouter()


class Health(BaseModel):
    """A server that lives, and how many streams and downloads are going on."""

    status: Literal["ok"] = "ok"
    version: str
    runs: int


class ModelList(BaseModel):
    """All models."""

    models: list[ModelConfig]


def services(connection: Request | WebSocket) -> Services:
    """Return what the application was made with."""
    found: Services = connection.app.state.services
    return found


@router.get("/healthz", tags=["server"])
async def health(request: Request) -> Health:
    """The server lives; `runs` is how many streams and downloads are going on."""
    return Health(version=services(request).version, runs=services(request).runs.active)


@router.get("/readyz", tags=["server"], responses=problems(503))
async def readiness(request: Request) -> dict[str, str]:
    """The server is ready: the opening example has been computed, and the page can be served at once."""
    services(request).opening.check_ready()
    return {"status": "ready"}


@router.get("/api/cells", tags=["models"])
async def cells() -> dict[str, Any]:
    """All kinds of cell: their signals, equations and phases, from which everything is drawn."""
    return {"cells": [cell.as_dict() for cell in CELLS.values()]}


@router.get("/api/models", tags=["models"])
async def models(request: Request) -> ModelList:
    """All models: what each reads, how large it is, and how well it does on held-out data."""
    configs = await services(request).runs.compute(services(request).runs.zoo.list)
    return ModelList(models=list(configs))


@router.get("/api/models/{model_id}", tags=["models"], responses=json_answer(ModelPage) | problems(404, 500))
async def model(request: Request, model_id: str) -> Response:
    """One model: its configuration, vocabulary, examples, card, and the beginning of its opening example's trace."""
    content = await services(request).opening.model_page(model_id)
    return await content.respond(request, ASK_EACH_TIME)


@router.get("/api/models/{model_id}/parameters", tags=["models"], responses=problems(404, 422))
async def parameters(
    request: Request,
    model_id: str,
    signal: Annotated[str, Query(description="a gate or candidate, such as forget_gate")],
    unit: Annotated[int, Query(description="from 0")],
    layer: Annotated[int, Query(description="from 0")] = 0,
    direction: Annotated[str, Query(description="forward or backward")] = "forward",
) -> UnitParameters:
    """One unit's row of weights and biases, from which its pre-activation is the sum; `nonlinearity` is an rnn's φ."""
    loaded = await services(request).runs.compute(partial(services(request).runs.zoo.get, model_id))
    return unit_parameters(loaded, layer, direction, signal, unit)


@router.post(
    "/api/sequences",
    tags=["sequences"],
    openapi_extra=binary_body(
        "The file itself, or a multipart form with one file: text, CSV, JSON, .npy, .npz, Parquet."
    ),
    responses=json_answer(ParsedSequence) | problems(413, 415, 422),
)
async def sequences(request: Request) -> Response:
    """Read a file as a sequence. Its format is told by its content; nothing of it is kept."""
    limits = services(request).runs.limits
    data = await read_upload(request, limits.bytes)
    return Response(
        await services(request).runs.compute(partial(_sequence, data, limits)), media_type="application/json"
    )


@router.post(
    "/api/traces",
    tags=["traces"],
    openapi_extra=json_body(Download, "As in the stream's `start` message."),
    responses=TRACE | problems(400, 404, 413, 415, 422, 503),
)
async def traces(
    request: Request, format: Annotated[str, Query(description=", ".join(FORMATS))] = "safetensors"
) -> Response:
    """Run a model over a whole sequence and download the trace."""
    form = file_format(format)
    runs = services(request).runs
    body = await read_body(request, services(request).settings.max_message_bytes)
    run = await runs.compute(lambda: runs.prepare(read_download(body)))
    return await download(request, run, form, runs)


@router.post(
    "/api/orders",
    tags=["traces"],
    openapi_extra=json_body(OrderRequest, "As in the stream's `start` message, with what to order by."),
    responses=problems(400, 404, 413, 422, 503),
)
async def orders(request: Request) -> UnitOrder:
    """Order units so that those with similar values stand together, by clustering one signal of a run."""
    runs = services(request).runs
    wanted = read_order(await read_body(request, services(request).settings.max_message_bytes))
    run = await runs.compute(lambda: runs.prepare(wanted.trace))
    signal = f"layers.{wanted.layer}.{wanted.direction}.{wanted.signal}"
    return await attended(request, runs, partial(unit_order, run, signal))


@router.websocket("/api/stream")
async def stream(websocket: WebSocket) -> None:
    """The stream; docs/stream.md is its specification."""
    await Stream(websocket, services(websocket).runs, services(websocket).settings).serve()


def _sequence(data: bytes, limits: Limits) -> bytes:
    return described(read_sequence(data, limits)).model_dump_json(exclude_none=True).encode()
