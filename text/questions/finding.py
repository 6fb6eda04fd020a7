"""Finds the questions of a document: numbered items, question sentences, tasks, gaps to fill, choices.

    for question in find_questions(placed_lines(text)):
        print(question.number, question.asked)

What only tells how to deal with the sheet (headings, instructions, examples, fields for a name) is no question, nor is
a numbered item that asks for nothing, such as a clause of a contract or a step of a recipe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from text.placed_lines import Place, PlacedLine
from text.questions import sheet_words
from text.questions.found import FoundQuestion, Kind, Option, joined
from text.questions.gaps import (
    boxed_options,
    ends_in_brackets,
    has_gap,
    statement_of,
    with_gaps,
    with_lost_gap,
    without_answer_room,
    without_points,
)
from text.questions.outline import LONGEST, Item, outline_of
from text.questions.question_words import asks
from text.questions.sentences import sentences_of
from text.questions.task_words import is_task
from text.script import has_ideographs

LEAST_SHARE = 0.4
"""Of the numbered items, from which on they are questions rather than rules with a question among them."""
TITLE_LINES = 4
"""Of a document, in which it may call itself a test."""

_LETTERED = frozenset(("capital", "letter", "bracket_letter", "circled", "bullet"))
_SUM = re.compile(r"[\d\s.,()（）%√²³^+\-−–—×x*·÷/:：]*\d[\d\s.,()（）%√²³^+\-−–—×x*·÷/:：]*[=＝]?\s*[?？]?")
_OPERATOR = re.compile(r"[+−–×*·÷/=＝]|\dx\d|\s[-x—]\s|\d-\d")
_EQUAL_SIGN = re.compile(r"[=＝]\s*[?？]?$")
_CHOOSING = re.compile(
    r"\b(?:choose|circle|select|tick|underline|pick|mark|which|odd one out)\b|选择|选出|选一|下列|以下|哪",
    re.IGNORECASE,
)
_COPULA = re.compile(r"\b(?:is|are|was|were|has|have|had|can|do|does|did|will|be|in|of)\b|[=是为有在叫]|等于|[.。]$")
_QUOTED = re.compile(r"^[\"“「『'‘].*[\"”」』'’]$|[:：,，]\s*[\"“「『].*[?？][\"”」』]$")


@dataclass(frozen=True, slots=True)
class _Above:
    """What stands above an item."""

    stem: str = ""
    number: str = ""
    places: tuple[Place, ...] = ()
    tasked: bool = False
    """The stem says what to do with each of the items: "Define:"."""
    judged: bool = False
    """Each is to be called true or false."""


def find_questions(lines: Iterable[PlacedLine]) -> tuple[FoundQuestion, ...]:
    """The questions of one document, in reading order. Never fails; a document without any gives none."""
    lines = list(lines)
    roots = outline_of(lines)
    asking, share = _share_of_questions(roots)
    titled = any(sheet_words.speaks_of_an_exam(line.text) for line in lines[:TITLE_LINES])
    finder = _Finder(
        exam=titled or (asking > 1 and share >= LEAST_SHARE), tasks_in_lists=titled or share >= LEAST_SHARE
    )
    return tuple(question for item in roots for question in finder.below(item, _above(item)))


def _share_of_questions(roots: Sequence[Item]) -> tuple[int, float]:
    """How many numbered items ask by their words, and their share of all; letters, which are mostly options, aside."""
    numbered = [item for item in _all(roots) if item.marker and item.marker.style not in _LETTERED]
    asking = sum(asks(item.text, listed=True) or is_task(item.text, listed=True, exam=False) for item in numbered)
    return asking, asking / len(numbered) if numbered else 0.0


def _all(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _all(item.children)


def _above(item: Item) -> _Above:
    """What the heading of a group says of an item of it."""
    heading = item.heading
    if not heading:
        return _Above()
    tasked = is_task(heading, listed=True, exam=True) and not sheet_words.is_section(heading)
    return _Above(stem=without_points(heading) if tasked else "", tasked=tasked, judged=_judges(heading))


def _judges(heading: str) -> bool:
    return sheet_words.judges_statements(heading)


class _Finder:
    """Goes through the outline of one document."""

    def __init__(self, *, exam: bool, tasks_in_lists: bool) -> None:
        """`exam`: the document is a sheet of questions. `tasks_in_lists`: what they tell to do is for answering."""
        self._exam = exam
        self._tasks_in_lists = tasks_in_lists

    def below(self, item: Item, above: _Above) -> Iterator[FoundQuestion]:
        """The questions of an item and of all that is below it."""
        if item.marker is None and not item.children:
            yield from self._in_prose(item)
            return
        text = _cleaned(item.text)
        options, parts = self._shared(item, text)
        if item.marker is None:
            before, text, places = _last_sentence(item)
            yield from self._in_prose(before)
        else:
            places = item.places
        found = [question for part in parts for question in self.below(part, self._above_part(item, text, above))]
        if found:
            yield from found
            return
        places = [*places, *(place for child in item.children for place in child.places)]
        question = self._one(item, text, options, above)
        if question is not None:
            yield replace(question, places=tuple(dict.fromkeys(places)))

    def _above_part(self, item: Item, text: str, above: _Above) -> _Above:
        """What stands above the parts of an item."""
        number = item.marker.printed if item.marker else ""
        tasked = is_task(text, listed=True, exam=True)
        if sheet_words.is_section(text) or (_heads_sections(item) and not tasked and not asks(text, listed=True)):
            return _Above(judged=_judges(text), places=tuple(item.places))
        stem = joined(above.stem, text)
        return _Above(stem, number, tuple(item.places), tasked or above.tasked, above.judged or _judges(text))

    # -- numbered items

    def _one(self, item: Item, text: str, options: tuple[Option, ...], above: _Above) -> FoundQuestion | None:
        """An item as a question of its own; None when it asks for nothing."""
        number = item.marker.printed if item.marker else ""
        places = tuple(item.places)
        statement = statement_of(text)
        if statement is not None:
            return FoundQuestion("true_false", number, statement, places, above.stem, above.number)
        if not options:
            text, options = boxed_options(text)
        text = without_answer_room(with_gaps(text))
        if _asks_before_gap(text):
            text = text.removesuffix("____").strip()
        if options:
            text = re.sub(r"\s*____[.。]?$", "", text) if asks(text.rstrip("_ "), listed=True) else text
        kind = self._kind(item, text, options, above)
        if kind is None:
            return None
        if kind == "blank" and not has_gap(text):
            text = with_lost_gap(text)
        if kind == "true_false":
            text = re.sub(r"\s*____[.。]?$", "", text).strip()
        return FoundQuestion(kind, number, " ".join(text.split()), places, above.stem, above.number, options)

    def _kind(self, item: Item, text: str, options: tuple[Option, ...], above: _Above) -> Kind | None:
        if not any(map(str.isalnum, text)) or len(text) > LONGEST:
            return None
        if sheet_words.is_sheet_instruction(text) or sheet_words.is_personal(text) or sheet_words.is_aside(text):
            return None
        if options:
            return "choice"
        bullet = item.marker is not None and item.marker.style == "bullet"
        listed = not bullet
        sentences = [sentence for _, sentence in sentences_of(text)]
        asking = any(asks(sentence, listed=listed) for sentence in sentences)
        if has_gap(text):
            if not asking and ends_in_brackets(item.text) and (above.judged or not _unfinished(text)):
                return "true_false"
            return "blank"
        if _is_sum(text):
            return "blank" if _EQUAL_SIGN.search(text) or not above.tasked else "task"
        if asking:
            return "question"
        if above.judged:
            return "true_false"
        if any(is_task(sentence, listed=listed, exam=self._exam) for sentence in sentences):
            return "task" if self._tasks_in_lists and (not sheet_words.is_section(text) or _says_what(text)) else None
        if above.tasked and listed:
            return "task"
        if self._exam and listed and not sheet_words.is_section(text) and with_lost_gap(item.text) != item.text:
            return "blank"
        return None

    def _shared(self, item: Item, text: str) -> tuple[tuple[Option, ...], list[Item]]:
        """The children of an item that are its options, and those that are its parts."""
        kids = item.children
        if not kids or not self._are_options(item, text, kids):
            return (), kids
        return tuple(Option(_label(kid), " ".join(without_points(kid.text).split())) for kid in kids), []

    def _are_options(self, item: Item, text: str, kids: Sequence[Item]) -> bool:
        markers = [kid.marker for kid in kids if kid.marker]
        styles = {marker.style for marker in markers}
        if len(kids) < 2 or len(styles) != 1 or any(kid.children for kid in kids):
            return False
        (style,) = styles
        if style not in {"capital", "letter", "bracket_letter", "circled"}:
            return False
        ordinals = [marker.ordinal for marker in markers]
        if ordinals[0] != 1 or any(not 0 < after - before < 3 for before, after in pairwise(ordinals)):
            return False  # one may be lost in reading
        asking = sum("?" in kid.text or "？" in kid.text or has_gap(with_gaps(kid.text)) for kid in kids)
        if 2 * asking > len(kids):
            return False
        tasks = sum(is_task(kid.text, listed=False, exam=False) for kid in kids)
        if 2 * tasks > len(kids) or (sheet_words.is_section(text) and not _says_what(text) and item.marker is None):
            return False
        gap = has_gap(with_gaps(text))
        if gap or asks(text, listed=True) or _CHOOSING.search(text):
            return True
        return not is_task(text, listed=True, exam=True) and (style == "capital" or _unfinished(text))

    # -- paragraphs

    def _in_prose(self, item: Item) -> Iterator[FoundQuestion]:
        """The question sentences of a paragraph."""
        starts: list[tuple[int, Place]] = []
        text = ""
        for part, place in item.parts:
            text = joined(text, part)
            starts.append((max(0, len(text) - len(part.strip())), place))
        for begin, sentence in _with_boxes(sentences_of(text)):
            unboxed, options = boxed_options(sentence)
            kind, words = self._prose_kind(unboxed, has_room=item.has_room)
            if kind is None:
                continue
            end = begin + len(sentence)
            later = [start for start, _ in starts[1:]] + [len(text) + 1]
            places = tuple(
                place for (start, place), after in zip(starts, later, strict=True) if start < end and begin < after
            )
            yield FoundQuestion("choice" if options else kind, "", " ".join(words.split()), places, options=options)

    def _prose_kind(self, sentence: str, *, has_room: bool) -> tuple[Kind | None, str]:
        text = without_answer_room(with_gaps(without_points(sentence)))
        bare = without_points(sentence)
        if len(text) > LONGEST or not any(map(str.isalnum, text)) or _QUOTED.search(text):
            return None, text
        if sheet_words.is_sheet_instruction(text) or sheet_words.is_section(text):
            return None, text
        if has_gap(text):
            return ("blank" if self._has_real_gap(text, bare) else None), text
        if asks(text, listed=False):
            return "question", text
        if _is_sum(text) and self._exam and _EQUAL_SIGN.search(text):
            return "blank", text
        if text.endswith((":", "：")) and not has_room:
            return None, text
        return ("task" if is_task(text, listed=False, exam=self._exam) else None), text

    def _has_real_gap(self, text: str, printed: str) -> bool:
        """Whether words stand around a gap, not only a label in front of it."""
        words = text.replace("____", " ")
        if re.search(r"[:：]\s*____", text) or sheet_words.is_personal(text):
            return False
        if _is_sum(words.strip()):
            return "=" in text or "＝" in text
        enough = len(words) > 5 if has_ideographs(words) else len(words.split()) > 3
        return enough and _COPULA.search(words.strip()) is not None and "..." not in printed


def _heads_sections(item: Item) -> bool:
    """Whether an item is numbered as the sections of a test are, and says hardly more than their name."""
    return item.marker is not None and item.marker.style in {"chinese", "capital_roman"} and len(item.text) < 13


def _with_boxes(sentences: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The sentences, each question with the boxes that stand behind it."""
    held: tuple[int, str] | None = None
    for begin, sentence in sentences:
        if held is not None and boxed_options(f"{held[1]} {sentence}")[0] == held[1]:
            held = (held[0], f"{held[1]} {sentence}")
            continue
        if held is not None:
            yield held
        held = (begin, sentence)
    if held is not None:
        yield held


def _label(kid: Item) -> str:
    label = kid.marker.printed.strip("()（）.．、:： ") if kid.marker else ""
    return label.upper() if kid.marker and kid.marker.style == "capital" else label


def _cleaned(text: str) -> str:
    return without_points(text)


def _unfinished(text: str) -> bool:
    return re.search(r"[.?!。？！](?:\s*____)?$", text) is None


def _asks_before_gap(text: str) -> bool:
    """Whether the gap at the end of a text is room for the answer to a question in front of it."""
    bare = text.removesuffix("____")
    return bare != text and not has_gap(bare) and any(re.search("[?？]$", each) for _, each in sentences_of(bare))


def _is_sum(text: str) -> bool:
    bare = text.replace("____", " ").strip()
    return bool(_SUM.fullmatch(bare) and _OPERATOR.search(bare)) and sum(map(str.isdigit, bare)) > 1


def _says_what(text: str) -> bool:
    """Whether an instruction goes on to name what it is about: "Choose the correct spelling: ..."."""
    return (
        re.search(r"[:：]\s*\S", text) is not None or len(text.split()) > 7 or (has_ideographs(text) and len(text) > 14)
    )


def _last_sentence(item: Item) -> tuple[Item, str, list[Place]]:
    """A paragraph that options follow: what stands before its last sentence, that sentence, and its lines."""
    text, places = item.parts[-1]
    *before, (begin, last) = list(sentences_of(text)) or [(0, text)]
    if not before:
        return Item(None, item.parts[:-1], heading=item.heading), _cleaned(last), [places]
    rest = Item(None, [*item.parts[:-1], (text[:begin].strip(), places)], heading=item.heading)
    return rest, _cleaned(last), [places]
