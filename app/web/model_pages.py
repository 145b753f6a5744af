"""Everything about a model: the answer to `GET /api/models/{id}`."""

from __future__ import annotations

import json
from concurrent.futures import Executor
from functools import partial
from typing import Any

from pydantic import BaseModel

from ..networks.model import Example, Model, ModelFacts
from ..networks.tracked import TrackedConcept
from .beginning import Beginning, beginning
from .content import BROTLI_QUICK, Content
from .loading import Loading
from .threads import Threads

VOCABULARIES = {"words": True, "alphabet": True, "merges": True}

SHORT = {"codec": VOCABULARIES | {"source": VOCABULARIES, "target": VOCABULARIES}}
"""What the answers of the API leave out of a configuration: a vocabulary can be most of it."""


class Entry(BaseModel):
    """A token of a vocabulary; `special` if it is not text, such as a start token."""

    id: int
    text: str
    special: bool = False


class ModelPage(ModelFacts):
    """Everything about a model."""

    vocabulary: list[Entry]
    examples: list[Example]
    concepts: list[TrackedConcept]
    card: str
    opening: Beginning


class ModelPages:
    """The page of each model, as JSON; made on first use and kept."""

    def __init__(self, loading: Loading, threads: Threads, executor: Executor, steps: int) -> None:
        self.loading = loading
        self.threads = threads
        self.executor = executor
        self.steps = steps
        self._contents: dict[str, Content] = {}

    async def get(self, model_id: str) -> Content:
        """Return a model's page as JSON; raises `UnknownModel` or `ModelInvalid`."""
        if model_id not in self._contents:
            model = await self.loading.get(model_id)
            body = await self.threads.compute(partial(self._describe, model))
            content = Content.of(body, "application/json")
            content.gzip(self.executor)
            content.brotli(self.executor, BROTLI_QUICK)
            self._contents[model_id] = content
        return self._contents[model_id]

    def _describe(self, model: Model) -> bytes:
        page = known(model) | {"card": model.card, "opening": beginning(model, self.steps)}
        return json.dumps(page, ensure_ascii=False).encode()


def known(model: Model) -> dict[str, Any]:
    """Return a model's configuration with its vocabulary, its examples, and the best unit of each concept."""
    shown = {example.concept for example in model.examples}
    best = [
        concept.model_copy(update={"units": concept.units[:1], "decided": ""})
        for concept in model.tracked.concepts
        if concept.id in shown
    ]
    return model.config.model_dump(mode="json", exclude=SHORT) | {
        "vocabulary": model.codec.vocabulary,
        "examples": [example.model_dump(mode="json") for example in model.examples],
        "concepts": [concept.model_dump(mode="json") for concept in best],
    }
