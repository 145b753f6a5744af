"""A training from the command line: resumes, reports progress, stops between steps, and saves the model."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .. import zoo
from ..networks.model import Model
from .loop import Plan, Progress
from .recipe import AnyRecipe

CHECKPOINT = "training.checkpoint"


@dataclass(frozen=True)
class Session:
    """A recipe trained into `directory`/<recipe id>/.

    Until the model is finished, the checkpoint is kept in the file `kept_in`, or by default in the same folder.
    """

    recipe: AnyRecipe
    plan: Plan
    directory: Path
    kept_in: Path | None = None

    @property
    def checkpoint(self) -> Path:
        """The file that keeps an interrupted training."""
        return self.kept_in or self.directory / self.recipe.id / CHECKPOINT

    def run(self, report: Callable[[Progress], None]) -> Model | None:
        """Train, resuming from a checkpoint if there is any, and save the model; None if interrupted.

        On SIGINT or SIGTERM, the current step is finished and a checkpoint is kept.
        """
        codec, training = self.recipe.begin(self.plan)
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        if self.checkpoint.exists():
            training.load(self.checkpoint)
        with _interruption() as interrupted:
            for progress in training.run(self.checkpoint):
                report(progress)
                if interrupted():
                    training.save(self.checkpoint)
                    return None
        model = self.recipe.model(codec, training.network, self.plan)
        zoo.save(model, self.directory, dtype=self.recipe.stored_as)
        self.checkpoint.unlink(missing_ok=True)
        return model


@contextmanager
def _interruption() -> Iterator[Callable[[], bool]]:
    """Record SIGINT and SIGTERM instead of exiting; the yielded function says whether either arrived."""
    received: list[int] = []
    before = {
        number: signal.signal(number, lambda number, frame: received.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
