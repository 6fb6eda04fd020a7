"""A recipe: quantities, times and numbered steps."""

from __future__ import annotations

from assets.make.sheet import A4, Cell, Face, Sheet

_LEFT = 130
_FACTS = (
    "Serves: 8",
    "Preparation time: 20 minutes",
    "Baking time: 45 minutes",
    "Oven temperature: 180 degrees",
)
_INGREDIENTS = (
    "250 grams of flour",
    "150 grams of butter",
    "120 grams of sugar",
    "3 eggs",
    "2 lemons",
    "4 spoons of honey",
    "100 milliliters of milk",
    "1 spoon of baking powder",
)
_STEPS = (
    "Step 1: Heat the oven to 180 degrees and butter a round pan.",
    "Step 2: Mix the butter and the sugar until the mixture is light.",
    "Step 3: Add the eggs one after another.",
    "Step 4: Add the juice of both lemons and the honey.",
    "Step 5: Add the flour, the baking powder and the milk, and mix slowly.",
    "Step 6: Pour the dough into the pan and bake for 45 minutes.",
    "Step 7: Let the cake cool for 30 minutes before you cut it.",
    "Tip: The cake stays fresh for four days in a closed box.",
    "You can use oranges instead of lemons.",
)


def recipe() -> Sheet:
    """A cake of our own."""
    sheet = Sheet(*A4)
    sheet.write(Cell("Lemon Honey Cake", _LEFT, Face.SERIF_BOLD, 22))
    sheet.write(Cell("A recipe by Isabel Green", _LEFT, Face.SERIF, 12), leading=50)
    sheet.skip(30)
    for fact in _FACTS:
        sheet.write(Cell(fact, _LEFT, Face.SERIF))
    _heading(sheet, "Ingredients")
    for ingredient in _INGREDIENTS:
        sheet.write(Cell(ingredient, _LEFT, Face.SERIF))
    _heading(sheet, "Steps")
    for step in _STEPS:
        sheet.write(Cell(step, _LEFT, Face.SERIF), leading=46)
    return sheet


def _heading(sheet: Sheet, text: str) -> None:
    sheet.write(Cell(text, _LEFT, Face.SERIF_BOLD, 15), leading=90)
    sheet.skip(8)
