"""A yearly report of three pages: a summary, a table by quarters, plans and a budget."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, conventions, people, phone, town
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import PageQuestion, Quiz, Statement

_HOUSES = (("Ferry Service", "passengers", "boat"), ("Zoo", "visitors", "aviary"), ("Ice Rink", "skaters", "roof"),
           ("Observatory", "guests", "dome"), ("Toy Museum", "visitors", "lift"))  # fmt: skip
_QUARTERS = ("First", "Second", "Third", "Fourth")


def draw(chance: Chance, new_paper: Callable[[], Paper]) -> list[Quiz]:
    """Three pages, with questions that rest on one or on two of them."""
    writes, place = conventions(chance), town(chance)
    house, guests, thing = chance.pick(_HOUSES)
    counts = [chance.number(1200, 9800, 10) for _ in _QUARTERS]
    year = chance.number(2024, 2026)
    first = _summary(chance, Quiz(new_paper(), 1), (f"{place} {house}", guests, thing), (year, sum(counts)), writes)
    second, costs = _quarters(chance, Quiz(new_paper(), 2), guests, counts)
    third, budget = _plans(chance, Quiz(new_paper(), 3), thing, writes)
    both = second.where("Sum") + third.where("budget for next year")
    asked = f"By how much is next year's budget above this year's costs of {costs} thousand?"
    first.questions.append(PageQuestion("arithmetic", asked, accepted.money(budget - costs * 100_000), both))
    first.unanswerable(f"Who built the {thing}?", f"How many {guests} came on the busiest day?")
    return [first, second, third]


def _summary(
    chance: Chance, quiz: Quiz, names: tuple[str, str, str], sums: tuple[int, int], writes: Conventions
) -> Quiz:
    (house, guests, thing), (year, total), paper = names, sums, quiz.paper
    director, keeper = people(chance, 2)
    issued = chance.day()
    paper.title(f"{house}: Report for {year}", 19)
    paper.skip(4)
    paper.fields((("Director:", director.name), ("Date:", writes.day(issued)), ("Telephone:", phone(chance))))
    paper.heading("Summary")
    percent, days = chance.number(3, 24), chance.number(2, 19)
    quiz.state(
        Statement(
            f"The number of {guests} rose by {percent} percent to {total:,}. We were closed for {days} days because of "
            f"storms. The new {thing} was opened by {keeper.name}.",
            (
                ("field", f"How many {guests} came in the whole year?", accepted.number(total)),
                ("field", f"By how many percent did the number of {guests} rise?", accepted.number(percent)),
                ("unit", "For how many days was it closed?", accepted.number(days)),
                ("text", f"Who opened the new {thing}?", accepted.words(keeper.name)),
            ),
        )
    )
    quiz.ask("field", "Who is the director?", accepted.words(director.name), "Director:")
    quiz.ask("date", "What is the date of the report?", accepted.day(issued), "Date:")
    _foot(quiz, "Page 1 of 3")
    return quiz


def _quarters(chance: Chance, quiz: Quiz, guests: str, counts: list[int]) -> tuple[Quiz, int]:
    """The page of figures, and the costs of the year in thousands."""
    paper = quiz.paper
    costs, staff = [chance.number(40, 260) for _ in counts], [chance.number(9, 38) for _ in counts]
    paper.heading("Figures by quarter")
    rows = [
        (name, f"{count:,}", str(cost), str(number))
        for name, count, cost, number in zip(_QUARTERS, counts, costs, staff, strict=True)
    ]
    rows.append(("Sum", f"{sum(counts):,}", str(sum(costs)), ""))
    head = ("Quarter", guests.capitalize(), "Costs (thousand)", "Staff")
    paper.table((head, *rows), (Column("left", 2), *(Column("right") for _ in range(3))))
    at = chance.number(0, 3)
    row = [" ".join(cells) for cells in rows]
    quarter = _QUARTERS[at].lower()
    quiz.ask("cell", f"How many {guests} came in the {quarter} quarter?", accepted.number(counts[at]), row[at])
    quiz.follow_up("And how many staff were there then?", accepted.number(staff[at]), row[at])
    quiz.ask("sum", "What were the costs of the year in thousands?", accepted.number(sum(costs)), "Sum")
    if counts.count(max(counts)) == 1:
        best = _QUARTERS[counts.index(max(counts))]
        quiz.ask(
            "largest",
            f"In which quarter did most {guests} come?",
            rf"\b(?:{best}|q?{_QUARTERS.index(best) + 1})".lower(),
            *row[:4],
        )
    paper.skip(8)
    paper.paragraph("Staff are counted at the end of each quarter. Volunteers are not included.")
    quiz.ask("condition", "Are volunteers counted as staff?", accepted.no(), "Volunteers are not included")
    _foot(quiz, "Page 2 of 3")
    return quiz, sum(costs)


def _plans(chance: Chance, quiz: Quiz, thing: str, writes: Conventions) -> tuple[Quiz, int]:
    """The page of plans, and next year's budget in cents."""
    paper = quiz.paper
    opens, budget, age = chance.day(), chance.number(1100, 1900) * 100_000, chance.number(12, 16)
    paper.heading("Plans")
    points = (
        Statement(
            f"From {writes.day(opens)} on, we open on Sundays, unless staff are missing.",
            (
                ("date", "From which date on is it open on Sundays?", accepted.day(opens)),
                ("condition", "When does it stay closed on Sundays in spite of the plan?", accepted.words("staff")),
            ),
        ),
        Statement(
            f"The {thing} may be used by children under {age} only with a guide.",
            (("condition", f"Under which age is a guide needed for the {thing}?", accepted.number(age)),),
        ),
        Statement("A second café will not be built."),
    )
    for point in points:
        quiz.state(point, indent=20, first=paper.bullet)
    paper.heading("Budget")
    paper.paragraph(f"We ask for a budget for next year of {writes.money(budget)}.")
    quiz.ask("field", "How large is the budget for next year?", accepted.money(budget), "budget for next year")
    quiz.ask("condition", "Will a second café be built?", accepted.no(), "A second café")
    _foot(quiz, "Page 3 of 3")
    return quiz, budget


def _foot(quiz: Quiz, text: str) -> None:
    """The number of the page, in the middle below the text."""
    quiz.paper.skip(30)
    quiz.paper.line(text, align="centre", size=quiz.paper.style.size * 0.9)
