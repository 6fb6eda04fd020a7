"""Several readings of the same print made one: character by character, the one that most and surest readings tell.

After the way in which recognisers of speech are combined (ROVER, Fiscus 1997): all readings are laid beside the first,
and each place is voted on. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from statistics import fmean

from documents.read_words import ReadLine
from text.script import has_ideographs

VOICE = 0.3
"""What a reading counts besides its confidence: Tesseract gives 0 to signs that it read rightly at times."""
DISSENT = 0.9
"""Of its confidence, that a sign keeps which no other reading bears out."""

LEAST_OWN_WIDTH = 0.6
"""Of its height, that a Chinese word which the others do not know must have to stay: one read into nothing has less."""


@dataclass(slots=True)
class _Ballot:
    """What the readings tell of one place: each a string, empty for nothing, with its confidence."""

    votes: list[tuple[str, float]] = field(default_factory=list)

    def result(self) -> tuple[str, float]:
        """The string that won, and how sure it is; of equals the earliest."""
        weights: dict[str, float] = {}
        for text, sure in self.votes:
            weights[text] = weights.get(text, 0.0) + sure + VOICE
        best = max(weights, key=lambda text: weights[text])
        told = [sure for text, sure in self.votes if text == best]
        return best, max(told) if len(told) > 1 else DISSENT * told[0]


def voted(first: ReadLine, others: Sequence[ReadLine], doubtful: Sequence[bool]) -> ReadLine:
    """The `doubtful` words of `first`, spelt as all readings tell; one that most do not know is left out.

    The words beside them show where they stand.
    """
    others = [other for other in others if other]
    if not first or not others:
        return first
    spelt = _spelt(first)
    places = [_Ballot([vote]) for vote in spelt]
    between = [_Ballot([("", fmean(sure for _, sure in spelt))]) for _ in spelt]
    for other in others:
        _count(spelt, _spelt(other), places, between)
    words = []
    at = 0
    for read, asked in zip(first, doubtful, strict=True):
        end = at + len(read.word.text)
        if not asked:
            words.append(read)
            at = end
            continue
        won = [ballot.result() for place in range(at, end) for ballot in (places[place], between[place])]
        at = end
        text = "".join(letters for letters, _ in won)
        if text:
            sure = fmean(confidence for letters, confidence in won if letters)
            words.append(replace(read, word=replace(read.word, text=text, confidence=sure)))
        elif has_ideographs(read.word.text) and read.word.width > LEAST_OWN_WIDTH * read.word.height:
            words.append(read)  # a sign of its own width was printed, whatever it is; letters may stand for fewer signs
    return tuple(words) or first


def _spelt(line: ReadLine) -> list[tuple[str, float]]:
    return [(letter, read.word.confidence) for read in line for letter in read.word.text]


def _count(
    first: Sequence[tuple[str, float]],
    other: Sequence[tuple[str, float]],
    places: Sequence[_Ballot],
    between: Sequence[_Ballot],
) -> None:
    """Give the votes of `other` to the places of `first`, and to those behind each of them."""
    ours, theirs = ("".join(letter for letter, _ in one) for one in (first, other))
    usual = fmean(sure for _, sure in other)
    added: dict[int, tuple[str, float]] = {}
    for what, begin, end, start, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        told = other[start:stop]
        if what == "insert":
            if 0 < begin < len(first):  # what stands before or behind belongs to what is beside the piece
                added[begin - 1] = "".join(letter for letter, _ in told), fmean(sure for _, sure in told)
            continue
        for place in range(begin, end):
            last = place == end - 1
            share = told[place - begin :] if last else told[place - begin : place - begin + 1]
            sure = fmean(one for _, one in share) if share else usual
            places[place].votes.append(("".join(letter for letter, _ in share), sure))
    for place, ballot in enumerate(between):
        ballot.votes.append(added.get(place, ("", usual)))
