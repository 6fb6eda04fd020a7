"""Boxes that are ticked: "[x] Advanced" for "which kind is ticked", as forms print them and as they are misread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import FAINT_WEIGHT, Sought, likeness, sought_of
from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.wording import Wording
from gateway.engines.reader.yes_or_no.predicates import names_in
from text.passages import stem

_TICK = "xX✓✔√×"
_SURE = re.compile(
    rf"(?P<box>[\[(|{{] ?[{_TICK}vV*]? ?[\])|}}]|[☐☑☒✓✔√□■]|(?<!\w)[{_TICK}] ?\]|\[ ?[{_TICK}](?=\s)"
    rf"|(?<!\w)[IlLDE|][{_TICK}]\]"
    r"|(?<!\w)(?:LJ|L\]|\[J|CJ|C\]|\[_\]|_\]|\[_)(?=\s)|(?:^|(?<=[\s:：]))口(?=\s?\S))\s*"
)
"""A box with both of its sides, or one of them lost, or a symbol; LJ is what is read for an empty one."""
_LIKELY = re.compile(
    rf"{_SURE.pattern}|(?P<other>(?<!\S)(?:LI|U|O|D|I\]|\[I|LL|TJ|\[L|[□o])(?= [A-Z\u3400-\u9fff]))\s*"
)
"""These too, where the line has a sure one."""
_TICKED = re.compile(rf"[{_TICK}vV*☑☒■]")
_ASKS = re.compile(
    r"\b(?:tick(?:ed)?|check(?:ed)?|mark(?:ed)?|crossed|select(?:ed)?|chosen|chose|box(?:es)?)\b|勾"
    r"|选中|打钩|选择|选的|选了|打勾",
    re.IGNORECASE,
)
_YES = frozenset("yes y 是 有".split())
_NO = frozenset("no n 否 无 没有".split())
LEAST_SHARE = 0.75
"""So much of a question that does not speak of boxes must be said by what stands before them."""


@dataclass(frozen=True, slots=True)
class _Box:
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Boxes to choose from, with what they are about."""

    key: Wording
    boxes: tuple[_Box, ...]
    lines: tuple[SourceLine, ...]

    @property
    def ticked(self) -> list[str]:
        """The labels of those that are."""
        return [box.label for box in self.boxes if box.ticked]


def answer_box(study: Study, question: Question) -> Finding | None:
    """The labels of the ticked boxes that the question means, or yes or no; None when it asks for none, or has none."""
    groups = [group for group in _groups(study.document) if group.ticked]
    if not groups:
        return None
    if question.asks == "whether":
        return _whether(study, question, groups)
    asked = sought_of(study, question)
    speaks = _ASKS.search(question.text) is not None
    shares = [likeness(asked, group.key, ()).share if group.key.text else 0.0 for group in groups]
    best = max(shares)
    if not speaks and best < LEAST_SHARE:
        return None
    chinese = question.language == "zh"
    if best == 0.0 and len(groups) > 1 and (telling := [word for word in asked if _is_of_choice(word)]):
        return _by_labels(question, groups, telling)
    if best == 0.0 and len(groups) > 1:
        parts = [f"{group.key.text}{'：' if chinese else ': '}{', '.join(group.ticked)}" for group in groups]
        lines = tuple(line for group in groups for line in group.lines)
        return Finding(sentence(("；" if chinese else "; ").join(parts), question.language), lines, 3.0)
    group = groups[shares.index(best)]
    said = ("、" if chinese else ", ").join(group.ticked)
    return Finding(sentence(said, question.language), group.lines, 3.0, group.ticked[0])


def _is_of_choice(word: Sought) -> bool:
    return word.weight > FAINT_WEIGHT and _ASKS.search(word.asked or word.word) is None


def _by_labels(question: Question, groups: Sequence[_Boxes], telling: Sequence[Sought]) -> Finding | None:
    """The ticked box of the one group whose boxes are what the question asks for: Week 2 for "which week"."""
    named = [
        group
        for group in groups
        if any(word.found_in(Wording.of(box.label)) > 0 for box in group.boxes for word in telling)
    ]
    if len(named) != 1:
        return None
    said = ("、" if question.language == "zh" else ", ").join(named[0].ticked)
    return Finding(sentence(said, question.language), named[0].lines, 3.0, named[0].ticked[0])


def _whether(study: Study, question: Question, groups: Sequence[_Boxes]) -> Finding | None:
    """Yes or no for "is the patient an adult", "is the flat furnished"."""
    asked = [word for word in sought_of(study, question) if not _ASKS.search(word.asked or word.word)]
    telling = [word for word in asked if word.weight > FAINT_WEIGHT]
    names = names_in(question)
    of_whom = [word for word in telling if word.asked in names and word.found_in(study.all_words) > 0]
    telling = [word for word in telling if word not in of_whom] or telling  # all of a form is about its person
    for group in groups:
        marks = {box.label.lower() for box in group.boxes}
        answers = len(group.boxes) == 2 and bool(marks & _YES) and bool(marks & _NO)
        named = [box for box in group.boxes if _says(question, box.label)]
        where = Wording.of(f"{group.key.text} {study.title.text} {' '.join(box.label for box in named)}")
        if not telling or any(word.found_in(where) == 0 for word in telling):
            continue
        if answers and any(word.found_in(group.key) > 0 for word in telling) and len(group.ticked) == 1:
            holds = group.ticked[0].lower() in _YES
        elif not answers and len(named) == 1:
            holds = named[0].ticked
        else:
            continue
        negated = re.search(r"n['’]t\b|\bnot\b|(?<!是)不(?!是)", question.text) is not None
        chinese = question.language == "zh"
        lead = ("是的。" if holds != negated else "不。") if chinese else ("Yes. " if holds != negated else "No. ")
        chosen = ("、" if chinese else ", ").join(group.ticked)
        told = f"{group.key.text}{'：' if chinese else ': '}{chosen}" if group.key.text else chosen
        return Finding(f"{lead}{sentence(told, question.language)}", group.lines, 3.0)
    return None


def _says(question: Question, label: str) -> bool:
    if question.language == "zh":
        return bool(label) and label in question.text
    words = set(Wording.of(label).stems)
    return bool(words) and words <= {stem(token) for token in question.tokens}


def _groups(document: SourceDocument) -> Iterator[_Boxes]:
    """The boxes of a line, or of lines below each other that begin with one."""
    place = 0
    lines = document.lines
    while place < len(lines):
        key, boxes = _boxes_of(lines[place].text)
        run = [lines[place]]
        while boxes and not key and place + len(run) < len(lines):
            key_below, more = _boxes_of(lines[place + len(run)].text)
            if not more or key_below:
                break
            boxes += more
            run.append(lines[place + len(run)])
        if len(boxes) >= 2:
            above = document.before(run[0])
            named = key or (above[0].text if above and len(above[0].text.split()) <= 6 else "")
            yield _Boxes(Wording.of(named.strip(" :：")), tuple(boxes), tuple(run))
        place += len(run)


def _boxes_of(text: str) -> tuple[str, list[_Box]]:
    """What stands before the first box of a line, and its boxes; none when the line has no sure one."""
    if _SURE.search(text) is None:
        return "", []
    found = list(_LIKELY.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    boxes = [
        _Box(text[match.end() : end].strip(" ,;，；.。"), _TICKED.search(match["box"] or "") is not None)
        for match, end in zip(found, ends, strict=True)
    ]
    if any(not box.label for box in boxes):
        return "", []
    return text[: found[0].start()].strip(" :："), boxes
