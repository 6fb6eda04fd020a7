"""A newsletter in two columns: short articles, each under its heading."""

from __future__ import annotations

from datetime import date

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, Person, conventions, people, phone, town
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz, Statement

_CLUBS = ("Allotment News", "Harbour Post", "The Village Letter", "Sports Club News", "Parish Paper")
_GAP = 24.0

Article = tuple[str, Statement]
"""Heading and text."""


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Six articles, three a column."""
    writes, place, issued = conventions(chance), town(chance), chance.day()
    issue = chance.number(3, 88)
    paper.title(f"{place} {chance.pick(_CLUBS)}", 22)
    paper.line(f"Issue {issue}, {writes.day(issued)}", align=paper.style.title_align)
    paper.rule(8, 1.2)
    quiz = Quiz(paper)
    top, left, right = paper.baseline, paper.left, paper.right
    articles = chance.shuffled(_articles(chance, writes))
    for begin, end, part in (
        (left, paper.middle - _GAP / 2, articles[:3]),
        (paper.middle + _GAP / 2, right, articles[3:]),
    ):
        with paper.column(begin, end, top):
            for heading, statement in part:
                paper.heading(heading)
                quiz.state(statement)
    quiz.ask("date", "When did this issue appear?", accepted.day(issued), f"Issue {issue}")
    quiz.ask("field", "What is the number of the issue?", accepted.number(issue), f"Issue {issue}")
    quiz.unanswerable("How many copies of the newsletter are printed?", "Who won the chess tournament?")
    return quiz


def _articles(chance: Chance, writes: Conventions) -> list[Article]:
    chair, coach, baker = people(chance, 3)
    day = chance.day()
    raised, trees, members = chance.number(40000, 320000, 500), chance.number(12, 90), chance.number(110, 480)
    hour, age = chance.any_of(("17:00", "18:30", "19:00")), chance.number(8, 16)
    weeks, cakes, seats = chance.number(3, 9), chance.number(14, 60), chance.number(20, 70)
    return [
        _election(chair, members, chance.any_of(("two", "three"))),
        _planting(trees, day, writes),
        _cake_sale(baker, cakes, raised, writes),
        _training(coach, hour, age),
        _closed_bridge(weeks),
        _trip(seats, phone(chance)),
    ]


def _election(chair: Person, votes: int, years: str) -> Article:
    return "New chair elected", Statement(
        f"{chair.name} was elected chair with {votes} votes. The term lasts {years} years.",
        (
            ("text", "Who was elected chair?", accepted.words(chair.name)),
            ("count", "How many votes did the new chair get?", accepted.number(votes)),
        ),
    )


def _planting(trees: int, day: date, writes: Conventions) -> Article:
    return "Trees along the path", Statement(
        f"Volunteers planted {trees} trees along the river path on {writes.day(day)}.",
        (
            ("count", "How many trees were planted?", accepted.number(trees)),
            ("date", "When were the trees planted?", accepted.day(day)),
        ),
    )


def _cake_sale(baker: Person, cakes: int, raised: int, writes: Conventions) -> Article:
    return "Cake sale", Statement(
        f"The cake sale raised {writes.money(raised)} for the library roof. {baker.name} alone baked {cakes} cakes.",
        (
            ("field", "How much did the cake sale raise?", accepted.money(raised)),
            ("text", "What is the money from the cake sale for?", accepted.words("library", "roof")),
            ("text", f"Who baked {cakes} cakes?", accepted.words(baker.name)),
        ),
    )


def _training(coach: Person, hour: str, age: int) -> Article:
    return "Training for beginners", Statement(
        f"{coach.name} trains beginners every Tuesday at {hour}. Children under {age} may take part only "
        "with a parent.",
        (
            ("text", "At what time is the training for beginners?", accepted.clock(hour)),
            ("condition", "May young children come to the training alone?", accepted.no("only with")),
        ),
    )


def _closed_bridge(weeks: int) -> Article:
    return "Bridge closed", Statement(
        f"The foot bridge stays closed for {weeks} weeks. Cyclists use the ford, unless the water is high.",
        (
            ("unit", "For how long is the foot bridge closed?", accepted.number(weeks) + " ?week"),
            ("condition", "When can the ford not be used?", accepted.words("water is high", "high water")),
        ),
    )


def _trip(seats: int, number: str) -> Article:
    return "Trip to the coast", Statement(
        f"The bus to the coast has {seats} seats. Book by telephone, {number}; no refunds.",
        (
            ("count", "How many seats does the bus have?", accepted.number(seats)),
            ("condition", "Do I get my money back if I do not travel?", accepted.no()),
        ),
    )
