"""What a model's units track: its states over marked sequences, and the units found in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import torch
from numpy.typing import NDArray

from ..analysis import Concept, Finding, Group, track
from ..networks.feed import Asked
from ..networks.model import Model
from ..networks.place import Place
from ..networks.tracked import Tracked, TrackedConcept, TrackingUnit
from ..recurrent import capture_chunks, describe
from ..recurrent.weights import directions
from ..sequences import Sequence as GivenSequence

BLOCK_STEPS = 4096

Marks = Mapping[str, NDArray[np.float64]]
Report = Callable[[int], None]


@dataclass(frozen=True)
class Marked:
    """A sequence and the value of each concept at each of its steps, [steps]; a start token has no row."""

    sequence: GivenSequence
    marks: Marks


@dataclass(frozen=True)
class Probes:
    """What to look for in a model: concepts, and marked sequences for finding units and for measuring them.

    Units are found in groups of sequences that are judged together; `on` names the held-out data.
    """

    concepts: tuple[Concept, ...]
    validation: Sequence[Sequence[Marked]]
    held_out: Sequence[Marked]
    on: str

    @property
    def sequences(self) -> int:
        """How many sequences are read."""
        return sum(map(len, self.validation)) + len(self.held_out)


def probed(model: Model, probes: Probes, report: Report = lambda done: None) -> Tracked:
    """Find the units of a model's first part that track the concepts; `report` gets the number of sequences read."""
    done = 0

    def read(sequences: Iterable[Marked]) -> Group:
        nonlocal done
        values, marks = [], []
        for each in sequences:
            values.append(states_of(model, each.sequence)[-len(next(iter(each.marks.values()))) :])
            marks.append(each.marks)
            done += 1
            report(done)
        joined = {
            concept.id: np.concatenate([mark[concept.id] for mark in marks]) for concept in probes.concepts
        }
        return Group(np.concatenate(values), joined)

    validation = [read(group) for group in probes.validation]
    held_out = read(probes.held_out)
    columns = columns_of(model)
    findings = track(probes.concepts, validation, held_out)
    return Tracked(
        concepts=tuple(_described(finding, columns, len(held_out.values), probes.on) for finding in findings)
    )


def columns_of(model: Model) -> list[tuple[Place, str, int]]:
    """Return the place, state and unit of each column of `states_of`."""
    part, module = next(iter(model.parts.items()))
    return [
        (Place(part, layer, direction), state, unit)
        for layer in range(module.num_layers)
        for direction in directions(module)
        for state in describe(module).states
        for unit in range(module.hidden_size)
    ]


def states_of(model: Model, sequence: GivenSequence) -> NDArray[np.float32]:
    """Return every state of the model's first part after each step, [steps, columns]."""
    feed = model.read(sequence, Asked()).feeds[0]
    names = list(dict.fromkeys(place.signal(state) for place, state, _ in columns_of(model)))
    with torch.no_grad():
        inputs = feed.inputs(0, feed.reach(feed.most_steps))
        traces = capture_chunks(feed.module, inputs, repeat(BLOCK_STEPS), feed.initial)
        return np.concatenate(
            [np.concatenate([trace.arrays[name].numpy() for name in names], 1) for trace in traces]
        )


def _described(
    finding: Finding, columns: list[tuple[Place, str, int]], steps: int, on: str
) -> TrackedConcept:
    concept = finding.concept
    measure = "rho" if concept.amount else "auc"
    units = []
    for candidate in finding.found:
        place, signal, unit = columns[candidate.column]
        units.append(
            TrackingUnit.model_validate(
                {
                    "layer": place.layer,
                    "direction": place.direction,
                    "signal": signal,
                    "unit": unit,
                    measure: round(candidate.score, 4),
                    "sign": candidate.sign,
                }
            )
        )
    return TrackedConcept(
        id=concept.id,
        title=concept.title,
        decided=concept.decided,
        on=on,
        steps=steps,
        share=round(finding.share, 4),
        chance=round(finding.chance, 4),
        units=tuple(units),
    )
