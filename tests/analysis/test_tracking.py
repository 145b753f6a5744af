import numpy as np
import pytest

from app.analysis import Concept, Group, track

INSIDE = Concept("inside", "inside", "by hand")
COUNT = Concept("count", "how many", "by hand", amount=True)
NEVER = Concept("never", "never", "by hand")
CONCEPTS = (COUNT, NEVER, INSIDE)


def group(seed: int, *, steps: int = 400, spoiled: bool = False) -> Group:
    """Noise of 40 units; unit 3 is low inside, unit 7 counts, and in a spoiled group unit 5 copies the marks."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(steps, 40)).astype(np.float32)
    inside = (np.arange(steps) // 20 % 2).astype(float)
    count = (np.arange(steps) % 20).astype(np.float64)
    values[:, 3] -= 3 * inside
    values[:, 7] += count
    values[:, 5] = inside if spoiled else values[:, 5]
    return Group(values, {"inside": inside, "count": count, "never": np.zeros(steps)})


def test_a_unit_is_found_on_one_set_and_measured_on_the_other() -> None:
    held_out = group(9)
    inside, count = track(CONCEPTS, [group(1, spoiled=True), group(2), group(3)], held_out)
    assert (inside.concept, count.concept) == (INSIDE, COUNT)
    best = inside.found[0]
    wanted, low = held_out.marks["inside"] > 0, -held_out.values[:, 3]
    pairs = low[wanted][:, None] > low[~wanted][None, :]
    assert (best.column, best.sign) == (3, -1)
    assert best.score == pytest.approx(pairs.mean())
    assert (count.found[0].column, count.found[0].sign) == (7, 1)
    assert count.found[0].score > 0.95
    assert len(inside.found) == 5
    assert [each.score for each in inside.found] == sorted(
        (each.score for each in inside.found), reverse=True
    )
    assert inside.share == 0.5
    assert count.share == 0.95


def test_chance_is_what_the_best_unit_reaches_with_shifted_marks() -> None:
    random = np.random.default_rng(5)
    noise = Group(random.normal(size=(500, 40)), {"inside": (random.random(500) < 0.2).astype(float)})
    (finding,) = track([INSIDE], [noise], noise)
    assert 0.57 < finding.chance < 0.65  # the best of 40 units that know nothing
    assert finding.chance == pytest.approx(finding.found[0].score, abs=0.06)


def test_few_marked_steps_count_less() -> None:
    """A file with a single marked step, in which unit 5 happens to be highest, does not decide."""
    few = group(4, spoiled=True)
    few.marks["inside"][:] = 0
    few.marks["inside"][25] = 1
    few.values[25, 5] = 100
    inside, _ = track(CONCEPTS, [few, group(2)], group(9))
    assert inside.found[0].column == 3
