"""A letter with a heading and a list: an invitation, an offer, a request for papers."""

from __future__ import annotations

from datetime import date, timedelta

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, address, conventions, people, phone, town
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz, Statement

_SENDERS = ("Insurance", "City Archive", "Housing Office", "Music School", "Adult College", "Sailing Club")
_MATTERS = (
    ("Your application", "To finish your application we still need the following papers:",
     ("a copy of your passport", "two recent photographs", "proof of your address", "your last certificate",
      "a signed statement", "the completed questionnaire")),
    ("Your move", "Before the movers arrive, please do the following:",
     ("empty the cupboards", "label all boxes", "read the water meter", "defrost the freezer", "take down the curtains",
      "hand over the spare key")),
    ("Course in autumn", "For the first lesson, please bring these things:",
     ("a sharp pencil", "an apron", "a ring binder", "indoor shoes", "a bottle of water", "a pair of scissors")),
)  # fmt: skip


def draw(chance: Chance, paper: Paper) -> Quiz:
    """A list of three to four points between two paragraphs."""
    writes, place = conventions(chance), town(chance)
    sender, reader, colleague = people(chance, 3)
    office, (subject, opening, points) = chance.pick(_SENDERS), chance.any_of(_MATTERS)
    written = chance.day()
    until, reference = written + timedelta(days=chance.number(7, 35)), chance.code("@-###/##")
    paper.line(f"{place} {office}", align=chance.any_of(("left", "right")), size=15, bold=True)
    paper.line(address(chance, place), align="left")
    paper.skip(10)
    paper.line(reader.name)
    paper.line(address(chance, place))
    paper.skip(10)
    paper.line(f"{place}, {writes.day(written)}", align=chance.any_of(("left", "right")))
    paper.line(f"Our reference: {reference}")
    paper.skip(10)
    paper.line(subject, bold=True, size=paper.style.size * 1.2)
    paper.skip(4)
    paper.line(f"Dear {reader.formal},")
    paper.skip(4)
    paper.paragraph(f"thank you for your letter. {opening}")
    quiz = Quiz(paper)
    _body(chance, quiz, (points, colleague.formal), until, writes)
    paper.skip(8)
    paper.line("Yours faithfully,")
    paper.skip(14)
    paper.line(sender.name)
    quiz.ask("field", "What is the reference?", accepted.words(reference), "Our reference:")
    quiz.ask("date", "When was the letter written?", accepted.day(written), f"{place}, {writes.day(written)}")
    quiz.ask("text", "Who signed the letter?", accepted.words(sender.name), sender.name)
    quiz.ask("field", "Who is the letter to?", accepted.words(reader.last), reader.name)
    quiz.unanswerable("What is the sender's e-mail address?", "How many people work in the office?")
    return quiz


def _body(chance: Chance, quiz: Quiz, told: tuple[tuple[str, ...], str], until: date, writes: Conventions) -> None:
    """The list and the paragraphs below it; `told` is what may be asked for and who helps."""
    paper, (points, colleague) = quiz.paper, told
    wanted, numbered = chance.some(points, chance.number(3, 4)), chance.happens(0.4)
    for at, point in enumerate(wanted, 1):
        paper.paragraph(point, indent=30, first=f"{at}." if numbered else paper.bullet)
    quiz.ask("count", "How many points are in the list?", accepted.number(len(wanted)), *wanted)
    quiz.ask("text", "What is the second point of the list?", accepted.words(wanted[1]), wanted[1])
    fee, number = chance.number(1500, 18000, 50), phone(chance)
    hours = chance.any_of(("8:00 to 12:00", "9:00 to 16:00", "10:00 to 15:30"))
    weekday = chance.any_of(("Wednesday", "Friday", "Monday"))
    for statement in (
        Statement(
            f"Please do so by {writes.day(until)}. The fee of {writes.money(fee)} is not refunded, unless we cancel.",
            (
                ("date", "By which date should it be done?", accepted.day(until)),
                ("field", "How much is the fee?", accepted.money(fee)),
                ("condition", "When is the fee refunded?", accepted.words("cancel")),
            ),
        ),
        Statement(
            f"Our office is open from {hours}, except on {weekday}s.",
            (("condition", "On which days is the office closed?", accepted.words(weekday)),),
        ),
        Statement(
            f"If you have questions, {colleague} will help you: telephone {number}.",
            (("field", "Which number can I call with questions?", accepted.words(number)),),
        ),
    ):
        paper.skip(4)
        quiz.state(statement)
