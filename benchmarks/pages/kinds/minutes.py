"""Minutes of a meeting: who came, numbered items, decisions, who does what by when."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import Conventions, conventions, people
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import Quiz, Statement

_BODIES = (
    "Garden Committee",
    "Parents' Council",
    "Choir Board",
    "House Owners' Meeting",
    "Museum Friends",
    "Chess Club",
)
_PLACES = ("Town library, room 2", "Community centre", "School canteen", "Old fire station")
_JOBS = (
    "Order the new signs", "Write to the council", "Repair the shed door", "Collect the fees", "Print the programme",
    "Ask for three offers", "Clean the notice board",
)  # fmt: skip


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Four items and a table of three or four tasks."""
    writes, day = conventions(chance), chance.day()
    body, where = chance.pick(_BODIES), chance.pick(_PLACES)
    present = people(chance, chance.number(5, 7))
    chair, writer, absent = present[0], present[1], present[-1]
    begin, end = chance.number(1050, 1140, 15), chance.number(1200, 1290, 5)
    clock, over = f"{begin // 60}:{begin % 60:02d}", f"{end // 60}:{end % 60:02d}"
    paper.title(f"Minutes: {body}")
    paper.skip(4)
    names = ", ".join(one.name for one in present[:-1])
    paper.fields(
        (("Date:", writes.day(day)), ("Place:", where), ("Time:", f"{clock} to {over}"), ("Chair:", chair.name))
    )
    paper.paragraph(f"Present: {names}")
    paper.line(f"Excused: {absent.name}")
    quiz = Quiz(paper)
    items = _items(chance, writes, present[2].name)
    for number, (heading, statement) in enumerate(items, 1):
        paper.skip(4)
        paper.line(f"{number}. {heading}", bold=True)
        quiz.state(statement)
    paper.skip(4)
    paper.line("Tasks", bold=True)
    jobs = chance.some(_JOBS, chance.number(3, 4))
    until = [day + timedelta(days=chance.number(7, 60)) for _ in jobs]
    rows = [(job, chance.any_of(present[:-1]).first, writes.day(at)) for job, at in zip(jobs, until, strict=True)]
    paper.table((("Task", "Who", "Until"), *rows), (Column("left", 2), Column(), Column()))
    paper.skip(8)
    paper.line(f"Minutes taken by {writer.name}")
    texts = [" ".join(row) for row in rows]
    at = chance.any_of(range(len(rows)))
    job = rows[at][0][0].lower() + rows[at][0][1:]
    quiz.ask("cell", f"Who is to {job}?", accepted.words(rows[at][1]), texts[at])
    quiz.follow_up("Until when?", accepted.day(until[at]), texts[at])
    quiz.ask("count", "How many tasks were handed out?", accepted.number(len(rows)), *texts)
    quiz.ask("count", "How many people were present?", accepted.number(len(present) - 1), f"Present: {names}")
    quiz.ask("field", "Who chaired the meeting?", accepted.words(chair.name), "Chair:")
    quiz.ask("field", "Who was excused?", accepted.words(absent.name), "Excused:")
    quiz.ask("field", "Where was the meeting?", accepted.words(where, where.split(",")[0]), "Place:")
    quiz.ask("date", "When was the meeting held?", accepted.day(day), "Date:")
    quiz.ask("arithmetic", "How many minutes did the meeting last?", _lasted(end - begin), "Time:")
    quiz.unanswerable("Who paid for the coffee?", "How many members does the group have in all?")
    return quiz


def _lasted(minutes: int) -> str:
    """So many minutes, or in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    return f"(?:{accepted.number(minutes)}|{accepted.number(hours)} ?h[a-z]*[, ]*(?:and )?{rest or ''})"


def _items(chance: Chance, writes: Conventions, name: str) -> list[tuple[str, Statement]]:
    """Four items of the agenda."""
    fee, old = chance.number(2600, 6000, 100), chance.number(1200, 2500, 100)
    yes, nays, money = chance.number(9, 24), chance.number(1, 7), chance.number(30000, 250000, 1000)
    visitors, metres = chance.number(60, 400), chance.number(3, 30)
    return chance.shuffled(
        (
            (
                "Annual fee",
                Statement(
                    f"The fee rises from {writes.money(old)} to {writes.money(fee)}: {yes} votes for, {nays} against.",
                    (
                        ("field", "What is the new annual fee?", accepted.money(fee)),
                        ("count", "How many voted against the higher fee?", accepted.number(nays)),
                        ("arithmetic", "By how much does the fee rise?", accepted.money(fee - old)),
                    ),
                ),
            ),
            (
                "Accounts",
                Statement(
                    f"{name} reports a balance of {writes.money(money)}. Spending above {writes.money(money // 10)} "
                    "is possible only with a vote.",
                    (
                        ("text", "Who reported on the accounts?", accepted.words(name)),
                        ("field", "What balance was reported?", accepted.money(money)),
                        ("condition", "Above which amount is a vote needed?", accepted.money(money // 10)),
                    ),
                ),
            ),
            (
                "Open evening",
                Statement(
                    f"There were {visitors} visitors. It will be repeated next year, unless the hall is being painted.",
                    (
                        ("count", "How many visitors came to the open evening?", accepted.number(visitors)),
                        ("condition", "When will the open evening not be repeated?", accepted.words("painted")),
                    ),
                ),
            ),
            (
                "Fence",
                Statement(
                    f"The new fence will be {metres} metres long. No decision was taken on its colour.",
                    (
                        ("unit", "How long will the new fence be?", accepted.number(metres) + " ?m"),
                        ("condition", "Was the colour of the fence decided?", accepted.no()),
                    ),
                ),
            ),
        )
    )
