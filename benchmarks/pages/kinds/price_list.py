"""A price list: groups of articles with sizes and prices, notes on discounts."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import conventions, phone, town
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import Quiz

_SHOPS = (
    ("Hair Studio", (
        ("Cutting", ("Wash and cut", "Dry cut", "Fringe trim", "Beard trim", "Children's cut", "Clipper cut")),
        ("Colour", ("Full colour", "Highlights", "Root touch-up", "Toner", "Bleach", "Gloss")))),
    ("Laundry", (
        ("Clothing", ("Shirt", "Trousers", "Suit, two pieces", "Evening dress", "Overcoat", "Skirt")),
        ("Household", ("Duvet", "Curtain, per metre", "Table cloth", "Blanket", "Rug, small", "Pillow")))),
    ("Swimming Pool", (
        ("Admission", ("Adult, one day", "Child, one day", "Evening ticket", "Family ticket", "Student", "Senior")),
        ("Extras", ("Locker", "Towel", "Sauna", "Swimming lesson", "Diving mask", "Water slide")))),
)  # fmt: skip
_ASK = ("How much is {}?", "What is the price of {}?", "What does {} cost?")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Two groups of three or four articles."""
    writes, place, valid = conventions(chance), town(chance), chance.day()
    trade, groups = chance.any_of(_SHOPS)
    paper.title(f"{place} {trade}", 20)
    paper.line(f"Price list, valid from {writes.day(valid)}", align=paper.style.title_align)
    quiz = Quiz(paper)
    prices: dict[str, int] = {}
    members: dict[str, list[str]] = {}
    for group, names in groups:
        paper.heading(group)
        members[group] = chance.some(names, chance.number(3, 4))
        drawn = [(name, chance.number(250, 9500, 10), chance.number(10, 90, 5)) for name in members[group]]
        prices |= {name: price for name, price, _ in drawn}
        rows = [(name, f"{minutes} min", writes.money(price)) for name, price, minutes in drawn]
        paper.table((("Service", "Time", "Price"), *rows), (Column("left", 3), Column("right"), Column("right")))
        name, _, minutes = chance.any_of(drawn)
        time = accepted.number(minutes) + " ?min"
        quiz.ask("cell", f"How much time is listed for {name}?", time, f"{name} {minutes} min")
    percent, age, hour = chance.number(5, 20, 5), chance.number(12, 18), chance.any_of(("11:00", "12:00", "14:00"))
    members_only = f"Members get {percent}% off, except on Saturdays."
    young = f"Children under {age} pay half, only with an adult."
    paper.skip(10)
    for note in (members_only, young, f"Before {hour} everything costs 10% less.", f"Booking: {phone(chance)}"):
        paper.line(note)
    first, second, third = chance.shuffled(list(prices))[:3]
    for name in (first, second):
        quiz.ask("cell", chance.pick(_ASK).format(name), accepted.money(prices[name]), _row(paper, name))
    quiz.follow_up(f"And {third}?", accepted.money(prices[third]), _row(paper, third))
    both = accepted.money(prices[first] + prices[second])
    quiz.ask(
        "arithmetic", f"What do {first} and {second} cost together?", both, _row(paper, first), _row(paper, second)
    )
    for group, listed in members.items():
        rows_of = [_row(paper, name) for name in listed]
        quiz.ask("count", f"How many services are under {group}?", accepted.number(len(listed)), *rows_of)
        cheapest = min(listed, key=lambda name: prices[name])
        if [prices[name] for name in listed].count(prices[cheapest]) == 1:
            quiz.ask("largest", f"What is cheapest under {group}?", accepted.words(cheapest), *rows_of)
    quiz.ask("date", "From when is the price list valid?", accepted.day(valid), "valid from")
    quiz.ask("condition", "Do members get a discount on Saturdays?", accepted.no("except"), members_only)
    quiz.ask("condition", "Up to which age do children pay half?", accepted.number(age), young)
    quiz.unanswerable("Who owns the shop?", "How much is a gift card?")
    return quiz


def _row(paper: Paper, name: str) -> str:
    """The row that begins with `name`."""
    return next(line for line in paper.lines if line.startswith(f"{name} ") and "min" in line)
