"""Long work that ends when its client disconnects."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from starlette.requests import ClientDisconnect, Request

from .services import Services

Result = TypeVar("Result")
Check = Callable[[], None]


async def attended(request: Request, work: Callable[[Check], Result]) -> Result:
    """Do work in a thread for long work.

    `work` gets a function to call now and then, from any thread; it ends the work if the client has disconnected.
    Raises what the work raises, and `ClientDisconnect`. The request's body must have been read.
    """
    threads = Services.of(request).threads
    return await while_there(request, lambda check: threads.write(lambda: work(check)))


async def while_there(request: Request, work: Callable[[Check], Awaitable[Result]]) -> Result:
    """Do work that is cancelled when the client disconnects; raises what it raises, and `ClientDisconnect`.

    `work` gets a function that raises `ClientDisconnect` once the client has disconnected, because a thread cannot be
    cancelled. The request's body must have been read.
    """
    done: list[Result] = []
    gone = threading.Event()

    def check() -> None:
        if gone.is_set():
            raise ClientDisconnect

    fault: Exception = ClientDisconnect()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_cancel_when_gone, request, gone, tasks.cancel_scope)
        try:
            done.append(await work(check))
        except Exception as error:
            fault = error
        tasks.cancel_scope.cancel()
    if not done:
        raise fault
    return done[0]


async def _cancel_when_gone(request: Request, gone: threading.Event, work: anyio.CancelScope) -> None:
    """When the client disconnects, set `gone`, which ends work that has begun, and cancel work that still waits."""
    try:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        work.cancel()
    finally:  # also if the request itself is cancelled
        gone.set()
