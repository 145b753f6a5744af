"""Long work that ends when whoever asked for it goes away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from anyio import from_thread
from starlette.requests import ClientDisconnect, Request

from .services import Services

Result = TypeVar("Result")
Check = Callable[[], None]


async def attended(request: Request, work: Callable[[Check], Result]) -> Result:
    """Do work in a thread for long work, as one run of the server's.

    `work` is given a function to call now and then, which ends it where the client has gone. Raises what the work
    raises, `Overloaded`, and `ClientDisconnect`. The request's body must have been read.
    """
    services = Services.of(request)

    async def admitted() -> Result:
        with services.admission.admitted():
            return await services.threads.write(lambda: work(from_thread.check_cancelled))

    return await while_there(request, admitted)


async def while_there(request: Request, work: Callable[[], Awaitable[Result]]) -> Result:
    """Do work that is cancelled when the client goes; raises what it raises, and `ClientDisconnect`.

    The request's body must have been read.
    """
    done: list[Result] = []
    fault: Exception = ClientDisconnect()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_cancel_when_gone, request, tasks.cancel_scope)
        try:
            done.append(await work())
        except Exception as error:
            fault = error
        tasks.cancel_scope.cancel()
    if not done:
        raise fault
    return done[0]


async def _cancel_when_gone(request: Request, work: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    work.cancel()
