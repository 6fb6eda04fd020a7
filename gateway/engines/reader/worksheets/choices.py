"""A question with options to choose from, or with a blank: the text of the page answers, not the question itself."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clauses import cut
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import likeness, sought_of
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.words.wording import Wording

BLANK = re.compile(r"_{3,}|＿{2,}|\.{5,}|…{2,}|[(（]\s{2,}[)）]")
"""What is left open to be filled in."""
LEAST_SHARE = 0.5
"""So much of the question, by weight, the sentence must say that decides between options."""
_ASKS_WORD = re.compile(
    r"^(?:which|what) (?:\w+ )?(?:word|term|name|one|option|answer|of (?:these|the following))(?: words| terms)?"
    r"(?: (?:names?|means?|describes?|is used for|is))?\b",
    re.IGNORECASE,
)
"""What only says that a word is to be chosen."""
_OPTION = re.compile(r"(?:(?<=\s)|^)[(（]?([A-Ha-h])[)）.、:]\s*")


def answer_choice(study: Study, question: Question) -> Finding | None:
    """The one option that the sentence nearest to the question names, with that sentence; None without options."""
    found = list(_OPTION.finditer(question.text))
    if [match[1].upper() for match in found] != list("ABCDEFGH")[: len(found)] or len(found) < 2:
        return None
    ends = [*(match.start() for match in found[1:]), len(question.text)]
    options = {
        match[1].upper(): question.text[match.end() : end].strip(" .;,，；。")
        for match, end in zip(found, ends, strict=True)
    }
    stem = _ASKS_WORD.sub("", question.text[: found[0].start()])
    chinese = question.language == "zh"
    words = re.findall(r"[\w'’-]+", stem.lower()) if not chinese else list(question.tokens)
    sought = sought_of(study, replace(question, text=stem, tokens=tuple(words)))
    asked = [replace(word, weight=min(word.weight, 1.0)) for word in sought]  # a task is put in words of its own
    best: tuple[float, str, str, Finding] | None = None
    for said in study.sentences:
        if said.text.endswith(("?", "？")) or BLANK.search(said.text) or _OPTION.match(said.text):
            continue
        named = [letter for letter, option in options.items() if option and _says(said.wording, option)]
        share = likeness(asked, said.wording, ()).share
        if len(named) == 1 and share >= LEAST_SHARE and (best is None or share > best[0]):
            told = quoted(cut(said.text, asked, options[named[0]]), question.language)
            best = (share, named[0], options[named[0]], Finding(told, said.lines, 2.0 + share, options[named[0]]))
    if best is None:
        return None
    _, letter, option, finding = best
    lead = f"{letter}：{option}。" if chinese else f"{letter}: {option}. "
    return replace(finding, text=f"{lead}{finding.text}")


def _says(place: Wording, option: str) -> bool:
    wanted = Wording.of(option)
    if not option.isascii():
        return option in place.text
    stems, whole = wanted.stems, place.stems
    return bool(stems) and any(whole[at : at + len(stems)] == stems for at in range(len(whole) - len(stems) + 1))
