"""An e-mail printed out: the head, a few paragraphs, questions to answer."""

from __future__ import annotations

from datetime import date, timedelta

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.fonts import Family
from benchmarks.pages.invented import Conventions, Person, conventions, people, phone
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import PageTask, Quiz, Statement

FAMILIES = (Family.SANS, Family.MONO, Family.GOTHIC)
_EVENTS = ("summer fair", "staff outing", "board meeting", "training day", "trade show", "open day")
_ROOMS = ("the small hall", "room 204", "the boat house", "the canteen", "the north studio")
_QUESTIONS = (
    "Could you book the projector?",
    "How many chairs do we need?",
    "Who will pick up the guests from the station?",
    "Can we move the rehearsal to the morning?",
    "Is there a vegetarian dish on the menu?",
    "What time does the caretaker open the gate?",
)
_HEADS = (("From:", "To:", "Date:", "Subject:"), ("Sender:", "Recipient:", "Sent:", "Subject:"))


def draw(chance: Chance, paper: Paper) -> Quiz:
    """A message with two or three questions in it."""
    writes = conventions(chance)
    sender, reader, third = people(chance, 3)
    event, room, sent = chance.pick(_EVENTS), chance.pick(_ROOMS), chance.day()
    day, budget = sent + timedelta(days=chance.number(5, 30)), chance.number(20000, 90000, 500)
    clock, guests, deadline = f"{chance.number(9, 18)}:30", chance.number(15, 90), sent + timedelta(days=3)
    addresses = [f"{one.first.lower()}@{place}.example" for one, place in ((sender, "larkhall"), (reader, "tidewater"))]
    paper.skip(6)
    labels = chance.any_of(_HEADS)
    values = (
        f"{sender.name} <{addresses[0]}>",
        f"{reader.name} <{addresses[1]}>",
        f"{writes.day(sent)}, {chance.number(8, 17)}:{chance.number(10, 59)}",
        f"Plans for the {event}",
    )
    paper.fields(tuple(zip(labels, values, strict=True)))
    paper.rule(8)
    paper.skip(10)
    paper.line(f"Hello {reader.first},")
    paper.skip(6)
    quiz = Quiz(paper)
    for statement in (_invitation(event, room, day, clock, guests, writes), _budget(budget, third, writes)):
        quiz.state(statement)
        paper.skip(6)
    asked = chance.some(_QUESTIONS, chance.number(2, 3))
    for text in asked:
        paper.paragraph(text)
        quiz.tasks.append(PageTask("question", "", text))
    paper.skip(6)
    due = f"Please answer by {writes.day(deadline)}, unless you are on leave."
    paper.paragraph(due)
    paper.skip(6)
    paper.line("Best regards")
    paper.line(sender.name)
    paper.line(f"Tel. {phone(chance)}")
    quiz.facts |= {"day": day, "event": event, "said": f"takes place on {writes.day(day)}"}
    quiz.ask("field", "Who wrote the e-mail?", accepted.words(sender.name), sender.name)
    quiz.ask("field", "What is the sender's e-mail address?", accepted.words(addresses[0]), addresses[0])
    quiz.ask("field", "What is the subject?", accepted.words(f"Plans for the {event}"), "Subject:")
    quiz.ask("date", "By when is an answer wanted?", accepted.day(deadline), due)
    quiz.ask("count", "How many questions does the e-mail ask?", accepted.number(len(asked)), *asked)
    quiz.unanswerable(f"Who pays for the {event}'s music?", "What is the weather forecast?")
    return quiz


def _invitation(event: str, room: str, day: date, clock: str, guests: int, writes: Conventions) -> Statement:
    return Statement(
        f"the {event} takes place on {writes.day(day)} at {clock} in {room}. We expect {guests} guests.",
        (
            ("date", f"On which date is the {event}?", accepted.day(day)),
            ("text", f"At what time does the {event} begin?", accepted.clock(clock)),
            ("text", f"Where is the {event}?", accepted.words(room.removeprefix("the "))),
            ("count", "How many guests are expected?", accepted.number(guests)),
        ),
    )


def _budget(budget: int, spender: Person, writes: Conventions) -> Statement:
    allowed = accepted.words("only with", "approval")
    return Statement(
        f"Our budget is {writes.money(budget)}. {spender.name} may spend more only with my approval.",
        (
            ("field", "How large is the budget?", accepted.money(budget)),
            ("condition", f"May {spender.first} spend more than the budget?", allowed),
        ),
    )
