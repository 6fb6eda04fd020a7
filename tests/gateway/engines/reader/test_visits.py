"""Letters that book a visit, results beside their ranges, and doses: read as they are laid out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.engines.reader import read
from text.prompt import PromptPage, PromptParts

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)

LETTER = """\
Northgate Hospital, Department of Cardiology
14 April 2026
Mrs Ida Whitlow
3 Tanner's Row
Dear Mrs Whitlow,
We have made the following appointment for you:
Day   Tuesday 12 May 2026
Time   9:20 am
Where   Clinic 8, Level 1, North Building
With   Dr Amina Castell, consultant cardiologist
Please arrive 15 minutes early. If you miss the appointment, you will be sent back to your GP.
Please bring:
• this letter
• a list of your medicines
• your reading glasses
Please do not take aspirin for 24 hours before the visit; paracetamol is allowed.
You will be given a sedative, so you must not drive for eight hours afterwards.
Car park B: up to 2 hours £2.50, up to 4 hours £4.00, all day £6.50. Blue Badge holders park free.
Yours sincerely,
Peter Lomas""".splitlines()

RESULTS = """\
Larch Street Surgery
March 3, 2026
Dear Mr. Ott,
Here are your results.
Test   Your result   Normal range   Comment
Total cholesterol   231 mg/dL   under 200   High
LDL cholesterol   128 mg/dL   under 130   Normal
Glucose   91 mg/dL   70 - 99   Normal
Vitamin D   17 ng/mL   30 - 100   Low
Your weight was 187 pounds, which is 6 pounds less than last year.
1. Take vitamin D3, 1,000 IU, once a day with a meal.
Sincerely,
Helen Brand, MD""".splitlines()


def answer(lines: list[str], question: str) -> str:
    """What the reader answers to `question` about one page of `lines`."""
    return read(PromptParts(question, (PromptPage("page.png", 1, tuple(lines)),)), NOW).answer


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When is my appointment?", "Tuesday 12 May 2026, 9:20 am"),
        ("Which day is my appointment?", "12 May"),
        ("Where do I have to go?", "Clinic 8"),
        ("Which doctor will I see?", "Castell"),
        ("At what time should I arrive?", "9:05 am"),
        ("They want me there early. What time is that?", "9:05 am"),
        ("What do I have to bring?", "this letter; a list of your medicines; your reading glasses"),
        ("我需要带什么东西去？", "your reading glasses"),
        ("How much is the parking if I stay three hours?", "£4.00"),
    ],
)
def test_visit_is_answered_from_the_lines_that_state_it(question: str, expected: str) -> None:
    """Day, time, place, doctor, arrival, what to bring and the price by steps are those of the visit."""
    assert expected in answer(LETTER, question)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Can I take paracetamol before the visit?", "Yes."),
        ("Can I take aspirin before the visit?", "No."),
        ("Can I drive home straight after the visit?", "No."),
    ],
)
def test_clause_about_the_very_thing_decides(question: str, verdict: str) -> None:
    """Of "no aspirin; paracetamol is allowed" each medicine has its own clause."""
    assert answer(LETTER, question).startswith(verdict)


@pytest.mark.parametrize(
    "question",
    [
        "Who is my GP?",
        "What is the e-mail address of the clinic?",
        "How much does the appointment cost?",
        "What is my date of birth?",
        "What is the name of the nurse?",
    ],
)
def test_what_the_letter_does_not_say_is_refused(question: str) -> None:
    """A line that is near but holds nothing of what is asked for is no answer."""
    assert "cannot find" in answer(LETTER, question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many of my results are not normal?", "2: Total cholesterol, Vitamin D"),
        ("有几项结果不正常？", "2项"),
        ("Which results are too low?", "Vitamin D 17"),
        ("By how much is my total cholesterol over the limit?", "231 - 200 = 31 mg/dL"),
        ("Is my glucose normal?", "Yes."),
        ("Is my vitamin D too low?", "Yes."),
        ("Is my LDL cholesterol too high?", "No."),
        ("How much vitamin D should I take?", "1,000 IU"),
        ("What was my weight last year?", "187 + 6 = 193"),
    ],
)
def test_results_are_weighed_against_their_ranges(question: str, expected: str) -> None:
    """A result is told from its range and its comment, and a dose is not the result of a test."""
    assert expected in answer(RESULTS, question)
