"""What teacher forcing does: the same small training with other shares of true characters fed, and how it learns.

With teacher forcing the decoder is fed the true character before, whatever it would have written there (Williams and
Zipser, 1989); with less of it, it is fed its own choices in training too (scheduled sampling; Bengio et al., 2015).
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
    """How a training does after `step` steps on dates it never reads: `loss` in nats a character, `exact` a share."""

    step: int
    loss: float
    exact: float


def learning_curve(plan: Plan, teacher: float, *, every: int = EVERY) -> list[Point]:
    """Train with a share of true characters fed, and judge now and then on dates for validation.

    The loss is that of the true date fed character by character; exact are the dates that are written right without
    help.
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
    """Return a curve for each of the shares, all from the same first weights and the same dates."""
    return {share: learning_curve(plan, share) for share in SHARES}


def exact_share(network: SequenceToSequence, examples: list[TranslationExample], ends: Ends) -> float:
    """Return the share of examples that are written exactly, greedily."""
    written = greedily_all(network, [example.source for example in examples], ends, most_steps=LONGEST)
    right: list[bool] = [
        ids == example.target.tolist() for ids, example in zip(written, examples, strict=True)
    ]
    return sum(right) / len(right)
