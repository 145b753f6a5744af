"""Every error as a problem document (RFC 9457), over HTTP and on the stream."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from ..errors import BadInput, GatescopeError, NotFound, NotReady, Overloaded, brief
from ..recurrent import CaptureError
from .validation import invalid

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

log = logging.getLogger("gatescope")

Document = dict[str, Any]


class Problem(BaseModel):
    """What was wrong, where, and what would be right (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    where: str | None = None
    expected: str | None = None


class ProblemResponse(Response):
    """An answer with a problem document, to a request or to a WebSocket's handshake."""

    media_type = MEDIA_TYPE

    def __init__(self, document: Document, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        super().__init__(body, document["status"], {"Cache-Control": "no-store", **(headers or {})})


def raw_problem(error: GatescopeError) -> bytes:
    """Return a whole answer of HTTP, for a connection that is closed after it."""
    response = ProblemResponse(error.problem(), {"Connection": "close"})
    status = HTTPStatus(response.status_code)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
    lines += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*lines, b"", bytes(response.body)])


def problem_of(error: Exception) -> Document:
    """Return the problem document for any error; that of an unexpected error has no details."""
    if isinstance(error, RequestValidationError):
        error = invalid(error.errors())
    if isinstance(error, CaptureError):
        error = BadInput(str(error))
    if isinstance(error, GatescopeError):
        return error.problem()
    log.error("an unexpected error", exc_info=error)
    return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "an unexpected error in the server; its log says more")


def install_problems(app: FastAPI) -> None:
    """Make the application answer every error with a problem document."""

    async def answer(request: Request, error: Exception) -> Response:
        again = {"Retry-After": str(RETRY_SECONDS)} if isinstance(error, NotReady | Overloaded) else None
        return ProblemResponse(problem_of(error), again)

    async def answer_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        detail = {
            HTTPStatus.NOT_FOUND: f"there is nothing at {brief(request.url.path)}",
            HTTPStatus.METHOD_NOT_ALLOWED: f"{brief(request.method)} is not possible at {brief(request.url.path)}",
        }.get(status, str(error.detail))
        return ProblemResponse(_plain(status, detail), dict(error.headers or {}))

    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(GatescopeError, answer)
    app.add_exception_handler(CaptureError, answer)
    app.add_exception_handler(RequestValidationError, answer)
    app.add_middleware(UnforeseenErrors)


async def no_stream(websocket: WebSocket) -> None:
    """Refuse the handshake of a WebSocket at any address but the stream's."""
    error = NotFound(
        f"there is no stream at {brief(websocket.url.path)}", where="path", expected="/api/stream"
    )
    await websocket.send_denial_response(ProblemResponse(error.problem()))


class UnforeseenErrors:
    """Turns an unexpected error into a problem document; the traceback goes to the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except ClientDisconnect:
            log.debug("a client disconnected before its answer")
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await ProblemResponse(problem_of(error))(scope, receive, send)


def _plain(status: HTTPStatus, detail: str) -> Document:
    return {
        "type": f"/problems/{status.phrase.lower().replace(' ', '-')}",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
    }
