import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from app import zoo
from app.errors import UnknownRecipe
from app.training.corpus import Corpus
from app.training.counter import CounterRecipe
from app.training.date_recipe import DatesRecipe
from app.training.learning_curves import SHARES, Point
from app.training.loop import Plan, Progress
from app.training.made_series import Series
from app.training.pairs import Pair, Pairs
from app.training.python_char_lm import PythonCharLmRecipe
from app.training.recipe import AnyRecipe
from app.training.recipes import RECIPES, recipe_named
from app.training.reviews import Labelled, Reviews
from app.training.sentiment_bilstm import SentimentRecipe
from app.training.series_forecaster import SeriesForecasterRecipe
from app.training.session import Session
from app.training.translate import TranslateRecipe
from app.training.weather import Days
from app.training.weather_forecaster import WeatherForecasterRecipe

SOURCE = (
    'def spam(eggs):\n    """Return the eggs."""\n    return [egg for egg in eggs if "#" not in egg]\n\n\n'
)


def tiny_corpus() -> Corpus:
    """Nobody's source code, a few kilobytes of it."""
    return Corpus(
        training=[SOURCE.replace("spam", f"spam_{k}") * 12 for k in range(3)],
        validation=[SOURCE],
        held_out=[SOURCE.replace("egg", "ham"), "# naïve\n"],
    )


def tiny_reviews() -> Reviews:
    """Praise and blame, a few words of each."""
    good = [f"a good and {word} film" for word in ("fine", "warm", "bright", "fine", "warm")]
    bad = [f"a bad , {word} film" for word in ("dull", "cold", "long", "dull", "cold")]
    labelled = Labelled([*bad, *good], [0] * 5 + [1] * 5)
    return Reviews(labelled, labelled, Labelled(["a fine film", "a dull film"], [1, 0]))


def tiny_weather() -> Days:
    """Every second day of 2014 and 2015, warm in summer."""
    dates = np.arange("2014-01-01", "2016-01-01", 2, dtype="datetime64[D]")
    random = np.random.default_rng(0)
    warm = 15 - 10 * np.cos(np.arange(len(dates)) * 4 * np.pi / 365) + random.normal(size=len(dates))
    values = np.column_stack(
        [random.exponential(size=len(dates)), warm, warm - 8, random.exponential(size=len(dates))]
    )
    return Days(tuple(dates.astype(str).tolist()), values)


def tiny_ecg() -> Series:
    """A beat every 300 samples."""
    return np.exp(-(((np.arange(1500) % 300) - 50.0) ** 2) / 30)


def tiny_pairs() -> Pairs:
    """Forty sentences that Tatoeba does not have."""
    pairs = [Pair(f"I have {number} cats.", f"J'ai {number} chats.") for number in range(40)]
    return Pairs(pairs[:30], pairs[30:34], pairs[34:])


def tiny_curves(plan: Plan) -> dict[float, list[Point]]:
    """Two points for each share of true characters."""
    return {share: [Point(50, 1.0, 0.2), Point(100, 0.5, share)] for share in SHARES}


TINY: dict[str, tuple[AnyRecipe, int]] = {
    "counter": (CounterRecipe(), 40),
    "python-char-lm": (PythonCharLmRecipe(tiny_corpus), 3),
    "sentiment-bilstm": (SentimentRecipe(tiny_reviews, lambda *parts: 0.5), 4),
    "series-forecaster": (SeriesForecasterRecipe(tiny_ecg, measured=2), 3),
    "weather-forecaster": (WeatherForecasterRecipe(tiny_weather), 3),
    "dates": (DatesRecipe(tiny_curves, measured=20), 3),
    "translate-en-fr": (TranslateRecipe("translate-en-fr", "Tiny", "additive", tiny_pairs), 3),
    "translate-en-fr-no-attention": (
        TranslateRecipe("translate-en-fr-no-attention", "Tiny", None, tiny_pairs),
        3,
    ),
}


@pytest.mark.parametrize("name", TINY)
def test_a_recipe_makes_a_sound_folder_on_a_tiny_budget(tmp_path: Path, name: str) -> None:
    recipe, steps = TINY[name]
    reported: list[int] = []
    session = Session(recipe, replace(recipe.plan, steps=steps), tmp_path)
    trained = session.run(lambda progress: reported.append(progress.step))
    assert reported == list(range(1, steps + 1))
    assert trained is not None
    model = zoo.Zoo(tmp_path).get(name)
    assert model.config == trained.config
    assert model.config.recipe == name
    for tensor, stored in zip(
        trained.network.state_dict().values(), model.network.state_dict().values(), strict=True
    ):
        assert torch.equal(tensor, stored)  # what was measured is what is stored
    assert recipe.measure(model.network, model.codec) == model.config.metrics
    assert f"gatescope train {name}" in model.card
    assert "{" not in model.card
    assert not session.checkpoint.exists()


@pytest.mark.parametrize("name", TINY)
def test_the_seed_determines_the_trained_network(tmp_path: Path, name: str) -> None:
    recipe, _ = TINY[name]

    def weights(seed: int) -> dict[str, torch.Tensor]:
        _, training = recipe.begin(replace(recipe.plan, steps=3, seed=seed))
        for _ in training.run():
            pass
        return dict(training.network.state_dict())

    first, again, other = weights(1), weights(1), weights(2)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not any(torch.equal(first[name], other[name]) for name in first)


def test_making_a_network_does_not_change_the_global_generator() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    for recipe, _ in TINY.values():
        recipe.begin(recipe.plan)
    assert torch.equal(torch.rand(3), expected)


def test_the_counters_recipe_learns_to_count(tmp_path: Path) -> None:
    recipe = CounterRecipe()
    plan = replace(recipe.plan, steps=600)
    codec, training = recipe.begin(plan)
    for _ in training.run():
        pass
    (metric,) = recipe.model(codec, training.network, plan).config.metrics
    assert metric.value >= 10
    assert metric.value > metric.baselines[0].value


def test_characters_that_are_rare_in_training_are_unknown() -> None:
    codec = PythonCharLmRecipe(tiny_corpus).material(PythonCharLmRecipe.plan).codec.build()
    assert codec.special("<unknown>") == 1
    assert {codec.decode(index) for index in codec.ids("sp").tolist()} == {"s", "p"}
    assert codec.ids("ïz").tolist() == [1, 1]


def test_a_recipe_is_found_by_name_or_refused_with_the_known_names() -> None:
    assert {name: recipe_named(name).id for name in RECIPES} == {name: name for name in RECIPES}
    with pytest.raises(UnknownRecipe, match="one of: counter, python-char-lm"):
        recipe_named("translator")


def test_an_interrupted_session_resumes_and_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    recipe = CounterRecipe()
    plan = replace(recipe.plan, steps=30)
    whole = Session(recipe, plan, tmp_path / "whole").run(lambda progress: None)
    session = Session(recipe, plan, tmp_path / "parts")
    seen: list[int] = []

    def interrupt_at_12(progress: Progress) -> None:
        seen.append(progress.step)
        if progress.step == 12:
            signal.raise_signal(signal.SIGINT)

    assert session.run(interrupt_at_12) is None
    assert session.checkpoint.exists()
    resumed = session.run(lambda progress: seen.append(progress.step))
    assert seen == list(range(1, 31))
    assert whole is not None
    assert resumed is not None
    for a, b in zip(whole.network.state_dict().values(), resumed.network.state_dict().values(), strict=True):
        assert torch.equal(a, b)
