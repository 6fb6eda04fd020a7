"""A school worksheet: instructions, and questions that are answered on the same sheet or nowhere."""

from __future__ import annotations

from assets.make.sheet import A4, Cell, Face, Sheet

_LEFT, _RIGHT = 110, 1130
_HEAD = (
    "Teacher: Ms. Laura Davis",
    "Class: 5B, room 14",
    "Time: 40 minutes",
    "Points: 24",
    "Hand in by: Friday, December 4, 2026",
)
_QUESTIONS = (
    "1. What is 17 times 23?",
    "2. What is 144 divided by 12?",
    "3. A train leaves at 9:40 and arrives at 11:15. How long is the trip?",
    "4. A pencil costs $0.80. How much do six pencils cost?",
    "5. How many minutes are in three hours?",
    "6. Write the number four thousand and twelve in digits.",
)


def worksheet() -> Sheet:
    """Six questions about numbers and time."""
    sheet = Sheet(*A4)
    sheet.write(Cell("Worksheet 4: Numbers and Time", _LEFT, Face.SANS_BOLD, 18))
    sheet.skip(20)
    for line in _HEAD:
        sheet.write(Cell(line, _LEFT))
    sheet.write(Cell("Answer all questions. You may not use a calculator.", _LEFT, Face.SANS_BOLD), leading=80)
    sheet.skip(20)
    for question in _QUESTIONS:
        sheet.write(Cell(question, _LEFT), leading=64)
        sheet.rule(_LEFT, _RIGHT, 72)
    sheet.write(Cell("Example: What is 6 times 7? Answer: 42", _LEFT, size=11), leading=80)
    sheet.write(Cell("Each correct answer gives 4 points.", _LEFT, size=11))
    return sheet
