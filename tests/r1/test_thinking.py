from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.options import ThinkingMode
from r1.thinking import ThinkSplitter

SIX_STREAMS = [
    ("<think>\nLet me see. 3 < 4.\n</think>\n\nAnswer.", "stop", "Answer."),
    ("No opening tag, as R1's template leaves it.\n</think>\n\nAnswer.", "stop", "Answer."),
    (" \n<think>\nAfter white space.</think>Answer.", "stop", "Answer."),
    ("<think>first</think>One. <think>second</think>Two.", "stop", "One. Two."),
    ("<think>never closed, the budget is spent", "length", ""),
    ("neither opened nor closed, the budget is spent", "length", ""),
    ("<think>\n\n</think>\n\nAnswer.", "stop", "Answer."),
    ("<THINKING>shouted</THINKING>Answer.", "stop", "Answer."),
    ("<reasoning>by another name</reasoning>Answer.", "stop", "Answer."),
    ("A model that does not think.", "stop", "A model that does not think."),
]


def split(text: str, cuts: list[int], mode: ThinkingMode = "auto", complete: bool = True) -> tuple[str, str]:
    """Thoughts and answer of `text`, fed in pieces cut at `cuts`."""
    splitter = ThinkSplitter(mode)
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    deltas = [
        delta for start, end in itertools.pairwise(edges) for delta in splitter.feed(text[start:end])
    ] + splitter.finish(complete)
    assert all(delta.text for delta in deltas)
    thoughts = "".join(delta.text for delta in deltas if delta.kind == "thought")
    return thoughts, "".join(delta.text for delta in deltas if delta.kind == "answer")


@pytest.mark.parametrize(("text", "reason", "answer"), SIX_STREAMS)
def test_each_known_stream_gives_its_answer_whole_and_one_character_at_a_time(
    text: str, reason: str, answer: str
) -> None:
    """Every stream of the field notes gives the same answer at the coarsest and at the finest cutting."""
    complete = reason == "stop"
    assert split(text, [], complete=complete)[1] == answer
    assert split(text, list(range(len(text))), complete=complete)[1] == answer


@given(st.sampled_from(SIX_STREAMS), st.lists(st.integers(0, 200), max_size=12))
def test_known_streams_survive_any_cutting(stream: tuple[str, str, str], cuts: list[int]) -> None:
    """No cutting of a known stream changes its answer or its thoughts."""
    text, reason, answer = stream
    thoughts, said = split(text, cuts, complete=reason == "stop")
    assert (thoughts, said) == (split(text, [], complete=reason == "stop")[0], answer)


TAGS = ["<think>", "</think>", "<THINK>", "</thinking>", "<reasoning>", "</reasoning>"]
PIECES = st.sampled_from(
    [*TAGS, "<", "</", "<thin", "k>", " ", "\n", "a", "word ", "<think", "</think ", ">", "想", "K"]
)


@given(
    st.lists(PIECES, max_size=20).map("".join),
    st.lists(st.integers(0, 200), max_size=20),
    st.sampled_from(["auto", "open", "tagged", "field"]),
    st.booleans(),
)
def test_cutting_never_matters(text: str, cuts: list[int], mode: ThinkingMode, complete: bool) -> None:
    """Whatever the text and mode, the two texts do not depend on where the stream was cut."""
    assert split(text, cuts, mode, complete) == split(text, [], mode, complete)


PLAIN = st.text(st.sampled_from("AB .\n,"), max_size=8)
SECRET = st.text(st.sampled_from("xyz .\n<>"), max_size=8)


@given(
    st.lists(st.tuples(SECRET, PLAIN), min_size=1, max_size=4),
    st.booleans(),
    st.lists(st.integers(0, 200), max_size=20),
)
def test_thoughts_never_reach_the_answer(blocks: list[tuple[str, str]], opened: bool, cuts: list[int]) -> None:
    """Of any sequence of blocks, opened by a tag or by the template, the answer is said whole and no thought is."""
    text = "".join(f"<think>{thought}</think>{answer}" for thought, answer in blocks)
    text = text if opened else text.removeprefix("<think>")
    thoughts, said = split(text, cuts)
    assert set("xyz").isdisjoint(said)
    assert set("AB").isdisjoint(thoughts)
    letters = "".join(answer for _, answer in blocks)
    assert "".join(said.split()) == "".join(letters.split())


def test_held_back_text_is_at_most_what_may_become_a_tag() -> None:
    """In an answer, no more than eleven characters wait for the next chunk."""
    splitter = ThinkSplitter("tagged")
    text = "a </reasoning"
    released = "".join(delta.text for delta in splitter.feed(text))
    assert len(text) - len(released) == 11


def test_only_its_own_closing_tag_ends_a_block() -> None:
    """A thought that mentions other tags goes on until its own is closed."""
    assert split("<think>a </reasoning> <think> b</think>C", [])[1] == "C"


def test_open_mode_takes_text_for_thoughts_until_a_closing_tag() -> None:
    """A template that opened the thought is believed, and a reply that is cut there has no answer."""
    assert split("mulling</think>Done.", [], "open") == ("mulling", "Done.")
    assert split("<think>mulling</think>Done.", [], "open") == ("mulling", "Done.")
    assert split("mulling", [], "open")[1] == ""


def test_field_mode_passes_tags_as_text() -> None:
    """Where the upstream separates thoughts itself, a tag in the answer is quoted text."""
    assert split("The tag is <think>.", [], "field") == ("", "The tag is <think>.")


def test_a_field_of_its_own_frees_what_was_held() -> None:
    """Once thoughts come in a field, text is answer at once."""
    splitter = ThinkSplitter("auto")
    assert splitter.feed("An") == []
    assert [delta.text for delta in splitter.separated()] == ["An"]
    assert [delta.text for delta in splitter.feed("swer.")] == ["swer."]
    assert not splitter.plain


def test_a_reply_without_tags_is_known_as_plain() -> None:
    """A model that was held back for nothing is recognised, so that it need not be again."""
    splitter = ThinkSplitter("auto")
    splitter.feed("Hello.")
    assert splitter.thinking
    splitter.finish(complete=True)
    assert splitter.plain
