"""A school report: pupil, a table of marks by subject, absences, a remark."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import conventions, people, town
from benchmarks.pages.paper import RIGHT_OR_CENTRE, Align, Column, Paper
from benchmarks.pages.questions import Quiz, Statement

_SUBJECTS = "English|Mathematics|History|Geography|Biology|Chemistry|Physics|Music|Art|Spanish|Computing|Sport".split(
    "|"
)
_TESTS = (("Autumn", "Spring", "Summer"), ("Test 1", "Test 2", "Test 3"), ("Term 1", "Term 2", "Term 3"))
_ASK = (
    "What mark did {who} get in {subject} in {test}?",
    "What is the {test} mark in {subject}?",
    "{subject}, {test}: which mark?",
)


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Six to nine subjects in three tests."""
    writes, place, issued = conventions(chance), town(chance), chance.day()
    pupil, teacher, head = people(chance, 3)
    form, late, missed = f"{chance.number(6, 11)}{chance.any_of('ABC')}", chance.number(1, 6), chance.number(2, 14)
    tests = chance.any_of(_TESTS)
    marks = {subject: [chance.number(38, 99) for _ in tests] for subject in chance.some(_SUBJECTS, chance.number(5, 8))}
    paper.title(f"{place} School")
    paper.line("School Report", align=paper.style.title_align, size=14)
    paper.skip(6)
    paper.pairs(
        (("Pupil:", pupil.name), ("Form:", form), ("Form teacher:", teacher.name), ("Date:", writes.day(issued)))
    )
    rows = [(subject, *map(str, got), str(sum(got))) for subject, got in marks.items()]
    align: Align = chance.any_of(RIGHT_OR_CENTRE)
    paper.table((("Subject", *tests, "Sum"), *rows), (Column("left", 2), *(Column(align) for _ in range(4))))
    paper.skip(8)
    paper.fields((("Days missed:", str(missed)), ("Times late:", str(late)), ("Head teacher:", head.name)))
    paper.skip(6)
    quiz = Quiz(paper)
    subject, test = chance.any_of(list(marks)), chance.any_of(range(3))
    asked = chance.pick(_ASK).format(who=pupil.first, subject=subject, test=tests[test])
    row = {name: f"{name} {got[0]} {got[1]}" for name, got in marks.items()}
    quiz.ask("cell", asked, accepted.number(marks[subject][test]), f"Subject {tests[0]}", row[subject])
    other = chance.any_of([name for name in marks if name != subject])
    quiz.follow_up(f"And in {other}?", accepted.number(marks[other][test]), row[other])
    quiz.ask("cell", f"What is the sum of marks in {other}?", accepted.number(sum(marks[other])), row[other])
    quiz.ask("count", "How many subjects are in the report?", accepted.number(len(marks)), *row.values())
    column = {name: got[0] for name, got in marks.items()}
    total = accepted.number(sum(column.values()))
    quiz.ask("sum", f"What do the {tests[0]} marks add up to over all subjects?", total, *row.values())
    best = max(column, key=lambda name: column[name])
    if list(column.values()).count(column[best]) == 1:
        quiz.ask("largest", f"In which subject was the {tests[0]} mark best?", accepted.words(best), *row.values())
    quiz.ask("field", "How many days did the pupil miss?", accepted.number(missed), "Days missed:")
    quiz.ask("field", "Who is the form teacher?", accepted.words(teacher.name), "Form teacher:")
    quiz.ask("date", "What is the date of the report?", accepted.day(issued), "Date:")
    percent = chance.number(50, 65, 5)
    quiz.state(
        Statement(
            f"{pupil.first} moves up to the next form, unless the resit in {other} falls below {percent} marks.",
            (
                ("condition", "In which subject is there a resit?", accepted.words(other)),
                ("condition", "How many marks are needed in the resit?", accepted.number(percent)),
            ),
        )
    )
    quiz.unanswerable("How old is the pupil?", "What is the mark in Latin?")
    return quiz
