"""The opening example of a page, computed before the first request."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from anyio import to_thread

from ..errors import NotReady
from ..recurrent import CELLS
from ..zoo import Zoo
from .beginning import beginning
from .model_pages import known

OFFERED: dict[str, Any] = dict.fromkeys(("id", "title", "task", "cell"), True)
"""What the page needs of every model in its list; with vocabularies the page would be too large."""

COMPARED: dict[str, Any] = {
    "sizes": {"attention"},
    "data": {"source"},
    "metrics": {"__all__": {"name", "value", "unit", "on"}},
}
"""What the page needs of every translator besides, to offer and compare those that learned from the same data."""

log = logging.getLogger("gatescope")

Block = dict[str, Any]


@dataclass(frozen=True)
class Screen:
    """What a page shows: translators, or the models of all other tasks; it opens with `first` if that can be shown."""

    first: str
    translators: bool = False

    @property
    def offered(self) -> dict[str, Any]:
        """What the page needs of every model in its list."""
        return OFFERED | COMPARED if self.translators else OFFERED

    def shows(self, task: str) -> bool:
        """Return whether the page shows the models of a task."""
        return (task == "translator") is self.translators


EXPLORE = Screen("python-char-lm")
TRANSLATE = Screen("translate-en-fr", translators=True)


@dataclass(frozen=True)
class Attempt:
    """The page's data block; if no example can be shown, it has none, and `failure` says why."""

    block: Block
    failure: str | None


class Opening:
    """The opening data block of a page, computed in a thread.

    If no model can be shown, the page is served without an example. Each request for the page or `/readyz` then begins
    another attempt.
    """

    def __init__(self, zoo: Zoo, steps: int, screen: Screen = EXPLORE) -> None:
        self.zoo = zoo
        self.steps = steps
        self.screen = screen
        self._latest: Attempt | None = None
        self._attempt: asyncio.Task[None] | None = None
        self._told: set[str] = set()

    def start(self) -> asyncio.Task[None]:
        """Begin an attempt, unless an attempt is running."""
        if self._attempt is None or self._attempt.done():
            self._attempt = asyncio.create_task(self._try())
        return self._attempt

    def start_after(self, other: Opening) -> None:
        """Begin an attempt as soon as another page's has ended, so that both do not compute at once."""
        first = other.start()
        self._attempt = asyncio.create_task(self._try_after(first))

    async def end(self) -> None:
        """Wait until no attempt is running."""
        if self._attempt is not None:
            await self._attempt

    async def block(self) -> Block:
        """Return the latest data block; wait for the first."""
        if self._latest is None:
            await asyncio.shield(self.start())
        assert self._latest is not None
        if self._latest.failure is not None:
            self.start()
        return self._latest.block

    def check_ready(self) -> None:
        """Raise `NotReady` if there is no opening example (yet)."""
        if self._latest is None:
            raise NotReady("the opening example is being computed", expected="another try in a few seconds")
        if self._latest.failure is not None:
            self.start()
            raise NotReady(f"the opening example cannot be shown: {self._latest.failure}")

    async def _try(self) -> None:
        self._latest = await to_thread.run_sync(self._compute)

    async def _try_after(self, first: asyncio.Task[None]) -> None:
        await asyncio.wait([first])
        await self._try()

    def _compute(self) -> Attempt:
        """Compute the data block with the first model whose example can be shown."""
        block: Block = {"models": [], "cells": [cell.as_dict() for cell in CELLS.values()]}
        reasons: list[str] = []
        try:
            configs = self.zoo.list()
            reasons += [error.detail for error in self.zoo.broken()]
        except OSError as error:
            configs = ()
            reasons.append(f"the models cannot be listed: {error}")
        shown = [config for config in configs if self.screen.shows(config.task)]
        block["models"] = [config.model_dump(mode="json", include=self.screen.offered) for config in shown]
        for config in sorted(shown, key=lambda config: config.id != self.screen.first):
            try:
                model = self.zoo.get(config.id)
                page = {name: value for name, value in known(model).items() if name != "codec"}
                block |= {"model": page, **beginning(model, self.steps)}
                break
            except Exception as error:
                reasons.append(f"{config.id} cannot be shown: {error}")
        for reason in reasons:
            self._tell(reason)
        return Attempt(block, reasons[0] if reasons and "model" not in block else None)

    def _tell(self, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            log.warning("a model is left out: %s", reason)
