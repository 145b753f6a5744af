"""What a model's units track, in words for cards and for the notes of examples."""

from __future__ import annotations

from ..networks.tracked import Tracked, TrackedConcept, TrackingUnit

KEY = """Units were found on validation data and measured on other data: {on}. AUC is the probability that the unit is
higher (or, for some units, lower) at a step where it is true than at a step where it is not; ρ is the rank correlation
with an amount. By chance is what the best of all units reaches when the marks are shifted around the data."""


def table(tracked: Tracked) -> str:
    """Return a Markdown table of every concept with the unit that tracks it best, and a key."""
    if not tracked.concepts:
        return "No unit tracks any of the concepts that were tried."
    rows = [
        f"| {concept.title} | {signal(concept.best)} of {place(concept.best)} | "
        f"{measured(concept.best)} | {concept.chance:.2f} |"
        for concept in tracked.concepts
    ]
    head = ["| what | best unit | how well | by chance |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, "", KEY.format(on=tracked.concepts[0].on)])


def sentence(tracked: Tracked, concept: str) -> str:
    """Return a sentence that says which unit tracks a concept best, with a space before it; empty if none does."""
    found = tracked.find(concept)
    if found is None:
        return ""
    unit = found.best
    return f" Watch unit {unit.unit}: its {signal(unit)} {direction(found)}."


def direction(concept: TrackedConcept) -> str:
    """Say what the best unit does."""
    rises = concept.best.sign > 0
    if concept.best.auc is None:
        return f"{'rises' if rises else 'falls'} with {concept.title}"
    return f"is {'high' if rises else 'low'} {concept.title}"


def measured(unit: TrackingUnit) -> str:
    """Return a unit's score with its measure, such as AUC 0.95."""
    return f"ρ {unit.rho:.2f}" if unit.auc is None else f"AUC {unit.auc:.2f}"


def signal(unit: TrackingUnit) -> str:
    """Return the name of a unit's signal, such as cell state."""
    return unit.signal.replace("_", " ")


def place(unit: TrackingUnit) -> str:
    """Say which unit it is; in a network with several layers or directions, where."""
    where = f", layer {unit.layer}" if unit.layer else ""
    return f"unit {unit.unit}{where}" + (", backward" if unit.direction == "backward" else "")


def lines(tracked: Tracked) -> list[str]:
    """Return a line for each concept with the unit that tracks it best, or one line that says there is none."""
    if not tracked.concepts:
        return ["this model's recipe has no concepts to look for"]
    return [
        f"{concept.id}: {measured(concept.best)} by the {signal(concept.best)} of {place(concept.best)} "
        f"({concept.chance:.2f} by chance)"
        for concept in tracked.concepts
    ]
