"""Which section and which task of a worksheet a question means: by number, by the section's name, by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.words.numbers import ORDINALS, parse_chinese, words_to_digits
from gateway.engines.reader.words.synonyms import STOP_WORDS
from gateway.engines.reader.worksheets.sheets import Item, Section, Sheet
from text.passages import stem
from text.script import Language, has_ideographs

LEAST_SHARE = 0.65
"""So much of a question must stand in a task for it to be meant without its number."""
LEAST_TOLD = 0.6
"""So much of a task a sentence must say that answers it."""
_KINDS = (
    (r"multiple[- ]choice|choose|circle", r"选择|单选"),
    (r"fill[- ]in|blanks?", r"填空"),
    (r"mental (?:arithmetic|maths?)", r"口算"),
    (r"word problems?|problem[- ]solving", r"解决问题|应用题|应用"),
    (r"true[- ]or[- ]false", r"判断"),
    (r"column|written (?:sums|calculation)", r"竖式"),
    (r"calculat\w*|sums", r"计算"),
    (r"reading|comprehension", r"阅读"),
    (r"grammar", r"语法"),
    (r"writing|composition", r"写作|作文"),
    (r"opposites?", r"反义词"),
)
"""Names of sections in both languages."""
_SECTION = re.compile(
    r"\b(?:section|part) (?P<label>[A-Ha-h]|\d|I{1,3}|IV|VI?)\b|第(?P<zh>[一二三四五六七八九])(?:大题|部分)",
    re.IGNORECASE,
)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}
_NUMBER = re.compile(
    r"\b(?:question|number|no\.?|problem|exercise|task|item|sum|q)\s?(?P<en>\d{1,2})\b"
    r"|第?(?P<zh>\d{1,2}|[一二三四五六七八九十]{1,3})(?:道|个)?小?题(?!分|一共)|\b(?P<digits>\d{1,2})\)",
    re.IGNORECASE,
)
_NTH = "|".join(sorted((word for word in ORDINALS if word.isascii()), key=len, reverse=True))
_ORDINAL = re.compile(
    rf"\b(?P<nth>{_NTH}|last) (?:[a-z-]+ ){{0,2}}(?:question|problem|task|sum|item|one|blank|calculation)s?\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\banswers?\b|\bsolv\w*|\bsolution\b|\bresult\b|\bwork out\b|\bwhat(?:['’]s| is| goes| should| do| comes"
    r"| belongs)\b|\b(?:right|correct)\b|\bfill\w*\b|\bblank\b"
    r"|\bhow (?:much|many|long|far)\b|\bwhich (?:option|letter|one|word)\b"
    r"|答案|等于|得(?:多少|几)|选(?:什么|哪|几)|应选|填(?:什么|多少|几|哪)|结果|是(?:多少|几|什么)|怎么[做填选]"
    r"|多长时间|多少|[打画][勾叉√×]|对还是错|解[答是]|几",
    re.IGNORECASE,
)
_READ = re.compile(
    r"\boptions\b|选项|\bsays?\b|\babout\b|\bask(?:s|ed)?\b|说什么|问|内容|题是什么|\bwhat is (?:question|task|number"
    r"|exercise|problem) \w+\W*$",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:most|fewest|least|longest|shortest|largest|smallest|cheapest|oldest|youngest|first|last|before|after|not|never"
    r"|without)\b|最[多少大小长短高低]|[之以]?[前后]|没有?",
    re.IGNORECASE,
)
_BARE_ZH = re.compile(r"第\S{1,3}题|[多少几什么是吗呢的了？?，,。一共每个有能要到去和在请问哪]")


def wants_answer(question: Question) -> bool:
    """True when the task is to be answered, not read."""
    if _READ.search(question.text) and not re.search("answer|答案", question.text):
        return False
    return _ANSWER.search(question.text) is not None


def section_of(sheet: Sheet, question: Question) -> Section | None:
    """The section that the question names, by its letter or number or by what it is called."""
    text = question.text
    found = _SECTION.search(text)
    if found is not None:
        label = found["label"].upper() if found["label"] else str(int(parse_chinese(found["zh"]) or 0))
        wanted = {label, _ROMAN.get(label, label)}
        return next((section for section in sheet.sections if section.label in wanted), None)
    for english, chinese in _KINDS:
        if re.search(rf"\b(?:{english})\b|{chinese}", text, re.IGNORECASE):
            named = [
                part for part in sheet.sections if re.search(rf"\b(?:{english})\b|{chinese}", part.title, re.IGNORECASE)
            ]
            if len(named) == 1:
                return named[0]
    titled = [
        part
        for part in sheet.sections
        if len(part.title) > 3 and part.title.isascii() and part.title.lower() in text.lower()
    ]
    return titled[0] if len(titled) == 1 else None


def item_of(sheet: Sheet, question: Question, *, by_content: bool) -> Item | None:
    """The task that is meant; None when none is, or several could be."""
    section = section_of(sheet, question)
    items = sheet.of(section) if section is not None else sheet.items
    if by_content:
        return _nearest(items, question)
    if sheet.items and section is None and re.search(r"最后一?[道个]?题", question.text):
        return sheet.items[-1]
    text = words_to_digits(question.text) if question.language == "en" else question.text
    found = _NUMBER.search(text)
    if found is not None:
        digits = found["en"] or found["zh"] or found["digits"]
        number = int(digits) if digits.isdigit() else int(parse_chinese(digits) or 0)
        named = [item for item in items if item.number == number]
        return named[0] if len(named) == 1 else _nearest(named, question) if len(named) > 1 else None
    nth = _ORDINAL.search(question.text)
    if nth is not None and items:
        place = len(items) if nth["nth"].lower() == "last" else ORDINALS.get(nth["nth"].lower(), 0)
        return (
            items[place - 1] if 0 < place <= len(items) and (section is not None or len(sheet.sections) < 2) else None
        )
    if section is not None and (lone := re.search(r"[题空第](?P<n>\d{1,2})(?!\d)", question.text)):
        named = [item for item in items if item.number == int(lone["n"])]
        return named[0] if len(named) == 1 else None
    return None


def _nearest(items: Sequence[Item], question: Question) -> Item | None:
    """The one task whose words the question says; None when two are as near."""
    scored = sorted(((_share(item.text, question.text), place) for place, item in enumerate(items)), reverse=True)
    if not scored or scored[0][0] < LEAST_SHARE or (len(scored) > 1 and scored[1][0] > scored[0][0] - 0.15):
        return None
    best = items[scored[0][1]]
    names = re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}", question.text)
    if any(name not in best.text for name in names):
        return None
    return best if _contrasts(question.text) <= _contrasts(best.text) else None


def _contrasts(text: str) -> set[str]:
    """The words in `text` that turn a question into another one: most, fewest, not."""
    return {found.lower() for found in _CONTRAST.findall(text)}


def nearest_sentence(passage: Study, task: str, language: Language) -> Finding | None:
    """The sentence of the text that says most of what the task asks; None when two are as near, or none is near."""
    told = [found for found in passage.sentences if len(found.text) > 15 and not found.text.endswith(("?", "？"))]
    scored = sorted(((_share(found.text, task, 1), place) for place, found in enumerate(told)), reverse=True)
    if not scored or scored[0][0] < LEAST_TOLD or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    best = told[scored[0][1]]
    return Finding(quoted(best.text, language), best.lines, 2.0)


def _share(task: str, question: str, least: int = 2) -> float:
    """How much of the question, of at least so many words, stands in the task; pairs of signs in Chinese."""
    if has_ideographs(question):
        bare = _BARE_ZH.sub(" ", question)
        pairs = {bare[at : at + 2] for at in range(len(bare) - 1) if " " not in bare[at : at + 2]}
        return sum(pair in task for pair in pairs) / len(pairs) if len(pairs) >= least else 0.0
    words = {stem(word) for word in re.findall(r"[a-z]{3,}", question.lower()) if word not in STOP_WORDS}
    words -= {stem(word) for word in ("much", "many", "long", "question", "answer")}
    said = {stem(word) for word in re.findall(r"[a-z]{2,}", task.lower())}
    return len(words & said) / len(words) if len(words) >= least else 0.0
