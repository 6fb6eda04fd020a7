"""What is found: a question with its kind, its number, what to ask, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from text.placed_lines import Place
from text.script import has_ideographs, is_cjk, is_ideograph, language_of

Kind = Literal["question", "task", "blank", "choice", "true_false"]
"""A question sentence; something to be done ("Explain why ..."); a gap to fill; one of several options to choose; a
statement to be judged."""

BLANK = "____"
"""A gap to be filled in, however it was printed."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    label: str
    """As printed, without its marks: "A"; empty for a box to be ticked."""
    text: str


@dataclass(frozen=True, slots=True)
class FoundQuestion:
    """A question of a document. Points to be won are not part of its texts."""

    kind: Kind
    number: str
    """As printed, for example "1." or "(a)" or "一、"; empty without one."""
    text: str
    """Its own words, on one line; gaps are `BLANK`."""
    places: tuple[Place, ...]
    """The lines it takes up, options included; the lines of its stem are not."""
    stem: str = ""
    """What stands above it and its sisters: "A shop sells pens at $2 each."."""
    parent: str = ""
    """The number of the question that it is a part of; empty for none."""
    options: tuple[Option, ...] = ()

    @property
    def page(self) -> int:
        """The page it begins on, from 1."""
        return self.places[0].page

    @property
    def lines(self) -> tuple[int, ...]:
        """Its lines on the page that it begins on, from 1."""
        return tuple(place.line for place in self.places if place.page == self.page)

    @property
    def label(self) -> str:
        """Its number with that of its parent, without marks: "2 a"; empty without one."""
        return " ".join(bare for number in (self.parent, self.number) if (bare := _bare(number)))

    @property
    def asked(self) -> str:
        """What to ask somebody who does not see the page: with its stem, its options, and what is to be done."""
        chinese = language_of(self.stem + self.text) == "zh"
        text = joined(self.stem, self.text)
        if self.options:
            listed = (f"{option.label}. {option.text}" if option.label else option.text for option in self.options)
            text = joined(text, ("；" if chinese else "; ").join(listed))
        if self.kind == "true_false":
            return f"判断对错：{text}" if chinese else f"True or false: {text}"
        if self.kind == "blank":
            return _gap_to_fill(text, chinese=chinese)
        return text


def joined(one: str, other: str) -> str:
    """Two pieces of running text as one: no space between Chinese characters and behind Chinese marks."""
    one, other = one.strip(), other.strip()
    if not one or not other:
        return one or other
    close = is_cjk(one[-1]) and (is_cjk(other[0]) or not is_ideograph(one[-1]))
    return one + ("" if close else " ") + other


def _bare(number: str) -> str:
    return number.strip("()（）[].．、:： \t")


def _gap_to_fill(text: str, *, chinese: bool) -> str:
    """A sum is asked for as one says it; of everything else the gap is to be filled."""
    left, equals, right = text.rstrip(" .。").rpartition("=")
    if equals and right.strip() in {"", BLANK, "?"} and BLANK not in left and not has_ideographs(left):
        return f"{left.strip()} 等于多少？" if chinese else f"What is {left.strip()}?"
    return f"填空：{text}" if chinese else f"Fill in the blank: {text}"
