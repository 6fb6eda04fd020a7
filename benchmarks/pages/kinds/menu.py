"""A menu: courses in the middle of the page, prices to the right, a set meal with its condition."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, conventions, phone
from benchmarks.pages.paper import Align, Paper
from benchmarks.pages.questions import Quiz

_HOUSES = (
    "The Copper Spoon",
    "Juniper Kitchen",
    "The Blue Anchor",
    "Olive & Rye",
    "The Walled Garden",
    "Station Bistro",
)
_DISHES = {
    "Starters": "Tomato soup|Goat cheese salad|Smoked trout|Garlic bread|Stuffed mushrooms|Beetroot carpaccio",
    "Main courses": "Roast chicken|Grilled salmon|Vegetable lasagne|Lamb stew|Mushroom risotto|Beef pie",
    "Desserts": "Apple crumble|Chocolate tart|Lemon sorbet|Rice pudding|Pear cake|Cheese plate",
    "Drinks": "Elderflower juice|Mineral water|Ginger ale|Pot of tea|Espresso|Apple cider",
}
_ASK = ("How much is the {}?", "What does the {} cost?", "What is the price of the {}?")

Course = dict[str, int]
"""Dishes and their prices in cents."""


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Four courses of three dishes."""
    writes = conventions(chance)
    paper.line(chance.pick(_HOUSES), align="centre", size=22, bold=True)
    paper.skip(4)
    align: Align = "centre" if chance.happens(0.5) else "left"
    courses = _courses(chance, paper, writes, align)
    set_price, people, hour = (
        chance.number(1990, 4900, 10),
        chance.number(6, 12),
        chance.any_of(("14:00", "14:30", "15:00")),
    )
    notes = (
        f"Set meal, three courses: {writes.money(set_price)}, only until {hour}.",
        f"Groups of {people} or more pay a service charge of {chance.number(8, 15)}%.",
        "We do not take cards, except in the garden bar.",
        f"Tables: {phone(chance)}",
    )
    paper.skip(10)
    for note in notes:
        paper.line(note, align=align)
    quiz = Quiz(paper)
    _ask_prices(chance, quiz, writes, courses)
    quiz.ask("field", "How much is the set meal?", accepted.money(set_price), notes[0])
    quiz.ask("condition", "Until what time is the set meal served?", accepted.clock(hour), notes[0])
    quiz.ask("condition", "Can I pay by card?", accepted.no("except"), notes[2])
    quiz.ask("condition", "From how many people is there a service charge?", accepted.number(people), notes[1])
    quiz.unanswerable("Who is the cook?", "How many tables does the restaurant have?")
    return quiz


def _courses(chance: Chance, paper: Paper, writes: Conventions, align: Align) -> dict[str, Course]:
    """Each course under its heading, a dish and its price a line."""
    courses: dict[str, Course] = {}
    for course, dishes in _DISHES.items():
        paper.skip(8)
        paper.line(course, align=align, size=paper.style.size * 1.2, bold=True)
        courses[course] = {}
        for dish in chance.some(dishes.split("|"), 3):
            price = courses[course][dish] = chance.number(280, 2950, 10)
            paper.line(dish)
            paper.put(writes.money(price), paper.right, align="right")
            paper.lines[-1] = f"{dish} {writes.money(price)}"
    return courses


def _ask_prices(chance: Chance, quiz: Quiz, writes: Conventions, courses: dict[str, Course]) -> None:
    prices = {dish: price for dishes in courses.values() for dish, price in dishes.items()}
    line = {dish: f"{dish} {writes.money(price)}" for dish, price in prices.items()}
    first, second, third = chance.shuffled(list(prices))[:3]
    quiz.ask("cell", chance.pick(_ASK).format(first.lower()), accepted.money(prices[first]), line[first])
    quiz.follow_up(f"And the {second.lower()}?", accepted.money(prices[second]), line[second])
    both = accepted.money(prices[second] + prices[third])
    quiz.ask(
        "arithmetic", f"What do {second.lower()} and {third.lower()} cost together?", both, line[second], line[third]
    )
    course = chance.any_of(list(courses))
    quiz.ask(
        "count", f"How many {course.lower()} are there?", accepted.number(3), *(line[dish] for dish in courses[course])
    )
    mains, desserts = courses["Main courses"], courses["Desserts"]
    dearest = max(mains, key=lambda dish: prices[dish])
    quiz.ask(
        "largest", "Which main course is the most expensive?", accepted.words(dearest), *(line[dish] for dish in mains)
    )
    total = accepted.money(sum(desserts.values()))
    quiz.ask("sum", "What would one of each dessert cost?", total, *(line[dish] for dish in desserts))
