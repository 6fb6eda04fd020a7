"""Markdown as it is said."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.markdown import plain


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("**bold** and __bold__, *slanted* and _slanted_, ~~gone~~", "bold and bold, slanted and slanted, gone"),
        ("***both*** and un*frigging*believable", "both and unfriggingbelievable"),
        ("`code()` and ``two``", "code() and two"),
        ("snake_case, 2 * 3, 2*3, a[1] and 2 ** 3", "snake_case, 2 * 3, 2*3, a[1] and 2 3"),
        ("## A heading ##", "A heading"),
        ("> a quote\n> goes on", "a quote goes on"),
        ("- one\n* two\n+ three\n- [x] four", "one two three four"),
        ("1. one", "1. one"),
        ('[text](http://a.b/c_d) and ![alt](x.png "title") and <https://a.b>', "text and alt and https://a.b"),
        ("[text][1] and a note[^2]", "text and a note"),
        ("a<br>b <b>c</b> 3 < 4 > 2", "a b c 3 < 4 > 2"),
        ("| a | b |\n|:--|--:|\n| 1 | |", "a, b 1"),
        ("one\n\n---\n\n***", "one"),
        (r"\(\boxed{42}\) is \frac{1}{2} \times 84 \* x", "42 is 1/2 × 84 * x"),
        ("第 *一* 页 **总额**：**四**元", "第 一 页 总额：四元"),
    ],
)
def test_marks_go_and_words_stay(written: str, said: str) -> None:
    """Each kind of mark is taken away without its text."""
    assert plain(written) == said


@given(st.text(alphabet="abc 123 .,发票", max_size=200))
def test_text_without_marks_stays(text: str) -> None:
    """Plain text comes back as it was, on one line."""
    assert plain(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "bit", ["*", "_", "[", "[a](", "<a ", "|", "`", "[a]", "\\frac{", "> ", "# ", "- ", " #", "- [ ] "]
)
def test_hostile_marks_take_linear_time(bit: str) -> None:
    """Marks repeated without end are dealt with in linear time."""
    start = time.process_time()
    plain(bit * 20_000)
    assert time.process_time() - start < 3
