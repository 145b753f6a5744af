"""The JSON API. docs/api.md is its reference."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from app.errors import BadInput
from app.export import FORMATS, file_format
from app.networks.model import Model
from app.recurrent import CELLS
from app.recurrent.weights import directions, read_weights
from app.sequences import NumericSequence, TextSequence
from app.sequences.limits import Limits
from app.sequences.read import ReadFile, read_sequence
from app.web.bodies import read_body, read_upload
from app.web.content import ASK_EACH_TIME
from app.web.downloads import download
from app.web.messages import Download, read_download
from app.web.openapi import Responses, binary_body, json_body, problems
from app.web.services import Services
from app.web.stream import Stream

PREVIEW_CHARACTERS = 200
PREVIEW_STEPS = 10

TRACE: Responses = {
    200: {"description": "the trace", "content": {form.media_type: {} for form in FORMATS.values()}}
}

router = APIRouter()


def services(connection: Request | WebSocket) -> Services:
    """Return what the application was made with."""
    found: Services = connection.app.state.services
    return found


@router.get("/healthz", tags=["server"])
async def health(request: Request) -> dict[str, Any]:
    """The server lives; `runs` is how many streams and downloads are going on."""
    return {"status": "ok", "version": services(request).version, "runs": services(request).runs.active}


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
async def models(request: Request) -> dict[str, Any]:
    """All models: what each reads, how large it is, and how well it does on held-out data."""
    configs = await services(request).runs.compute(services(request).runs.zoo.list)
    return {"models": [config.model_dump(mode="json") for config in configs]}


@router.get("/api/models/{model_id}", tags=["models"], responses=problems(404, 500))
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
) -> dict[str, Any]:
    """One unit's row of weights and biases, from which its pre-activation is the sum; `nonlinearity` is an rnn's φ."""
    loaded = await services(request).runs.compute(partial(services(request).runs.zoo.get, model_id))
    return unit_parameters(loaded, layer, direction, signal, unit)


@router.post(
    "/api/sequences",
    tags=["sequences"],
    openapi_extra=binary_body(
        "The file itself, or a multipart form with one file: text, CSV, JSON, .npy, .npz, Parquet."
    ),
    responses=problems(413, 415, 422),
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


@router.websocket("/api/stream")
async def stream(websocket: WebSocket) -> None:
    """The stream; docs/stream.md is its specification."""
    await Stream(websocket, services(websocket).runs, services(websocket).settings).serve()


def unit_parameters(model: Model, layer: int, direction: str, signal: str, unit: int) -> dict[str, Any]:
    """Return one unit's weights for one gate or candidate; raises `BadInput` with what there is."""
    recurrent = model.network.recurrent
    cell = CELLS[model.config.cell]
    there = directions(recurrent)
    _check("signal", signal, cell.gates)
    _check("direction", direction, there)
    _check("layer", layer, range(recurrent.num_layers))
    _check("unit", unit, range(recurrent.hidden_size))
    weights = read_weights(recurrent)[layer][there.index(direction)]
    row = cell.gates.index(signal) * weights.units + unit
    return {
        "model": model.id,
        "layer": layer,
        "direction": direction,
        "signal": signal,
        "unit": unit,
        "weight_ih": weights.weight_ih[row].tolist(),
        "weight_hh": weights.weight_hh[row].tolist(),
        "bias_ih": None if weights.bias_ih is None else weights.bias_ih[row].item(),
        "bias_hh": None if weights.bias_hh is None else weights.bias_hh[row].item(),
        "nonlinearity": weights.nonlinearity,
    }


def _check(name: str, value: str | int, there: tuple[str, ...] | range) -> None:
    if value not in there:
        known = (
            f"{there.start} to {there.stop - 1}"
            if isinstance(there, range)
            else "one of: " + ", ".join(there)
        )
        raise BadInput(f"there is no {name} {value!r}", where=name, expected=known)


def _sequence(data: bytes, limits: Limits) -> bytes:
    return json.dumps(described(read_sequence(data, limits)), ensure_ascii=False).encode()


def described(file: ReadFile) -> dict[str, Any]:
    """Return a parsed file as the page wants it: the sequence as `start` takes it, and a preview."""
    sequence = file.sequence
    if isinstance(sequence, TextSequence):
        return {
            "format": file.format,
            "kind": "text",
            "steps": len(sequence.text),
            "preview": {"text": sequence.text[:PREVIEW_CHARACTERS]},
            "sequence": {"text": sequence.text},
        }
    return {
        "format": file.format,
        "kind": "numbers",
        "steps": sequence.values.shape[0],
        "features": sequence.values.shape[1],
        "preview": {"values": sequence.values[:PREVIEW_STEPS].tolist(), "columns": _columns(sequence)},
        "sequence": {"values": sequence.values.tolist()},
    }


def _columns(sequence: NumericSequence) -> list[dict[str, Any]]:
    values = sequence.values
    names = sequence.features or [f"feature {index}" for index in range(values.shape[1])]
    figures = zip(names, values.min(0), values.max(0), np.mean(values, 0), strict=True)
    return [
        {"name": name, "least": float(least), "greatest": float(greatest), "mean": float(mean)}
        for name, least, greatest, mean in figures
    ]
