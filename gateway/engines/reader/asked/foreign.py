"""Questions in the other language than the page's: put in the page's, answered there, and told in the asker's."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.into_chinese import chinese_question
from gateway.engines.reader.asked.into_english import english_question
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import answered, is_quoted, quoted, sentence, spoken_name, unquoted, unsolved
from gateway.engines.reader.words.labels import field_of_label
from gateway.engines.reader.words.lexicon import senses_of_chinese, senses_of_english
from text.script import Language, has_ideographs

MOST_FOREIGN = 0.25
"""So few of a page's lines are in the other language where it has one language of its own."""

_VERDICTS: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (("yes", "Yes. "), ("no", "No. "), ("condition", "Only on a condition. ")),
    "zh": (("yes", "是的。"), ("no", "不。"), ("condition", "有条件。")),
}
_ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
_UNSOLVED = re.compile(
    r"(?:I cannot find the answer in the document\. It asks: |我在文件里找不到答案。题目是：)"
    r"“(?P<task>.+)”"
)
_STATED_ZH = re.compile(r"(?P<what>[\u3400-\u9fff]{1,8})是(?P<value>.+?)。?")
_STATED = re.compile(r"(?:The (?P<what>.+?)|It) (?:is|are) (?P<value>.+?)\.?")


def language_of_page(study: Study) -> Language | None:
    """The language that a page is written in, or None for a page in both."""
    lines = [line.text for line in study.document.lines if any(sign.isalpha() for sign in line.text)]
    chinese = sum(map(has_ideographs, lines))
    english = sum(_ENGLISH.search(line) is not None for line in lines)
    if chinese <= MOST_FOREIGN * len(lines):
        return "en"
    return "zh" if english <= MOST_FOREIGN * len(lines) else None


def in_language_of(study: Study, question: Question) -> Question | None:
    """`question` in the page's language, or None when it is in it already or cannot be put so."""
    if language_of_page(study) in (question.language, None):
        return None
    put_in = english_question if question.language == "zh" else chinese_question
    put = put_in(study, question.text)
    return analyse(put) if put else None


def told(finding: Finding, language: Language) -> Finding:
    """`finding`, made in the other language, in `language`: the page's own words stay as they are."""
    return replace(finding, text=_told(finding.text, language))


def _named(what: str, language: Language) -> str:
    """What the other language's name of a field or a thing is in `language`; empty when it is not known."""
    field = field_of_label(what)
    if field is not None:
        return spoken_name(field, language)
    senses = senses_of_english(what) if language == "zh" else senses_of_chinese(what)
    return next(((sense.chinese if language == "zh" else sense.english)[0] for sense in senses), "")


def _told(text: str, language: Language) -> str:
    other: Language = "en" if language == "zh" else "zh"
    for verdict, lead in _VERDICTS[other]:
        if text.startswith(lead):
            return answered(verdict, unquoted(text.removeprefix(lead)), language)
    task = _UNSOLVED.fullmatch(text)
    if task is not None:
        return unsolved(task["task"], language)
    if is_quoted(text):
        return quoted(unquoted(text), language)
    stated = _STATED.fullmatch(text)
    if language == "zh" and stated is not None:
        return sentence(f"{_named(stated['what'] or '', language)}是{stated['value']}", language)
    stated = _STATED_ZH.fullmatch(text)
    if language == "en" and stated is not None and (name := _named(stated["what"], language)):
        return sentence(f"The {name} is {stated['value']}", language)
    return quoted(text.rstrip("."), language)
