"""Passages that share telling words with a question come first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.passages import PassageIndex, stem, words_of

LINES = ["The bus leaves the station at nine.", "The museum opens at ten.", "Closed on Mondays.", "图书馆周一闭馆。"]


def test_best_passage_holds_the_rare_words() -> None:
    """Rare words outweigh common ones."""
    assert PassageIndex(LINES).best(words_of("When does the bus leave?"), 2)[0] == 0
    assert PassageIndex(LINES).best(words_of("is it closed on a monday"), 1) == [2]


def test_chinese_is_found_by_pairs_of_characters() -> None:
    """Chinese needs no spaces to be found."""
    assert words_of("周一闭馆") == ["周一", "一闭", "闭馆"]
    assert PassageIndex(LINES).best(words_of("图书馆什么时候闭馆？"), 1) == [3]


def test_endings_meet() -> None:
    """Forms of one English word compare equal; short words keep their letters."""
    assert len({stem(word) for word in ("leaves", "leaving", "leave")}) == 1
    assert len({stem(word) for word in ("stop", "stops", "stopped", "stopping")}) == 1
    assert stem("bus") == "bus" and stem("company") == stem("companies")


def test_nothing_in_common_is_no_passage() -> None:
    """A question that shares no word finds nothing, and an empty text is legal."""
    assert PassageIndex(LINES).best(words_of("quantum"), 3) == []
    assert PassageIndex([]).best(["bus"], 3) == []


@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=30))
def test_scores_are_one_per_passage_and_never_negative(passages: list[str], question: str) -> None:
    """Any text can be indexed and asked."""
    scores = PassageIndex(passages).scores(words_of(question))
    assert len(scores) == len(passages) and all(score >= 0 for score in scores)


def test_irregular_forms_meet_their_roots() -> None:
    """Forms that no ending explains compare equal to their base form."""
    pairs = "sent send wrote write written write paid pay left leave took take children child people person spent spend"
    words = pairs.split()
    assert [stem(word) for word in words[::2]] == [stem(word) for word in words[1::2]]


@pytest.mark.parametrize("word", ["pay", "pays", "paid", "paying", "payment", "payments"])
def test_paying_is_one_family(word: str) -> None:
    """What a document says about payment may be the line that says how to pay."""
    assert stem(word) == "pay"
