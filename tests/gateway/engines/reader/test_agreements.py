"""Rental agreements: what is allowed where, limits, the end of the term, and sums that follow from a rule."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.engines.reader import read
from text.prompt import PromptPage, PromptParts

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)

ROOM = """\
Room Rental Agreement
Landlord   Fergus Doyle, 3 Quay Street, Kilbarry
Tenant   Lucia Prado
Period   12 months, from 1 March 2026 to 28 February 2027
Rent   €610 per month, due on the 3rd of each month
Bills   €55 per month flat charge for gas and electricity
Parking   One space at €40 per month
House rules
No smoking in the house. Smoking is allowed in the garden.
Overnight guests may stay at most 2 nights in a row.
No pets. No open fires on the lawn between 1 May and 30 September.
The tenant pays the first €100 of any minor repair in the room; the landlord pays the rest.
The tenant may end the agreement early by paying a fee equal to two months' rent.
Late rent is charged €8 per day. A lost key costs €20.
Water: the house bill up to €60 a month is included. Anything above is shared equally by the three people
living in the house.""".splitlines()


def answer(question: str) -> str:
    """What the reader answers to `question` about the agreement."""
    return read(PromptParts(question, (PromptPage("room.png", 1, tuple(ROOM)),)), NOW).answer


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Am I allowed to smoke in my room?", "No."),
        ("May I smoke in the garden?", "Yes."),
        ("Can a friend stay with me for three nights in a row?", "No."),
        ("Can a friend stay for two nights in a row?", "Yes."),
        ("Can I keep a pet?", "No."),
        ("Can we make a fire on the lawn on 1 June?", "No."),
    ],
)
def test_leave_is_given_for_the_place_and_within_the_limit(question: str, verdict: str) -> None:
    """A clause about another place does not decide; a number is held against its limit."""
    assert answer(question).startswith(verdict)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When does the agreement end?", "28 February 2027"),
        ("What do I pay each month with the bills included?", "665"),
        ("What would I pay each month if I took the parking space too?", "650"),
        ("A minor repair in the room costs 150 euros. How much does the landlord pay?", "150 - 100 = 50"),
        ("How much is the fee for ending the agreement early?", "1,220"),
        ("If the water bill for the house is 90 euros, how much do I have to pay?", "(90 - 60) / 3 = 10"),
        ("What is the charge for late rent?", "€8"),
        ("What does a lost key cost?", "€20"),
    ],
)
def test_sums_follow_from_the_rules_of_the_page(question: str, expected: str) -> None:
    """Months of rent, the rest of a repair, shares of a bill and charges by the month are worked out."""
    assert expected in answer(question)


@pytest.mark.parametrize(
    "question",
    [
        "How big is the room?",
        "How many square feet is the room?",
        "What is the landlord's e-mail address?",
        "What is the Wi-Fi password?",
        "How far is it to the station?",
    ],
)
def test_what_the_agreement_does_not_say_is_refused(question: str) -> None:
    """An answer must hold the thing that is asked for in its own form."""
    assert "cannot find" in answer(question)
