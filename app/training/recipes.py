"""All recipes by name."""

from __future__ import annotations

from ..errors import UnknownRecipe
from .counter import CounterRecipe
from .date_recipe import DatesRecipe
from .python_char_lm import PythonCharLmRecipe
from .recipe import AnyRecipe
from .sentiment_bilstm import SentimentRecipe
from .series_forecaster import SeriesForecasterRecipe
from .translate import TranslateRecipe
from .weather_forecaster import WeatherForecasterRecipe

ALL: tuple[AnyRecipe, ...] = (
    CounterRecipe(),
    PythonCharLmRecipe(),
    SentimentRecipe(),
    SeriesForecasterRecipe(),
    WeatherForecasterRecipe(),
    DatesRecipe(),
    TranslateRecipe("translate-en-fr", "English to French, additive attention", "additive"),
    TranslateRecipe(
        "translate-en-fr-multiplicative", "English to French, multiplicative attention", "general"
    ),
    TranslateRecipe("translate-en-fr-no-attention", "English to French, no attention", None),
)

RECIPES = {recipe.id: recipe for recipe in ALL}


def recipe_named(name: str) -> AnyRecipe:
    """Return the recipe with this name; raises `UnknownRecipe`."""
    if name not in RECIPES:
        raise UnknownRecipe(f"there is no recipe {name!r}", expected="one of: " + ", ".join(RECIPES))
    return RECIPES[name]
