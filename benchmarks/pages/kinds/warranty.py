"""Conditions of a warranty: what is covered, for how long, unless, only with."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, address, conventions, phone, town
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz, Statement

_MAKERS = ("Norvik Tools", "Solenne Kitchens", "Harrow Audio", "Brightwell Lighting", "Tessel Heaters", "Ambry Vacuums")
_GOODS = ("cordless drill", "food mixer", "loudspeaker", "floor lamp", "fan heater", "vacuum cleaner")
_WEARING = ("battery", "filter", "fuse", "brush", "bulb")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Seven or eight conditions."""
    writes, place = conventions(chance), town(chance)
    maker, goods, model = chance.pick(_MAKERS), chance.pick(_GOODS), chance.code("@@-###")
    years, valid = chance.number(2, 6), chance.day()
    paper.title(f"{maker}: Warranty")
    paper.skip(4)
    paper.fields(
        (
            ("Product:", goods),
            ("Model:", model),
            ("Warranty period:", f"{years} years"),
            ("Conditions of:", writes.day(valid)),
        )
    )
    quiz = Quiz(paper)
    numbered = chance.happens(0.4)
    for at, statement in enumerate(_conditions(chance, writes, goods), 1):
        paper.skip(4)
        quiz.state(statement, indent=22, first=f"{at}." if numbered else paper.bullet)
    paper.heading("How to claim")
    number, days = phone(chance), chance.number(5, 25)
    quiz.state(
        Statement(
            f"Call {number} or write to {maker}, {address(chance, place)}. A repair takes at most {days} working days.",
            (
                ("field", "Which number do I call to claim?", accepted.words(number)),
                ("unit", "How long does a repair take at most?", accepted.number(days) + r" ?(?:working )?day"),
            ),
        )
    )
    quiz.ask("field", "Which model is the warranty for?", accepted.words(model), "Model:")
    quiz.ask("unit", "How long is the warranty period?", accepted.number(years) + " ?year", "Warranty period:")
    quiz.ask("date", "Which date do the conditions bear?", accepted.day(valid), "Conditions of:")
    quiz.unanswerable("Where was the product made?", "How much did the product cost?")
    return quiz


def _conditions(chance: Chance, writes: Conventions, goods: str) -> list[Statement]:
    """Six of eight, in any order."""
    months, days, fee = chance.any_of((6, 9, 12)), chance.number(10, 40, 5), chance.number(1000, 6000, 100)
    part, metres = chance.pick(_WEARING), chance.number(2, 9)
    options = (
        Statement(
            f"The warranty is valid only with the original receipt and does not cover the {part}.",
            (
                ("condition", "What do I have to show for the warranty to be valid?", accepted.words("receipt")),
                ("condition", f"Does the warranty cover the {part}?", accepted.no()),
            ),
        ),
        Statement(
            f"The warranty ends if the {goods} is opened, unless this is done by an authorised workshop.",
            (("condition", f"Who may open the {goods}?", accepted.words("authorised workshop")),),
        ),
        Statement(
            f"Damage from water is not covered. Damage from a fall is covered up to a height of {metres} metres.",
            (
                ("condition", "Is damage from water covered?", accepted.no()),
                ("unit", "Up to what height is a fall covered?", accepted.number(metres) + " ?m"),
            ),
        ),
        Statement(
            f"Faults must be reported within {days} days after they appear.",
            (("unit", "Within how many days must a fault be reported?", accepted.number(days)),),
        ),
        Statement(
            f"Sending the {goods} to us is free in the first {months} months; later it costs {writes.money(fee)}.",
            (
                ("condition", "For how many months is sending it in free?", accepted.number(months)),
                ("field", "How much does sending it in cost later?", accepted.money(fee)),
            ),
        ),
        Statement(
            "Business use is excluded, except with a written agreement.",
            (("condition", "Is business use covered?", accepted.no("excluded", "except")),),
        ),
        Statement(
            "The warranty cannot be passed on to another owner.",
            (("condition", "Can I pass the warranty on if I sell it?", accepted.no()),),
        ),
        Statement(
            "A replaced part becomes our property. The warranty period does not begin anew.",
            (("condition", "Does the warranty begin again after a repair?", accepted.no()),),
        ),
    )
    return chance.shuffled(options)[: chance.number(5, 6)]
