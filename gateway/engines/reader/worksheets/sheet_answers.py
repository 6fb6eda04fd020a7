"""Questions about a worksheet: whose it is, how long it takes, what it counts, and what the answer to a task is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clauses import clauses_of
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.phrasing import quoted, sentence, shortened, unsolved
from gateway.engines.reader.words.values import find_values, of_kinds
from gateway.engines.reader.worksheets.chosen_options import chosen, opposite_of
from gateway.engines.reader.worksheets.gap_filling import box_of, filled
from gateway.engines.reader.worksheets.sheet_heads import answer_head, names_no_teacher
from gateway.engines.reader.worksheets.sheet_questions import item_of, nearest_sentence, section_of, wants_answer
from gateway.engines.reader.worksheets.sheet_tables import answer_sheet_table, of_table, pairs_of
from gateway.engines.reader.worksheets.sheets import Item, Sheet, sheet_of
from gateway.engines.reader.worksheets.solutions import solved
from gateway.engines.reader.worksheets.worked_sums import worked

ReadOn = Callable[[Study, str], Finding | None]
"""Reads a question of the sheet in the text of the sheet."""
_OWNER = re.compile(
    r"\bwhose\b(?!.*\b(?:house|dog|book)\b)|\bname of the (?:pupil|student|child|learner)\b|\b(?:pupil|student"
    r"|child|learner)(?:['’]s)? (?:full )?name\b"
    r"|\bwho (?:did|has done|filled|completed|wrote|worked|is (?:the|this) (?:pupil|student|child))\b.*"
    r"|\bwhat is (?:the|this) (?:pupil|student|child) called\b|\bwho does (?:this|the) (?:work|sheet|paper|test"
    r"|exam)\w* belong\b"
    r"|是谁(?:的|做|写|填)|谁(?:做|写|填|考)的|(?:同学|学生|孩子|小朋友)(?:叫|的?(?:名字|姓名)|是谁)|姓名",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:(?:full |pupil['’]?s? |student['’]?s? )?name|pupil|student|learner|学生姓名|姓名|学生"
    r"|名字)\s*[:：]\s*(?P<name>[^:：_]+?)(?=\s{2,}|\s+\w+\s?[:：]|$)",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"\bhow (?:long|much time|many minutes)\b|\btime (?:allowed|limit)\b|\bduration\b|多长时间|多久|(?:多少|几)分钟"
    r"|时间(?:是)?多[长少]|时长",
    re.IGNORECASE,
)
_TIME_LIMIT = re.compile(
    r"(?:time(?: allowed| limit)?|时间|用时|限时|时长)\s*[:：]?\s*(?P<time>\d{1,3} ?(?:min(?:ute)?s?|hours?|h\b"
    r"|分钟|小时"
    r"|分)(?: ?\d+ ?(?:min(?:utes)?|分钟?))?)",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"\b(?:marks?|points?|score)\b|分(?![钟之米成给组到配别数是])|满分|总分|分数|几分|多少分", re.IGNORECASE
)
_GOT = re.compile(
    r"\b(?:marks?|points?|score)\b.*\b(?:did|has|have) (?!(?:i|you|we|one)\b)\w+ (?:get|got|score|earn|achieve"
    r"|receive)\w*"
    r"|\bdid (?!(?:i|you|we|one)\b)\w+ (?:get|score|earn)\b.*\b(?:marks?|points?|score)|\bhow (?:well|good)\b"
    r"|wrong\b|mistakes?\b"
    r"|(?:他|她|同学|学生|孩子|考|得)了?(?:多少|几)分|得分|考了|做错|错了",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:total|maximum|full|altogether|in all|overall|possible|out of|whole (?:sheet|test|paper))\b|满分|总分"
    r"|一共|总共|全卷|共",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|every|per)\b|每[题空道小个]", re.IGNORECASE)
_MOST = re.compile(r"\bmost\b|\bhighest\b|最[多高]", re.IGNORECASE)
_STATED = re.compile(
    r"/ ?(?P<slash>\d{2,3})(?!\d)|满分\D{0,3}(?P<zh>\d{2,3})\s?分?|总分\D{0,3}(?P<zh2>\d{2,3})\s?分?|\b(?:total"
    r"|maximum|full marks|out of)\b\D{0,9}(?P<en>\d{2,3})\b",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"\b(?:pen|pencil|ink|biro|ballpoint|crayon)s?\b|\bwrit\w* with(?=\W*$)|钢笔|铅笔|圆珠笔|签字笔|水笔|什么笔|用笔",
    re.IGNORECASE,
)
_BLANK_END = re.compile(r"[\s$£€_]*(?:_{2,}[^?？]{0,8})?$")
_DUE = re.compile(
    r"\b(?:hand\w*|due|return\w*|given? (?:in|back)|go(?:es)? back|back to school|bring|brought|deadline)\b|带回"
    r"|上交|交[给回上卷]?|截止",
    re.IGNORECASE,
)


def answer_sheet(study: Study, question: Question, read_on: ReadOn) -> Finding | None:
    """The answer to a question about a worksheet; None when the page is none, or the question is of something else."""
    sheet = sheet_of(study.document)
    if sheet is None or is_unmarked(study, question):
        return None
    for rule in (_owner, answer_head, _marks, _writes_with, _due, answer_sheet_table):
        found = rule(study, sheet, question)
        if found is not None:
            return found
    return _item(study, sheet, question, read_on) or _length(study, question)


def is_unmarked(study: Study, question: Question) -> bool:
    """True when a worksheet is asked for the marks that somebody got, or for a teacher, neither of which it says."""
    sheet = sheet_of(study.document)
    if sheet is not None and names_no_teacher(study, sheet, question):
        return True
    if sheet is None or not _GOT.search(question.text):
        return False
    got = re.compile(r"(?:score|marks?|得分|成绩)\s*[:：]\s*\d+", re.IGNORECASE)
    return not any(got.search(line.text) for line in study.document.lines)


def _owner(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    if not _OWNER.search(question.text) or re.search(r"teacher|老师|story|故事", question.text, re.IGNORECASE):
        return None
    for line in study.document.lines:
        for piece in (*line.cells, line.text):
            found = _NAME.search(piece)
            if found is not None and 1 < len(found["name"].strip()) <= 30:
                return Finding(sentence(found["name"].strip(), question.language), (line,), 3.0, found["name"].strip())
    return None


def _length(study: Study, question: Question) -> Finding | None:
    if not _LENGTH.search(question.text) or re.search(
        r"\b(?:take[ns]? from|journey|trip|film|walk)\b", question.text, re.IGNORECASE
    ):
        return None
    for line in study.document.lines:
        if (found := _TIME_LIMIT.search(line.text)) is not None:
            return Finding(sentence(found["time"], question.language), (line,), 3.0, found["time"])
    return None


def _marks(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    """What an item, a section or all of it counts, and which counts most."""
    text = question.text
    if not _MARKS.search(text) and not (
        _ALL.search(text) and re.search(r"^what is the (?:total|maximum)\W*$", text, re.IGNORECASE)
    ):
        return None
    if re.search(r"\bpass\b|及格|average|平均|deduct|lose|扣", text, re.IGNORECASE):
        return None
    section = section_of(sheet, question)
    if _MOST.search(text):
        return _most(sheet, question)
    item = item_of(sheet, question, by_content=False)
    if item is not None and not _EACH.search(text):
        points = item.points or (item.section.whole if item.section and len(sheet.of(item.section)) == 1 else None)
        return _points(points, item.lines[-1:], question)
    if section is not None:
        if _EACH.search(text):
            return _points(section.each, (section.line,), question)
        return _points(sheet.worth(section), (section.line,), question)
    if item is None and _EACH.search(text) and re.search(r"\b(?:problem|question|task|item|sum)\b|题", text):
        return _each_alike(study, sheet, question)
    if (
        item is None
        and not re.search(r"\b(?:question|section|part|number) \w", text, re.IGNORECASE)
        and (_ALL.search(text) or question.asks == "many")
    ):
        return _all_points(study, sheet, question)
    return None


def _each_alike(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    """What every task counts, where one sentence says it of all of them, or all sections count alike."""
    each = {section.each for section in sheet.sections}
    if len(each) == 1 and None not in each:
        return _points(each.pop(), (sheet.sections[0].line,), question)
    for found in study.sentences:
        worth = re.search(
            r"\beach (?:problem|question|task|item|sum)\b.{0,20}?(\d{1,2}) ?(?:points?|marks?)",
            found.text,
            re.IGNORECASE,
        )
        worth = worth or re.search(r"每(?:道|个)?小?题\s*(\d{1,2})\s*分", found.text)
        if worth is not None and not sheet.sections:
            return _points(int(worth[1]), found.lines, question)
    return None


def _points(points: int | None, lines: tuple[SourceLine, ...], question: Question) -> Finding | None:
    if points is None:
        return None
    said = f"{points}分" if question.language == "zh" else f"{points} mark{'' if points == 1 else 's'}"
    return Finding(sentence(said, question.language), lines, 3.0, str(points))


def _all_points(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    """The total: as stated, else summed over the sections; a sum has the word over digits with a stroke read as one."""
    parts = [sheet.worth(section) for section in sheet.sections if sheet.of(section) or section.whole]
    summed = sum(part for part in parts if part) if parts and all(parts) else None
    for line in study.document.lines[: max(sheet.first, 6)]:
        if (found := _STATED.search(line.text)) is not None:
            return _points(int(next(group for group in found.groups() if group)), (line,), question)
    return _points(summed, tuple(section.line for section in sheet.sections)[:3], question)


def _most(sheet: Sheet, question: Question) -> Finding | None:
    """The item of a section, or the section, that counts most."""
    section, zh = section_of(sheet, question), question.language == "zh"
    whole = re.search(r"\b(?:section|part)\b|大题|部分", question.text, re.IGNORECASE) is not None
    if section is None and whole:
        worth = [(points, part) for part in sheet.sections if (points := sheet.worth(part)) is not None]
        best = [entry for entry in worth if entry[0] == max(points for points, _ in worth)] if worth else []
        if len(best) != 1:
            return None
        points, part = best[0]
        told = (
            f"{part.line.text.split('(')[0].strip()}，{points}分"
            if zh
            else f"{re.split('[(:]', part.line.text)[0].strip()}: {points} marks"
        )
        return Finding(sentence(told, question.language), (part.line,), 3.0)
    items = [item for item in (sheet.of(section) if section else sheet.items) if item.points]
    top = [item for item in items if item.points == max(other.points or 0 for other in items)]
    if len(top) != 1:
        return None
    told = f"第{top[0].number}题，{top[0].points}分" if zh else f"Question {top[0].number}, {top[0].points} marks"
    return Finding(sentence(told, question.language), top[0].lines[-1:], 3.0)


def _writes_with(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    if not _WRITES.search(question.text) or item_of(sheet, question, by_content=True) is not None:
        return None
    tasks = {line for item in sheet.items for line in item.lines[:1] if _WRITES.search(item.text.split(".")[0])}
    for found in study.sentences:
        clause = next((clause for clause in clauses_of(found.text) if _WRITES.search(clause)), None)
        if clause is not None and not (set(found.lines) & tasks and found.text.rstrip().endswith(("?", "？"))):
            text = found.text if len(found.text) < 100 else clause
            return Finding(quoted(text, question.language), found.lines, 3.0)
    return None


def _due(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    if (
        not _DUE.search(question.text)
        or question.asks not in ("when", "what")
        or re.search(r"\bwho\b|谁", question.text)
    ):
        return None
    for found in study.sentences:
        for clause in (found.text, *clauses_of(found.text)):
            days = of_kinds(find_values(clause), ("date", "weekday"))
            if days and _DUE.search(clause) and len(clause) < 120:
                told = " ".join(dict.fromkeys(day.text for day in days))
                return Finding(sentence(told, question.language), found.lines, 3.0, told)
    return None


def _item(study: Study, sheet: Sheet, question: Question, read_on: ReadOn) -> Finding | None:
    """The answer to the task that the question names by its number, or asks in nearly its words."""
    item = item_of(sheet, question, by_content=False)
    named = item is not None
    if item is not None and not wants_answer(question):
        return None
    item = item or item_of(sheet, question, by_content=True)
    if item is None:
        return None
    found = _answered(study, sheet, item, question, read_on)
    if found is None and named:
        return Finding(unsolved(shortened(item.text), question.language), item.lines, 1.0)
    return found


def _answered(study: Study, sheet: Sheet, item: Item, question: Question, read_on: ReadOn) -> Finding | None:
    language = question.language
    if item.options:
        picked = chosen(item.text, item.options) or _by_text(study, sheet, item, read_on)
        if picked is None:
            return None
        told = f"选{picked[0]}：{picked[1]}" if language == "zh" else f"{picked[0]}: {picked[1]}"
        return Finding(sentence(told, language), item.lines, 3.0, picked[1])
    against = opposite_of(item.text)
    result = worked(item.text) or against
    if result is not None:
        return Finding(sentence(result, language), item.lines, 3.0, result)
    done = solved(item.text, question.text, language)
    if done is not None:
        return Finding(done[0], item.lines, 3.0, done[1])
    passage = _passage(study, sheet)
    counted = of_table(item.text, pairs_of(passage.document.lines))
    if counted is not None:
        return Finding(sentence(counted[0], language), item.lines, 3.0, counted[0])
    asked = _BLANK_END.sub("", item.text)
    if asked.endswith(("?", "？")):
        return read_on(passage, asked) or nearest_sentence(passage, asked, language)
    sentences = [found.text for found in passage.sentences]
    word = filled(item, sheet, sentences, box_of(item, sheet, [line.text for line in study.document.lines]))
    return Finding(sentence(word, language), item.lines, 3.0, word) if word else None


def _by_text(study: Study, sheet: Sheet, item: Item, read_on: ReadOn) -> tuple[str, str] | None:
    """The one option that the text's answer to the task says."""
    if not item.text.rstrip().endswith(("?", "？")):
        return None
    passage = _passage(study, sheet)
    found = read_on(passage, item.text) or nearest_sentence(passage, item.text, "en")
    said = [option for option in item.options if found is not None and _says(found.text, option[1])]
    return said[0] if len(said) == 1 else None


def _says(text: str, option: str) -> bool:
    """True when the text has the option's words, as they stand or but for a pronoun."""
    bare = re.sub(r"^(?:he|she|it|they|because|to|the|an?)\s+", "", option.strip(" .").lower())
    return bool(bare) and bare in text.lower()


def _passage(study: Study, sheet: Sheet) -> Study:
    """What stands on the sheet besides the tasks: the text that they ask about."""
    tasks = {line for item in sheet.items for line in item.lines} | {section.line for section in sheet.sections}
    kept = [line for line in study.document.lines if line not in tasks]
    lines = tuple(replace(line, index=place) for place, line in enumerate(kept))
    return Study(SourceDocument(study.document.name, lines, study.document.page_count))
