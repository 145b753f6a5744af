"""All recipes by name."""

from __future__ import annotations

from ..errors import UnknownRecipe
from .counter import CounterRecipe
from .python_char_lm import PythonCharLmRecipe
from .recipe import AnyRecipe
from .sentiment_bilstm import SentimentRecipe
from .series_forecaster import SeriesForecasterRecipe
from .weather_forecaster import WeatherForecasterRecipe

ALL: tuple[AnyRecipe, ...] = (
    CounterRecipe(),
    PythonCharLmRecipe(),
    SentimentRecipe(),
    SeriesForecasterRecipe(),
    WeatherForecasterRecipe(),
)

RECIPES = {recipe.id: recipe for recipe in ALL}


def recipe_named(name: str) -> AnyRecipe:
    """Return the recipe of that name; raises `UnknownRecipe`."""
    if name not in RECIPES:
        raise UnknownRecipe(f"there is no recipe {name!r}", expected="one of: " + ", ".join(RECIPES))
    return RECIPES[name]
