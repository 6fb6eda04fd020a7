"""Units and distance: what a reader sees as one is one, and what changes nothing counts for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.feedback.distance import distance_of, edit_distance, similarity
from gateway.feedback.units import comparable, numbers, units, weight
from tests.gateway.feedback.corrections import TEXT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The total is 5.", "the  total\nis 5"),
        ("“总额”是 ４２０ 元。", "总额是420元"),
        ("你好，世界！", "你好世界"),
        ("It’s ready", "it's ready"),
        ("ＡＢＣ", "abc"),
        ("Straße", "STRASSE"),
        ("ok…", "ok..."),
        ("a\u200bb", "ab"),
        ("−5 °C", "-5 °C"),
    ],
)
def test_the_same_in_two_writings(one: str, other: str) -> None:
    """Width, case, spaces, quotation marks and marks at the ends of clauses make no difference."""
    one = one.replace("’", "'")
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$4.20", "$420"),
        ("1,5", "15"),
        ("-5", "5"),
        ("$5", "€5"),
        ("5%", "5"),
        ("its", "it's"),
        ("example.com", "examplecom"),
        ("元", "角"),
        ("他", "她"),
        ("C#", "C"),
    ],
)
def test_what_says_something_else(one: str, other: str) -> None:
    """Marks inside numbers and words, signs and symbols matter."""
    assert comparable(one) != comparable(other)


def test_a_number_a_family_and_a_placeholder_are_one_unit() -> None:
    """However many code points they have; CRLF and flags too."""
    family = "👨‍👩‍👧"
    assert units(f"-1,234.50% {family} é <email_12>") == ("-1,234.50%", " ", family, " ", "é", " ", "<email_12>")
    assert units("🇨🇳🇫🇷") == ("🇨🇳", "🇫🇷")


@pytest.mark.parametrize(
    ("original", "corrected", "edits", "heavy"),
    [
        ("colour", "color", 1, 1),
        ("It is $420.", "It is $470.", 1, 3),
        ("他是医生", "她是医生", 1, 3),
        ("a.b", "a,b", 1, 1),
        ("Write <EMAIL_1>.", "Write <EMAIL_2>.", 1, 0),
        ("every day", "everyday", 1, 0),
        ("5 $", "5 €", 1, 3),
        ("", "ab", 2, 2),
    ],
)
def test_edits_and_their_weight(original: str, corrected: str, edits: int, heavy: int) -> None:
    """A letter weighs 1; a number, an ideograph and a symbol 3; spaces and values that are kept back nothing."""
    distance = edit_distance(original, corrected)
    assert (distance.edits, distance.weight) == (edits, heavy)


@given(TEXT)
def test_comparable_is_idempotent_and_cut_without_loss(text: str) -> None:
    """Once made comparable a text stays as it is, and its units joined are the text."""
    once = comparable(text)
    assert comparable(once) == once
    assert "".join(units(once)) == once
    assert all(weight(unit) >= 0 for unit in units(once))
    assert set(numbers(units(once))) <= set(units(once))


@given(TEXT, TEXT)
def test_distance_is_one(left: str, right: str) -> None:
    """Zero for the same and for no others; the same in both directions; within its bounds."""
    there, back = edit_distance(left, right), edit_distance(right, left)
    assert (there.edits == 0) == (comparable(left) == comparable(right))
    assert (there.edits, there.normalised) == (back.edits, back.normalised)
    assert 0 <= there.normalised <= 1 and 0 <= there.share <= 1 and 0 <= there.weight <= 3 * there.edits


@given(*[st.lists(st.sampled_from("ab总5"), max_size=12).map(tuple)] * 3)
def test_distance_obeys_the_triangle(one: tuple[str, ...], two: tuple[str, ...], three: tuple[str, ...]) -> None:
    """No way round is shorter; similarity says the same."""
    assert distance_of(one, three).edits <= distance_of(one, two).edits + distance_of(two, three).edits
    assert similarity(one, two) == pytest.approx(1 - distance_of(one, two).normalised)
