"""Numbered and listed things of a page: the questions of a worksheet with options and points, clauses, bullets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clauses import cut
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import likeness, sought_of
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import quoted, sentence, unsolved
from gateway.engines.reader.words.numbers import parse_chinese
from gateway.engines.reader.words.value_patterns import NUMBER_WORDS
from gateway.engines.reader.words.wording import Wording
from gateway.engines.reader.worksheets import options
from gateway.engines.reader.worksheets.solutions import solved
from text.passages import stem

_NUMBERED = re.compile(
    r"^(?:(?:question|exercise|problem|task|step|item|clause|section|article|q|no\.?) ?(?P<named>\d{1,2})[.):]*"
    r"|[(](?P<round>\d{1,2})[)]"
    r"|(?P<plain>\d{1,2})(?:[.):]+(?!\d)|、|(?=[.] )|,(?= (?-i:[A-Z])))"
    r"|§+ ?(?P<clause>\d{1,2})[.)]?|(?-i:(?P<letter>[a-h]))[.)]"
    r"|第(?P<zh>[一二三四五六七八九十\d]{1,3})(?:题|条|步|项)[:、.]?"
    r"|(?P<han>[一二三四五六七八九十]{1,2})[、.])\s*(?=\S)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[-*•–·○●▪] ?(?=\S)")
MOST_LINES = 4
"""Of a task without a number of its own on each."""
_THINGS = (
    "question exercise problem task clause section article paragraph step point item thing 题 道题 条 步 项 点"
).split()
_THING_STEMS = frozenset(stem(word) for word in _THINGS)
_POINTS = re.compile(
    r"[(\[](?P<n>\d{1,3}) ?(?:points?|marks?|pts?|p|分)[)\]]|(?P<m>\d{1,3}) ?(?:points?|marks?|分)[)）]?$",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:each|every|per)\b.*?(?P<n>\d{1,3}) ?(?:points?|marks?)|(?P<w>\d{1,3}) ?(?:points?"
    r"|marks?) (?:for )?(?:each|every|per)"
    r"|每(?:道?小?题|题|空)(?P<zh>\d{1,3})分",
    re.IGNORECASE,
)
_ASKS_ALL_POINTS = re.compile(
    r"\b(?:points?|marks?)\b.*\b(?:all|altogether|total|maximum|most|reach|possible|get)\b|\b(?:total|maximum"
    r"|full) (?:number of )?"
    r"(?:points?|marks?|score)\b|满分|一共(?:有)?(?:多少|几)分|总分",
    re.IGNORECASE,
)
_STATED_POINTS = re.compile(
    r"\b(?:total|maximum|full marks|out of)(?: (?:marks?|points?|score))?:? ?(?P<n>\d{1,3})\b(?: (?:marks?|points?))?"
    r"|(?:满分|总分|共)[:：]?(?P<zh>\d{2,3})分",
    re.IGNORECASE,
)
_ASKS_OPTIONS = re.compile(r"\b(?:options?|choices?|possible answers?|alternatives)\b|选项", re.IGNORECASE)
_ASKS_WHICH = re.compile(
    r"\b(?:which|what number) (?:is the )?(?:question|task|exercise|problem)s?\b|哪一?道?题|第几题",
    re.IGNORECASE,
)
_NUMBER_IN = re.compile(
    r"\b(?:question|exercise|problem|task|step|clause|section|article|paragraph|number|no)\.? (\d{1,2})\b"
    r"|第([一二三四五六七八九十\d]+)(?:道|个)?(?:题|条|步|项|点)|§ ?(\d+)",
)
_SOLVES = re.compile(
    r"\b(?:answers?|solve|solution|result|area|perimeter)\b|\bwork out\b|答案|等于多少|结果|解答|面积|周长|怎么做",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:and |now )?(?:question|exercise|problem|task|number) \d{1,2}(?:,? please)?\W*", re.IGNORECASE)
"""Nothing but a task's number: it is to be answered."""
_BONUS = re.compile(r"^(?P<name>bonus|extra|附加题)\b[^:]{0,20}: ?(?P<text>.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Task:
    """One numbered or listed thing."""

    number: int | None
    """None for a bullet."""
    text: str
    """Without its number, lines joined, options and points too."""
    lines: tuple[SourceLine, ...]
    options: tuple[str, ...] = ()

    @property
    def points(self) -> int | None:
        """What it counts, when it says so itself."""
        found = _POINTS.search(self.text)
        return int(found["n"] or found["m"]) if found else None


def answer_task(study: Study, question: Question) -> Finding | None:
    """The answer to a question about numbered things, or None when it asks for none."""
    tasks = tasks_of(study)
    for rule in (_points, _count, _options, _which, _bonus, _solved, _named):
        found = rule(study, tasks, question)
        if found is not None:
            return found
    return None


def tasks_of(study: Study) -> tuple[Task, ...]:
    """Every numbered or bulleted thing, in order."""
    lines = study.document.lines
    in_tables = {line.index for table in study.tables for line in table.lines}
    named = [line.index for line in lines if (found := _NUMBERED.match(line.text)) is not None and found["named"]]
    tasks: list[Task] = []
    for line in lines:
        if line.index in in_tables:
            continue
        numbered, bullet = _NUMBERED.match(line.text), _BULLET.match(line.text)
        beside = bool(tasks) and tasks[-1].lines[-1].index == line.index - 1
        if beside and _begins_option(tasks[-1], line) and not _counts_on(tasks[-1], numbered):
            numbered = None
        if numbered is None and bullet is None:
            more = beside and _is_open(tasks[-1], named)
            if beside and _goes_on(tasks[-1], line, more):
                tasks[-1] = _longer(tasks[-1], line)
            continue
        text = line.text[(numbered or bullet).end() :]  # type: ignore[union-attr]  # one of them is there
        tasks.append(_longer(Task(_written(numbered) if numbered else None, "", ()), line, text))
    return tuple(tasks)


def _is_open(task: Task, named: Sequence[int]) -> bool:
    """True for "Exercise 2" that others follow, or that says nothing yet but its points: the next line is its own."""
    first = task.lines[0].index
    bare = not _POINTS.sub("", task.text).strip()
    return len(task.lines) < MOST_LINES and (first in named[:-1] or (first in named and bare))


def _counts_on(task: Task, numbered: re.Match[str] | None) -> bool:
    """True for the number that follows the task's: no letter that was read as a number."""
    return numbered is not None and numbered["letter"] is None and _written(numbered) == (task.number or 0) + 1


def _written(found: re.Match[str]) -> int | None:
    digits = found["named"] or found["round"] or found["plain"] or found["clause"] or found["zh"] or found["han"]
    if digits is None:
        return ord(found["letter"].lower()) - ord("a") + 1
    if digits.isdigit():
        return int(digits)
    value = parse_chinese(digits)
    return int(value) if value is not None else None


def _begins_option(task: Task, line: SourceLine) -> bool:
    """True for a line that begins with the next option of a numbered task."""
    return task.number is not None and options.opens(line.text, len(task.options), line.cells)


def _goes_on(task: Task, line: SourceLine, more: bool) -> bool:
    """True for a line of options, one that ends the sentence of the task, or one before another "Exercise 2"."""
    if _begins_option(task, line):
        return True
    if task.number is None or task.options:
        return False
    return more or not task.text.rstrip().endswith((".", "?", "。", "？", ")", ":", "："))


def _longer(task: Task, line: SourceLine, text: str | None = None) -> Task:
    text = line.text if text is None else text
    found = task.options
    if text is line.text and task.number is not None and _begins_option(task, line):
        found, text = (*found, *(options.parted(text, line.cells) or (text,))), ""
    elif text is not line.text and len(options.parted(text)) > 1:
        found, text = (*found, *options.parted(text)), options.before_options(text)
    joined = f"{task.text} {text}".strip() if task.text.isascii() else f"{task.text}{text}".strip()
    return Task(task.number, joined, (*task.lines, line), found)


def _wanted(question: Question) -> int | None:
    """The number of the thing that the question names; -1 for the last."""
    joined = question.text if question.language == "zh" else " ".join(question.tokens)
    found = _NUMBER_IN.search(joined)
    if found:
        digits = next(group for group in found.groups() if group)
        value = Decimal(digits) if digits.isdigit() else parse_chinese(digits)
        return int(value) if value is not None else None
    things = _THING_STEMS & {stem(token) for token in question.tokens}
    return question.ordinal if things or any(thing in question.text for thing in ("题", "条", "点", "项")) else None


def _find(tasks: Sequence[Task], number: int) -> Task | None:
    if number < 0:
        return tasks[-1] if tasks else None
    numbered = [task for task in tasks if task.number == number]
    bullets = [task for task in tasks if task.number is None]
    if numbered:
        return numbered[0]
    return bullets[number - 1] if not any(task.number for task in tasks) and number <= len(bullets) else None


def _named(study: Study, tasks: Sequence[Task], question: Question) -> Finding | None:
    """What "question three", "clause 5" or "the second point" says."""
    number = _wanted(question)
    if (
        number is None
        or len(tasks) < 2
        or _SOLVES.search(question.text)
        or question.asks in ("many", "much", "whether")
    ):
        return None
    if {"after", "before"} & set(question.tokens):
        return None
    task = _find(tasks, number)
    if task is None:
        return None
    offered = f" {' '.join(task.options)}" if task.options else ""
    asked = sought_of(study, question)
    return Finding(quoted(cut(f"{task.text}{offered}", asked), question.language), task.lines, 3.0)


def _solved(study: Study, tasks: Sequence[Task], question: Question) -> Finding | None:
    """What the task comes to that the user wants answered; where it needs more than arithmetic, what it asks."""
    number = _wanted(question)
    task = _find(tasks, number) if number is not None and len(tasks) > 1 else None
    if task is None or _ASKS_OPTIONS.search(question.text):
        return None
    if not (_SOLVES.search(question.text) or _BARE.fullmatch(question.text.strip())) and question.asks not in (
        "long",
        "many",
        "much",
    ):
        return None
    found = solved(task.text, question.text, question.language)
    if found is None and not _SOLVES.search(question.text):
        return None
    if found is not None:
        return Finding(found[0], task.lines, 3.0, found[1])
    return Finding(unsolved(cut(task.text, ()), question.language), task.lines, 1.0)


def _options(study: Study, tasks: Sequence[Task], question: Question) -> Finding | None:
    if not _ASKS_OPTIONS.search(question.text):
        return None
    number = _wanted(question)
    task = _find(tasks, number) if number is not None else None
    if task is None:
        chosen = [task for task in tasks if task.options]
        task = chosen[0] if len(chosen) == 1 and number is None else None
    if task is None or not task.options:
        return None
    return Finding(sentence(options.listed(task.options), question.language), task.lines, 3.0)


def _count(study: Study, tasks: Sequence[Task], question: Question) -> Finding | None:
    if question.asks != "many" and "几" not in question.text:
        return None
    counted = re.search(r"\bhow many ([a-z]+)", " ".join(question.tokens))
    thing = stem(counted[1]) if counted else ""
    if question.language == "zh":
        if "每" in question.text:
            return None
        found = re.search(r"(?:几|多少)(?:道|个)?(?:小|大)?(题|条(?!件)|步|项(?!目))", question.text)
        if found is None:
            return None
        thing = found[1]
    elif thing not in _THING_STEMS or re.search(
        r"\bworth\b|\bmarks?\b|points? (?:can|do|does|are there for|is)", question.text
    ):
        return None
    if counted is not None and stated_count(study, counted[1]):
        return None
    if any(thing in (*Wording.of(table.corner).stems, *table.section.stems) for table in study.tables):
        return None
    asks = [sentence_found for sentence_found in study.sentences if sentence_found.text.rstrip().endswith(("?", "？"))]
    clauses = [task for task in tasks if task.number is not None]
    bullets = [task for task in tasks if task.number is None]
    chosen: Sequence[Task] = clauses if len(clauses) > 1 else bullets
    if thing in ("point", "item", "thing", "点", "项") and len(bullets) > 1:
        chosen = bullets
    if len(chosen) < 2:
        if thing == "question" and asks:
            return _told(len(asks), asks[0].lines, question)
        return None
    return _told(len(chosen), chosen[0].lines[:1], question)


def stated_count(study: Study, noun: str) -> bool:
    """True when the document itself says how many there are: "142 steps"."""
    numbers = "|".join(NUMBER_WORDS)
    said = re.compile(rf"(?<![\w.,:/-])(?:\d[\d,]*|{numbers}) (?:[a-z-]+ )?{re.escape(noun)}\b", re.IGNORECASE)
    return any(said.search(line.text) for line in study.document.lines)


def _told(count: int, lines: tuple[SourceLine, ...], question: Question) -> Finding:
    text = f"一共有{count}个" if question.language == "zh" else f"There are {count}"
    return Finding(sentence(text, question.language), lines, 3.0, str(count))


def _points(study: Study, tasks: Sequence[Task], question: Question) -> Finding | None:
    """What one question counts, or all together."""
    if not re.search(r"\b(?:points?|marks?|score)\b|分", question.text, re.IGNORECASE) or len(tasks) < 2:
        return None
    each = next(((line, found) for line in study.document.lines if (found := _EACH.search(line.text))), None)
    worth = int(next(group for group in each[1].groups() if group)) if each else None
    number = _wanted(question)
    if number is not None and question.asks in ("many", "much"):
        task = _find(tasks, number)
        points = (task.points if task else None) or worth
        if task is None or points is None:
            return None
        text = f"{points}分" if question.language == "zh" else f"{points} points"
        return Finding(sentence(text, question.language), task.lines, 3.0, str(points))
    scored = [(task.points, task) for task in tasks if task.points is not None]
    if re.search(r"\bmost\b|最多|最高", question.text) and _ASKS_WHICH.search(question.text) and len(scored) > 1:
        most = max(scored, key=lambda entry: entry[0] or 0)[1]
        return Finding(quoted(f"{most.number}. {most.text}", question.language), most.lines, 3.0)
    worthy = _WORTH.search(" ".join(question.tokens))
    if worthy is not None and _ASKS_WHICH.search(question.text):
        return _worth(scored, int(next(group for group in worthy.groups() if group)), question)
    if not _ASKS_ALL_POINTS.search(question.text):
        return None
    numbered = [task for task in tasks if task.number is not None]
    whole = next((found for line in study.document.lines if (found := _STATED_POINTS.search(line.text))), None)
    if whole is not None and scored:
        line = next(line for line in study.document.lines if _STATED_POINTS.search(line.text))
        total = int(whole["n"] or whole["zh"])
        lines: tuple[SourceLine, ...] = (line,)
    elif len(scored) > 1:
        total, lines = sum(points or 0 for points, _ in scored), tuple(task.lines[-1] for _, task in scored)
    elif each is not None and worth is not None:
        total, lines = worth * len(numbered), (each[0],)
    else:
        return None
    text = f"一共{total}分" if question.language == "zh" else f"{total} points in all"
    return Finding(sentence(text, question.language), lines, 3.0, str(total))


_WORTH = re.compile(r"\b(\d{1,2}) (?:points?|marks?)\b|(?<!\d)(\d{1,2})分")


def _worth(scored: Sequence[tuple[int | None, Task]], points: int, question: Question) -> Finding | None:
    """The questions that count so many points."""
    tasks = [task for its, task in scored if its == points and task.number is not None]
    if not tasks:
        return None
    if question.language == "zh":
        told = f"{'、'.join(f'第{task.number}题' for task in tasks)}，每题{points}分"
    else:
        named = ", ".join(str(task.number) for task in tasks)
        told = f"Question{'' if len(tasks) == 1 else 's'} {named} ({points} point{'' if points == 1 else 's'})"
    return Finding(sentence(told, question.language), tuple(task.lines[-1] for task in tasks), 3.0)


def _which(study: Study, tasks: Sequence[Task], question: Question) -> Finding | None:
    """For "which question is about the train": its number and text."""
    if not (_ASKS_WHICH.search(question.text)) or _wanted(question) is not None or len(tasks) < 2:
        return None
    asked = sought_of(study, question)
    best = max(tasks, key=lambda task: likeness(asked, Wording.of(task.text), ()).share)
    if not likeness(asked, Wording.of(best.text), ()).own:
        return None
    number = f"第{best.number}题" if question.language == "zh" else f"Question {best.number}"
    return Finding(f"{number}. {quoted(cut(best.text, asked), question.language)}", best.lines, 3.0)


def _bonus(study: Study, tasks: Sequence[Task], question: Question) -> Finding | None:
    if not re.search(r"\b(?:bonus|extra)\b|附加题", question.text, re.IGNORECASE) or question.asks not in (
        "what",
        "order",
    ):
        return None
    for line in study.document.lines:
        if (found := _BONUS.match(line.text)) is not None:
            return Finding(quoted(found["text"], question.language), (line,), 3.0)
    return None
