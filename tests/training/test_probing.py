"""What a model's units track, on small untrained models and on the counter that is shipped."""

from pathlib import Path

import numpy as np
import pytest

from app import zoo
from app.analysis import Concept
from app.recurrent import capture
from app.sequences import TextSequence
from app.training.counter import CounterRecipe, counted
from app.training.probing import Marked, Probes, columns_of, probed, states_of
from app.training.tracked_text import lines, sentence, table
from tests.networks.models import small_model

MODELS = Path(__file__).parent.parent.parent / "models"


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_states_are_those_of_a_capture(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.training.probing.BLOCK_STEPS", 3)
    model = small_model(cell=cell, layers=2, bidirectional=True)
    values = states_of(model, TextSequence("abcabc"))
    _, ids = model.codec.encode("abcabc")
    whole = capture(model.network.recurrent, model.network.embedding.weight[ids.tolist()])
    for column, (place, state, unit) in enumerate(columns_of(model)):
        wanted = whole.arrays[place.signal(state)][:, unit].numpy()
        np.testing.assert_allclose(values[:, column], wanted, atol=1e-6)


def test_the_row_of_a_start_token_is_left_out() -> None:
    """Unit values after `a` and after `b` differ, so a unit separates them without a mistake."""
    letter = Concept("letter", "after an a", "by hand")
    text = "abbaabab" * 4
    each = Marked(TextSequence(text), {"letter": np.array([float(character == "a") for character in text])})
    tracked = probed(small_model(), Probes((letter,), [[each]], [each], "the same text"))
    (found,) = tracked.concepts
    assert (found.steps, found.share, found.on) == (32, 0.5, "the same text")
    assert found.best.auc == 1.0


def test_the_counter_counts_and_its_folder_says_so() -> None:
    model = zoo.load(MODELS / "counter")
    done: list[int] = []
    tracked = probed(model, CounterRecipe().probes(), done.append)
    assert tracked == model.tracked
    assert done == list(range(1, 76))
    count = tracked.find("count")
    assert count is not None
    assert count.best.rho is not None
    assert count.best.rho > 0.99 > 0.5 > count.chance
    assert sentence(tracked, "count").startswith(f" Watch unit {count.best.unit}: its ")
    assert sentence(tracked, "nothing") == ""
    assert len(lines(tracked)) == len(tracked.concepts)
    assert count.title in table(tracked)


def test_the_marks_of_a_counted_string() -> None:
    (each,) = counted([3])
    assert each.sequence == TextSequence("aaabbb")
    assert each.marks["count"].tolist() == [1, 2, 3, 2, 1, 0]
    assert each.marks["reading-a"].tolist() == [1, 1, 1, 0, 0, 0]
    assert each.marks["end-next"].tolist() == [0, 0, 0, 0, 0, 1]


def test_six_concepts_of_python_are_tracked_by_single_units() -> None:
    tracked = zoo.load(MODELS / "python-char-lm").tracked
    areas = {concept.id: concept.best.auc or 0 for concept in tracked.concepts}
    assert areas["string"] > 0.9
    assert sum(area >= 0.9 for area in areas.values()) >= 6
    for concept in tracked.concepts:
        scores = [unit.score for unit in concept.units]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > concept.chance + 0.1


@pytest.mark.parametrize(
    "folder", [path.parent for path in MODELS.glob("*/units.json")], ids=lambda path: path.name
)
def test_notes_and_cards_name_the_unit_that_was_measured_best(folder: Path) -> None:
    model = zoo.load(folder)
    for example in model.examples:
        if example.concept:
            assert sentence(model.tracked, example.concept) in example.note
    if model.tracked.concepts:
        assert table(model.tracked) in model.card
