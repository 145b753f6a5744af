"""Models for the requests of one server: each is loaded once, and independently of the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread

from ..networks.model import Model, ModelConfig
from ..zoo import Zoo

Result = TypeVar("Result")

MOST_AT_ONCE = 16


class Loading:
    """Reads model folders in its own threads, so that a slow folder delays neither runs nor other models.

    Requests for the same model at the same time share one thread.
    """

    def __init__(self, zoo: Zoo) -> None:
        self._zoo = zoo
        self._threads = CapacityLimiter(MOST_AT_ONCE)
        self._models: dict[str, Model] = {}
        self._going_on: dict[tuple[str, ...], asyncio.Task[Any]] = {}

    async def list(self) -> tuple[ModelConfig, ...]:
        """Return the configurations of all valid models."""
        return await self._together(("list",), self._zoo.list)

    async def get(self, model_id: str) -> Model:
        """Return a model; raises `UnknownModel` or `ModelInvalid`."""
        if model_id not in self._models:
            self._models[model_id] = await self._together(
                ("model", model_id), partial(self._zoo.get, model_id)
            )
        return self._models[model_id]

    async def _together(self, what: tuple[str, ...], work: Callable[[], Result]) -> Result:
        """Do work in a thread; if the same work is already being done, wait for it."""
        if what not in self._going_on:
            task = asyncio.create_task(
                to_thread.run_sync(work, limiter=self._threads, abandon_on_cancel=True)
            )
            self._going_on[what] = task
            task.add_done_callback(partial(self._done, what))
        return await asyncio.shield(self._going_on[what])

    def _done(self, what: tuple[str, ...], task: asyncio.Task[Any]) -> None:
        del self._going_on[what]
        if not task.cancelled():
            task.exception()  # otherwise asyncio logs an error that nobody waits for
