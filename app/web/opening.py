"""What is there before anyone asks: the example that the page opens with, computed once."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from anyio import to_thread

from ..errors import NotReady
from ..recurrent import CELLS
from ..zoo import Zoo
from .beginning import beginning
from .model_pages import known

DEFAULT_MODEL = "python-char-lm"

log = logging.getLogger("gatescope")


class Opening:
    """The opening data block of the page, ready some moments after the start."""

    def __init__(self, zoo: Zoo, steps: int) -> None:
        self.zoo = zoo
        self.steps = steps
        self._computing: asyncio.Task[dict[str, Any]] | None = None
        self._failure: Exception | None = None

    def start(self) -> asyncio.Task[dict[str, Any]]:
        """Begin to compute the page's data block, beside the event loop."""
        self._computing = asyncio.create_task(to_thread.run_sync(self._compute))
        return self._computing

    async def block(self) -> dict[str, Any]:
        """Return the page's data block, once it is there."""
        return await asyncio.shield(self._computing or self.start())

    def check_ready(self) -> None:
        """Raise `NotReady` where the opening example is not there, or not yet."""
        if self._computing is None or not self._computing.done():
            raise NotReady("the opening example is being computed", expected="a moment's patience")
        if self._failure is not None:
            raise NotReady(f"the opening example cannot be shown: {self._failure}")

    def _compute(self) -> dict[str, Any]:
        """Compute the data block; without its trace where a model cannot be loaded, and the log says why."""
        configs = self.zoo.list()
        for broken in self.zoo.broken():
            log.warning("a model is left out: %s", broken.detail)
        block: dict[str, Any] = {
            "models": [config.model_dump(mode="json") for config in configs],
            "cells": [cell.as_dict() for cell in CELLS.values()],
        }
        ids = [config.id for config in configs]
        try:
            if ids:
                first = DEFAULT_MODEL if DEFAULT_MODEL in ids else ids[0]
                model = self.zoo.get(first)
                block |= {"model": known(model), **beginning(model, self.steps)}
        except Exception as error:
            log.exception("the opening example cannot be shown")
            self._failure = error
        return block
