"""What a worksheet says around its tasks: its teacher, to whom it is handed in, how much is to be written."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.worksheets.gap_filling import GAP, box_of, filled
from gateway.engines.reader.worksheets.sheet_questions import item_of
from gateway.engines.reader.worksheets.sheets import Item, Sheet

LONGEST_HEAD = 60
"""Characters: a longer line is text."""
_ASKS_TEACHER = re.compile(
    r"\bwho(?:['’]s| is| are) (?:the|my|our|his|her|their) (?:[a-z]+ )?teacher\b|\bteacher['’]s name\b"
    r"|\bname of the teacher\b|\b(?:what|how) is (?:the|my|our) teacher called\b"
    r"|老师(?:是谁|叫什么|姓什么|的名字)|哪[位个]老师|谁是老师",
    re.IGNORECASE,
)
_TEACHER = re.compile(
    r"\b(?:class )?teacher\s*:\s*(?P<name>[^:|]+?)(?=\s{2,}|\s[|]|$)|(?:任课|班主任)?老师[:：]\s*(?P<zh>\S+)",
    re.IGNORECASE,
)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?|[\u3400-\u9fff]{1,3}老师")
_ASKS_WHOM = re.compile(
    r"交给谁|交到(?:谁|哪)|\b(?:to )?whom?\b.*\b(?:hand|give|return|submit)\w*\b.*|\bhand\w* .*\bto whom\b",
    re.IGNORECASE,
)
_WHOM = re.compile(
    r"交(?:给|到)(?P<zh>[^，。；,.;\s前]{2,12}?)(?=[，。；,.;\s]|$)"
    r"|\b(?:hand|give|return|submit)\b (?:it|them|this|the|your|in|back|sheet|work|worksheet|paper|homework|page|\s)+"
    r"to (?P<en>.+?)(?= by\b| on\b| before\b| at\b|[.;]|$)",
    re.IGNORECASE,
)
_ASKS_LEFT_OVER = re.compile(
    r"\bwords?\b.*\b(?:not (?:needed|used)|left over|extra)\b|\bextra word\b|多余|用不[到上]", re.IGNORECASE
)
_ASKS_CLASS = re.compile(
    r"\b(?:which|what) (?:class|form) (?:is|does|was)\b.*"
    r"\b(?:sheet|worksheet|test|paper|homework|pupil|student|this|for)\b"
    r"|(?:哪个|什么|几)班",
    re.IGNORECASE,
)
_CLASS = re.compile(
    r"(?:\bclass|\bform|班级)\s*[:：]\s*(?P<name>[^:：_]{1,16}?)(?=\s{2,}|\s+\w+\s?[:：]|$)", re.IGNORECASE
)
_ASKS_EXTENT = re.compile(
    r"\bhow many (?:words|sentences|lines)\b|\bhow long (?:should|must) .*(?:answer|text|story|paragraph)"
    r"|(?:多少|几)个?[字句]|写多长",
    re.IGNORECASE,
)
_EXTENT = re.compile(
    r"(?:(?:at least|up to|about|no more than|not more than|around) )?(?:\d+|[a-z]+)"
    r"(?:(?: to | or |[-–])(?:\d+|[a-z]+))? (?:full |complete |whole )?(?:words|sentences|lines)\b"
    r"|(?:不少于|至少|不超过|大约|约)?\s?[\d一二三四五六七八九十百]+\s?(?:个字|字|句话?)(?:左右)?",
    re.IGNORECASE,
)


def answer_head(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    """The answer to a question about what stands around the tasks; None for any other."""
    if _ASKS_TEACHER.search(question.text):
        return _teacher(study, sheet, question)
    if _ASKS_WHOM.search(question.text):
        return _whom(study, question)
    if _ASKS_CLASS.search(question.text):
        return _class(study, question)
    return _extent(sheet, question) or _left_over(study, sheet, question)


def _class(study: Study, question: Question) -> Finding | None:
    for line in study.document.lines:
        for piece in (*line.cells, line.text):
            found = _CLASS.search(piece)
            if found is not None and re.search(r"[^\W_]", found["name"]):
                return _said(found["name"].strip(), line, question)
    return None


def _left_over(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    """The word of a box that goes in no gap."""
    if not _ASKS_LEFT_OVER.search(question.text):
        return None
    texts = [line.text for line in study.document.lines]
    told = [found.text for found in study.sentences]
    for section in sheet.sections:
        items = sheet.of(section)
        box = box_of(items[0], sheet, texts) if items else ()
        used = {filled(_with_gap(item), sheet, told, box) for item in items} if box else set()
        rest = [word for word in box if word not in used]
        if len(rest) == 1:
            return _said(rest[0], section.line, question)
    return None


def _with_gap(item: Item) -> Item:
    """The item, its gap put at the end where it left no print."""
    return item if GAP.search(item.text) else replace(item, text=f"{item.text} __")


def names_no_teacher(study: Study, sheet: Sheet, question: Question) -> bool:
    """True where the teacher is asked for, whom the sheet does not name: a teacher in its text is another."""
    return _ASKS_TEACHER.search(question.text) is not None and _teacher(study, sheet, question) is None


def _around(study: Study, sheet: Sheet) -> list[SourceLine]:
    tasks = {line for item in sheet.items for line in item.lines}
    last = max((line.index for line in tasks), default=0)
    return [
        line
        for line in study.document.lines
        if line not in tasks
        and (
            line.index > last or (line.index < sheet.first and (len(line.text) <= LONGEST_HEAD or len(line.cells) > 1))
        )
    ]


def _teacher(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    lines = _around(study, sheet)
    for line in lines:
        for piece in (*line.cells, line.text):
            found = _TEACHER.search(piece)
            if found is not None:
                return _said((found["name"] or found["zh"]).strip(), line, question)
    named = {one[0]: line for line in lines for one in _TITLED.finditer(line.text)}
    handed = _whom(study, question)
    if not named and handed is not None and (titled := _TITLED.search(handed.value)):
        return _said(titled[0], handed.lines[0], question)
    return _said(*next(iter(named.items())), question) if len(named) == 1 else None


def _whom(study: Study, question: Question) -> Finding | None:
    lines = study.document.lines
    for line in lines:
        joined = " ".join(one.text for one in (line, *study.document.after(line)))
        found = _WHOM.search(joined)
        if found is not None and found.start() <= len(line.text):
            return _said((found["zh"] or found["en"]).strip(), line, question)
    return None


def _extent(sheet: Sheet, question: Question) -> Finding | None:
    """How much is to be written for the task that is named, or for the only one that says so."""
    if not _ASKS_EXTENT.search(question.text):
        return None
    named = item_of(sheet, question, by_content=False)
    if named is None and re.search(r"最后一?[道个]?题|\blast (?:question|task|one)\b", question.text):
        named = sheet.items[-1]
    items: list[Item] = [named] if named is not None else list(sheet.items)
    told = [(found[0], item) for item in items for found in _EXTENT.finditer(item.text)]
    told = [
        (text, item)
        for text, item in told
        if not re.match(r"(?:the|these|those|with|use|from|more|which)\b", text, re.IGNORECASE)
    ]
    if len(told) != 1:
        return None
    return _said(told[0][0].strip(), told[0][1].lines[-1], question)


def _said(text: str, line: SourceLine, question: Question) -> Finding:
    return Finding(sentence(text, question.language), (line,), 3.0, text)
