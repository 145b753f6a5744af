"""The effect of teacher forcing: the same small training with different shares of true characters fed.

With teacher forcing, the decoder is fed the true previous character, even where it would have written another
(Williams and Zipser, 1989); with less of it, the decoder is also fed its own choices in training (scheduled sampling;
Bengio et al., 2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..networks.sequence_to_sequence import SequenceToSequence
from .dates import TRAINED, as_ids, drawn, network_and_objective, validation
from .loop import Plan, Training
from .translating import greedily_all
from .translation import Ends, TranslationExample, surprise

SHARES = (1.0, 0.5, 0.0)
EVERY = 50
JUDGED = 300
LONGEST = 16


@dataclass(frozen=True)
class Point:
    """A training's results after `step` steps on unseen dates: `loss` in nats per character, `exact` as a share."""

    step: int
    loss: float
    exact: float


def learning_curve(plan: Plan, teacher: float, *, every: int = EVERY) -> list[Point]:
    """Train with a share of true characters fed, and evaluate on validation dates every `every` steps.

    The loss is measured with the true date fed character by character; a date is exact if it is written correctly
    without help.
    """
    config, network, objective = network_and_objective(plan, teacher=teacher)
    codec = config.build()
    ends = Ends.of(codec)
    judged = as_ids(drawn(np.random.default_rng(plan.seed), JUDGED, TRAINED, validation), codec)
    return [
        Point(progress.step, surprise(network, judged, ends), exact_share(network, judged, ends))
        for progress in Training(network, objective, plan).run()
        if progress.step % every == 0
    ]


def learning_curves(plan: Plan) -> dict[float, list[Point]]:
    """Return a curve for each share, all from the same initial weights and the same dates."""
    return {share: learning_curve(plan, share) for share in SHARES}


def exact_share(network: SequenceToSequence, examples: list[TranslationExample], ends: Ends) -> float:
    """Return the share of examples that are written exactly, greedily."""
    written = greedily_all(network, [example.source for example in examples], ends, most_steps=LONGEST)
    right: list[bool] = [
        ids == example.target.tolist() for ids, example in zip(written, examples, strict=True)
    ]
    return sum(right) / len(right)
