"""What is there before anyone asks: the beginning of each model's first example, computed once."""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64encode
from concurrent.futures import Executor
from typing import Any

from anyio import to_thread
from pydantic import BaseModel

from ..errors import NotReady
from ..networks.model import Example, Model, ModelConfig
from ..networks.run import Run
from ..recurrent import CELLS
from ..sequences import TextSequence
from .content import BROTLI_QUICK, Content
from .runs import Runs
from .wire import encode_chunk

DEFAULT_MODEL = "python-char-lm"

log = logging.getLogger("gatescope")


class Entry(BaseModel):
    """A token of a vocabulary; `special` where it stands for no text."""

    id: int
    text: str
    special: bool = False


class Beginning(BaseModel):
    """The beginning of an example's trace: the stream's header, and the first chunk as safetensors in base64."""

    header: dict[str, Any]
    chunk: str
    example: Example


class ModelPage(ModelConfig):
    """All that is known of a model."""

    vocabulary: list[Entry]
    examples: list[Example]
    card: str
    opening: Beginning


class Opening:
    """The opening data block of the page, and all that is known of each model; ready some moments after the start."""

    def __init__(self, runs: Runs, executor: Executor, steps: int) -> None:
        self.runs = runs
        self.executor = executor
        self.steps = steps
        self._computing: asyncio.Task[dict[str, Any]] | None = None
        self._failure: Exception | None = None
        self._models: dict[str, Content] = {}

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
        configs = self.runs.zoo.list()
        for broken in self.runs.zoo.broken():
            log.warning("a model is left out: %s", broken.detail)
        block: dict[str, Any] = {
            "models": [config.model_dump(mode="json") for config in configs],
            "cells": [cell.as_dict() for cell in CELLS.values()],
        }
        ids = [config.id for config in configs]
        try:
            if ids:
                first = DEFAULT_MODEL if DEFAULT_MODEL in ids else ids[0]
                model = self.runs.zoo.get(first)
                block |= {"model": known(model), **beginning(model, self.steps)}
        except Exception as error:
            log.exception("the opening example cannot be shown")
            self._failure = error
        return block

    async def model_page(self, model_id: str) -> Content:
        """Return all that is known of a model, as JSON; raises `UnknownModel` or `ModelInvalid`."""
        if model_id not in self._models:
            body = await self.runs.compute(lambda: self._describe(self.runs.zoo.get(model_id)))
            content = Content.of(body, "application/json")
            content.gzip(self.executor)
            content.brotli(self.executor, BROTLI_QUICK)
            self._models[model_id] = content
        return self._models[model_id]

    def _describe(self, model: Model) -> bytes:
        page = known(model) | {"card": model.card, "opening": beginning(model, self.steps)}
        return json.dumps(page, ensure_ascii=False).encode()


def known(model: Model) -> dict[str, Any]:
    """Return a model's configuration with its vocabulary and its examples."""
    return model.config.model_dump(mode="json") | {
        "vocabulary": model.codec.vocabulary,
        "examples": [example.model_dump(mode="json") for example in model.examples],
    }


def beginning(model: Model, steps: int) -> dict[str, Any]:
    """Return the header, the first chunk (safetensors in base64) and the example of a model's opening."""
    example = model.examples[0]
    run = Run(model, TextSequence(example.text))
    chunk = next(run.chunks([steps]))
    return {
        "header": run.header(),
        "chunk": b64encode(encode_chunk(chunk)).decode(),
        "example": example.model_dump(mode="json"),
    }
