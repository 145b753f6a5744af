"""The JSON API. docs/api.md is its reference."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, SerializeAsAny
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from ..export import FORMATS, file_format
from ..networks.feed import Runnable
from ..networks.model import ModelFacts
from ..networks.place import SEQUENCE, Place
from ..networks.sandbox_facts import SandboxFacts, sandbox_facts
from ..networks.tracked import Tracked
from ..recurrent import CELLS
from ..sequences.choices import Choices, read_choices
from ..sequences.samples import SAMPLES, sample
from .admission import Place as RunPlace
from .admission import Share
from .answers import HeldResponse
from .attached import most_attached
from .attended import attended, while_there
from .bodies import (
    Body,
    Download,
    OrderRequest,
    ParametersRequest,
    SandboxRequest,
    UnitsRequest,
    body_of,
)
from .content import ASK_EACH_TIME
from .downloads import download
from .model_pages import SHORT, ModelPage
from .openapi import Responses, binary_body, json_answer, json_body, problems, start_body
from .orders import UnitOrder, unit_order
from .parameters import AttentionParameters, UnitParameters, parameters_body
from .previews import FilePreview
from .receiving import read_body, read_start, read_upload
from .services import Services
from .stream import Stream
from .units import MarkedUnits, marked_units
from .uploads import MEDIA_TYPES, Answer, ParsedSequence, wanted_form

TRACE: Responses = {
    200: {"description": "the trace", "content": {form.media_type: {} for form in FORMATS.values()}}
}
SAMPLE: Responses = {
    200: {
        "description": "the file",
        "content": {kind.media_type.partition(";")[0]: {} for kind in SAMPLES.values()},
    }
}

router = APIRouter()


class Health(BaseModel):
    """The status of a server, and how many streams and downloads are active."""

    status: Literal["ok"] = "ok"
    version: str
    runs: int


class ModelList(BaseModel):
    """All models."""

    models: list[SerializeAsAny[ModelFacts]]


@router.get("/healthz", tags=["server"])
async def health(request: Request) -> Health:
    """The server is alive; `runs` is the number of active streams and downloads."""
    services = Services.of(request)
    return Health(version=services.version, runs=services.admission.active)


@router.get("/readyz", tags=["server"], responses=problems(503))
async def readiness(request: Request) -> dict[str, str]:
    """The server is ready: the opening example has been computed."""
    Services.of(request).opening.check_ready()
    return {"status": "ready"}


@router.get("/api/cells", tags=["models"])
async def cells() -> dict[str, Any]:
    """All kinds of cells, with the signals, equations and phases from which the page is drawn."""
    return {"cells": [cell.as_dict() for cell in CELLS.values()]}


@router.get("/api/models", tags=["models"], response_model_exclude={"models": {"__all__": SHORT}})
async def models(request: Request) -> ModelList:
    """All models: what each reads, its sizes, and how good it is on held-out data."""
    services = Services.of(request)
    configs = await services.loading.list()
    return ModelList(models=list(configs))


@router.get("/api/models/{model_id}", tags=["models"], responses=json_answer(ModelPage) | problems(404, 500))
async def model(request: Request, model_id: str) -> Response:
    """One model: its configuration, vocabulary, examples, card, and the beginning of its first example's trace."""
    content = await Services.of(request).model_pages.get(model_id)
    return await content.respond(request, ASK_EACH_TIME)


@router.get(
    "/api/models/{model_id}/parameters",
    tags=["models"],
    responses=json_answer(UnitParameters, AttentionParameters) | problems(404, 422),
)
async def parameters(
    request: Request,
    model_id: str,
    signal: Annotated[str | None, Query(description="a gate or candidate, such as forget_gate")] = None,
    unit: Annotated[int | None, Query(description="from 0")] = None,
    part: Annotated[str, Query(description="sequence; encoder, decoder or attention")] = SEQUENCE,
    layer: Annotated[int, Query(description="from 0")] = 0,
    direction: Annotated[str, Query(description="forward or backward")] = "forward",
) -> Response:
    """One unit's row of weights and biases, or the weights of a translator's attention."""
    services = Services.of(request)
    loaded = await services.loading.get(model_id)
    return await _parameters(request, loaded, Place(part, layer, direction), signal, unit)


@router.get("/api/models/{model_id}/units", tags=["models"], responses=problems(404, 500))
async def units(request: Request, model_id: str) -> Tracked:
    """The concepts that single units track, measured on held-out data; none if the units were never probed."""
    loaded = await Services.of(request).loading.get(model_id)
    return loaded.tracked


@router.post(
    "/api/parameters",
    tags=["models"],
    openapi_extra=json_body(ParametersRequest, "Which unit of which model; as in the parameters above."),
    responses=json_answer(UnitParameters, AttentionParameters) | problems(400, 404, 413, 422),
)
async def parameters_of(request: Request) -> Response:
    """The same for any model of a run, including a sandbox."""
    services = Services.of(request)
    with services.incoming.share() as memory:
        body = await read_body(request, services.settings.max_message_bytes, memory)
        wanted = await _wanted(request, ParametersRequest, body)
    model = await services.runs.model(wanted.model)
    return await _parameters(request, model, wanted.place, wanted.signal, wanted.unit)


async def _parameters(
    request: Request, model: Runnable, place: Place, signal: str | None, unit: int | None
) -> Response:
    accept = request.headers.get("accept", "")
    answer = partial(parameters_body, model, place, signal, unit, accept)
    body, media_type = await Services.of(request).threads.compute(answer)
    return Response(body, media_type=media_type, headers={"Vary": "Accept"})


@router.post(
    "/api/sequences",
    tags=["sequences"],
    openapi_extra=binary_body(
        "The file itself, or a multipart form with one file: text, CSV, JSON, JSON lines, .npy, .npz, Parquet."
    ),
    responses=json_answer(ParsedSequence) | problems(400, 413, 415, 422, 503),
)
async def sequences(
    request: Request,
    columns: Annotated[list[str] | None, Query(description="names or numbers from 0, such as a,b")] = None,
    rows: Annotated[str | None, Query(description="a range such as 10:200")] = None,
    gaps: Annotated[str | None, Query(description="refuse, drop, hold or interpolate")] = None,
    labels: Annotated[str | None, Query(description="the column of the steps' labels")] = None,
) -> Response:
    """Read a file as a sequence, chosen from its table. The content decides the format; nothing is stored."""
    form = wanted_form(request.headers.get("accept", ""))
    return await _parsed(request, read_choices(columns, rows, gaps, labels), form)


@router.post(
    "/api/sequences/preview",
    tags=["sequences"],
    openapi_extra=binary_body("The file, as above."),
    responses=json_answer(FilePreview) | problems(400, 413, 415, 422, 503),
)
async def sequence_preview(
    request: Request,
    columns: Annotated[list[str] | None, Query(description="as above")] = None,
    rows: Annotated[str | None, Query(description="as above")] = None,
    gaps: Annotated[str | None, Query(description="as above")] = None,
    labels: Annotated[str | None, Query(description="as above")] = None,
) -> Response:
    """Say how a file is understood, without its numbers; refused choices are a part of the answer."""
    return await _parsed(request, read_choices(columns, rows, gaps, labels), "preview")


async def _parsed(request: Request, choices: Choices, form: Answer) -> Response:
    services = Services.of(request)
    with services.incoming.share() as memory:
        data = await read_upload(request, services.limits.bytes, memory)
        answer = await while_there(request, lambda check: services.parsing.file(data, choices, form))
    return HeldResponse(answer, MEDIA_TYPES[form], services.admission.memory, {"Vary": "Accept"})


@router.get("/samples/{name}", tags=["sequences"], responses=SAMPLE | problems(404))
async def samples(request: Request, name: str) -> Response:
    """A sample file to download and to upload again; there is one for each format."""
    media_type, body = await Services.of(request).threads.compute(partial(sample, name))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)


@router.post(
    "/api/traces",
    tags=["traces"],
    openapi_extra=start_body(Download, "As in the stream's `start` message."),
    responses=TRACE | problems(400, 404, 413, 415, 422, 503),
)
async def traces(
    request: Request, format: Annotated[str, Query(description=", ".join(FORMATS))] = "safetensors"
) -> Response:
    """Run a model over a whole sequence and download the trace."""
    form = file_format(format)
    services = Services.of(request)
    with ExitStack() as held, services.incoming.share() as memory:
        body, buffer = await _read_start(request, memory)
        wanted = await _wanted(request, Download, body)
        place = held.enter_context(services.admission.admitted())
        run = await services.runs.prepare(wanted, place.memory, buffer)
        del body, buffer, wanted
        memory.release()
        return await download(request, run, form, place, held.pop_all())


@router.post(
    "/api/orders",
    tags=["traces"],
    openapi_extra=start_body(OrderRequest, "As in the stream's `start` message, and what to order by."),
    responses=problems(400, 404, 413, 422, 503),
)
async def orders(request: Request) -> UnitOrder:
    """Order units so that similar ones are next to each other, by clustering one signal of a run."""
    async with _admitted(request, OrderRequest) as (wanted, buffer, place):
        run = await Services.of(request).runs.prepare(wanted.trace, place.memory, buffer)
        return await attended(request, partial(unit_order, run, wanted.place, wanted.signal))


@router.post(
    "/api/sandbox",
    tags=["models"],
    openapi_extra=start_body(SandboxRequest, "A sandbox as `model`, and the sequence that it reads."),
    responses=problems(400, 413, 422, 503),
)
async def sandbox(request: Request) -> SandboxFacts:
    """What PyTorch does with a sandbox: its code, shapes, parameters, and a loop over single cells, timed now."""
    async with _admitted(request, SandboxRequest) as (wanted, buffer, place):
        module, values = await Services.of(request).runs.sandbox(wanted.run, place.memory, buffer)
        return await attended(request, partial(sandbox_facts, module, values))


@router.post(
    "/api/units",
    tags=["traces"],
    openapi_extra=start_body(UnitsRequest, "As in the stream's `start` message, and the marked steps."),
    responses=problems(400, 404, 413, 422, 503),
)
async def units_for_marks(request: Request) -> MarkedUnits:
    """Rank units by how well one of their states tells marked steps of a sequence from the others."""
    async with _admitted(request, UnitsRequest) as (wanted, buffer, place):
        run = await Services.of(request).runs.prepare(wanted.trace, place.memory, buffer)
        return await attended(request, partial(marked_units, run, wanted, place.disk))


@asynccontextmanager
async def _admitted(request: Request, kind: type[Body]) -> AsyncIterator[tuple[Body, bytes | None, RunPlace]]:
    """Yield the body of a request, what is attached to it, and a place for its run."""
    services = Services.of(request)
    with services.incoming.share() as memory:
        body, buffer = await _read_start(request, memory)
        wanted = await _wanted(request, kind, body)
        with services.admission.admitted() as place:
            yield wanted, buffer, place


async def _wanted(request: Request, kind: type[Body], body: bytes) -> Body:
    """Return the body of a request as `kind`; reading ends if the client disconnects."""
    reading = Services.of(request).reading
    return await while_there(request, lambda check: reading.read(partial(body_of, kind), body))


async def _read_start(request: Request, memory: Share) -> tuple[bytes, bytes | None]:
    """Return the body of a run's request, and the buffer that is attached to it."""
    services = Services.of(request)
    most = services.settings.max_message_bytes
    return await read_start(request, most, most_attached(services.limits), memory)


@router.websocket("/api/stream")
async def stream(websocket: WebSocket) -> None:
    """The stream; docs/stream.md is its specification."""
    await Stream(websocket, Services.of(websocket)).serve()
