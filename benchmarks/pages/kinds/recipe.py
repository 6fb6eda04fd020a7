"""A recipe: fields, a list of quantities with units, numbered steps, a condition."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import person
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz

_DISHES = (
    ("Onion Tart", ("flour", "butter", "onions", "cream", "cheese", "bacon", "milk")),
    ("Pumpkin Soup", ("pumpkin", "carrots", "cream", "potatoes", "leek", "butter", "lentils")),
    ("Plum Cake", ("plums", "flour", "sugar", "butter", "almonds", "milk", "yogurt")),
    ("Bean Stew", ("beans", "tomatoes", "carrots", "celery", "sausage", "potatoes", "barley")),
)
_LIQUID = frozenset(("cream", "milk"))
_SPICES = ("salt", "pepper", "cinnamon", "paprika", "nutmeg", "thyme")
_HOW_MUCH = ("How much {} is needed?", "How many grams or millilitres of {} go in?", "What amount of {} do I need?")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Five or six ingredients and as many steps."""
    dish, goods = chance.any_of(_DISHES)
    cook, serves, minutes, degrees = (
        person(chance),
        chance.number(2, 10),
        chance.number(15, 90, 5),
        chance.number(150, 230, 10),
    )
    preparation, eggs, spice = chance.number(10, 40, 5), chance.number(2, 6), chance.pick(_SPICES)
    amounts = {name: chance.number(50, 900, 25) for name in chance.some(goods, 4)}
    paper.title(f"{cook.first}'s {dish}")
    paper.skip(4)
    paper.fields(
        (
            ("Serves:", str(serves)),
            ("Preparation:", f"{preparation} minutes"),
            ("Cooking time:", f"{minutes} minutes"),
            ("Oven:", f"{degrees} °C"),
        )
    )
    lines = _ingredients(paper, amounts, eggs, spice)
    steps = _method(chance, paper, list(amounts), spice, degrees, minutes)
    paper.skip(6)
    days = chance.number(2, 6)
    kept = f"It keeps for {days} days in the refrigerator, but do not freeze it."
    paper.paragraph(kept)
    quiz = Quiz(paper)
    for name in chance.some(list(amounts), 2):
        quiz.ask("unit", chance.pick(_HOW_MUCH).format(name), accepted.number(amounts[name]), lines[name])
    quiz.ask("count", "How many eggs do I need?", accepted.number(eggs), f"{eggs} eggs")
    quiz.ask("field", "How many people does it serve?", accepted.number(serves), "Serves:")
    quiz.ask("unit", "How long does it bake?", accepted.number(minutes) + " ?min", "Cooking time:")
    quiz.ask("unit", "How hot should the oven be?", accepted.number(degrees), "Oven:")
    whole = accepted.number(preparation + minutes)
    quiz.ask(
        "arithmetic",
        "How many minutes do preparation and cooking take together?",
        whole,
        "Preparation:",
        "Cooking time:",
    )
    quiz.ask("text", "What is spread on top?", accepted.words(list(amounts)[-1]), steps[3])
    quiz.ask("count", "How many steps are there?", accepted.number(len(steps)), *steps)
    quiz.ask("condition", "Can I freeze it?", accepted.no(), kept)
    quiz.unanswerable("How many calories does a portion have?", "Which wine goes with it?")
    return quiz


def _ingredients(paper: Paper, amounts: dict[str, int], eggs: int, spice: str) -> dict[str, str]:
    """The list of what goes in; returns how the amount of each name is printed."""
    lines = {name: f"{amount} {'ml' if name in _LIQUID else 'g'} {name}" for name, amount in amounts.items()}
    paper.heading("Ingredients")
    for line in (*lines.values(), f"{eggs} eggs", f"1 teaspoon of {spice}"):
        paper.paragraph(line, indent=16, first=paper.bullet)
    return lines


def _method(
    chance: Chance, paper: Paper, goods: Sequence[str], spice: str, degrees: int, minutes: int
) -> tuple[str, ...]:
    """The numbered steps, which take up the four `goods` in their order."""
    first, second, third, fourth = goods
    rest = chance.number(5, 45, 5)
    steps = (
        f"Heat the oven to {degrees} °C and grease a wide dish.",
        f"Cut the {first} small and mix with the {second}.",
        f"Beat the eggs with the {third} and add the {spice}.",
        f"Put everything into the dish and spread the {fourth} on top.",
        f"Bake for {minutes} minutes, then let it rest for {rest} minutes.",
    )
    paper.heading("Method")
    for at, step in enumerate(steps, 1):
        paper.paragraph(step, indent=20, first=f"{at}.")
    return steps
