"""Long work that ends when whoever asked for it goes away."""

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
    """Do work in a thread for long work, as one run of the server's.

    `work` is given a function to call now and then, from any thread, which ends it where the client has gone. Raises
    what the work raises, `Overloaded`, and `ClientDisconnect`. The request's body must have been read.
    """
    services = Services.of(request)

    async def admitted(check: Check) -> Result:
        with services.admission.admitted():
            return await services.threads.write(lambda: work(check))

    return await while_there(request, admitted)


async def while_there(request: Request, work: Callable[[Check], Awaitable[Result]]) -> Result:
    """Do work that is cancelled when the client goes; raises what it raises, and `ClientDisconnect`.

    `work` is given a function that raises `ClientDisconnect` once the client has gone: a thread is not cancelled
    otherwise. The request's body must have been read.
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
    """Once the client has left, cancel the work where it still waits; `gone` ends it where it has begun."""
    try:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        work.cancel()
    finally:  # also where the request itself is cancelled
        gone.set()
