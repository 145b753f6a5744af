"""All recipes by name."""

from __future__ import annotations

from ..errors import UnknownRecipe
from .counter import CounterRecipe
from .python_char_lm import PythonCharLmRecipe
from .recipe import AnyRecipe

RECIPES: dict[str, AnyRecipe] = {recipe.id: recipe for recipe in (CounterRecipe(), PythonCharLmRecipe())}


def recipe_named(name: str) -> AnyRecipe:
    """Return the recipe of that name; raises `UnknownRecipe`."""
    if name not in RECIPES:
        raise UnknownRecipe(f"there is no recipe {name!r}", expected="one of: " + ", ".join(RECIPES))
    return RECIPES[name]
