"""One training from the command line: resumes, shows how far it is, stops between two steps, and saves the model."""

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

    Until the model is finished, the training is kept in the file `kept_in`, or in that same folder.
    """

    recipe: AnyRecipe
    plan: Plan
    directory: Path
    kept_in: Path | None = None

    @property
    def checkpoint(self) -> Path:
        """Where an interrupted training is kept."""
        return self.kept_in or self.directory / self.recipe.id / CHECKPOINT

    def run(self, report: Callable[[Progress], None]) -> Model | None:
        """Train, from the checkpoint on if there is one, and save the model; None if it was interrupted.

        An interruption (SIGINT or SIGTERM) ends the current step and keeps the checkpoint.
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
    """Note SIGINT and SIGTERM instead of dying of them; the yielded function says whether one came."""
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda number, frame: came.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
