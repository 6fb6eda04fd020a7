"""Answers about the visit that a letter books: when, where, with whom, how early, and what to bring."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.grids.record_lookups import answer_record
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import sought_of
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence, shortened
from gateway.engines.reader.prose.visits import Stated, Visit, earlier, minutes_early, stated_answer, visit_of
from gateway.engines.reader.words.values import find_values, of_kinds
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

_OF_VISIT = frozenset(
    stem(word)
    for word in """
    appointment visit consultation operation surgery procedure admission come arrive go be there see attend booked
    booking take place hospital clinic desk reception doctor surgeon specialist consultant have need must should week
    due report going examination schedule planned happen happening seen get treatment operated 就诊 看病 看诊 手术 预约
    """.split()
)
"""Words by which a question means the visit itself."""
_ANOTHER = re.compile(
    r"\b(?:follow-?up|check-?up|repeat|second|next|last|first|results?|blood|cancel|change|send|sent|miss|interpreter"
    r"|afterwards|after|until|till|before|home|leave|discharged?|end|over|finish\w*|pay|open|reach|call|phone|ring"
    r"|written)\b"
    r"|复[诊查]|第[一二三]|取消|结果|之前|以后|之后|付|电话",
    re.IGNORECASE,
)
"""What makes another thing of the question than the visit."""
_ARRIVES = re.compile(
    r"\b(?:early|earlier|arrive|arrival|be (?:there|at|in)|have to be|get there|report|turn up|show up|come)\b"
    r"|到(?=达|医院|那|场|前台|吗|[?？]|$)|几点到",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(r"\b(?:what|which) time\b|\bwhen\b|\btime is that\b|几点|什么时候", re.IGNORECASE)
_ASKS_CLOCK = re.compile(r"\b(?:what|which) (?:time|hour)\b|几点", re.IGNORECASE)
_ASKS_DAY = re.compile(r"\b(?:what|which) (?:day|date)\b|哪[一]?天|几号|星期几", re.IGNORECASE)
_BE_AT = re.compile(r"\b(?:be|arrive|report|come|check in|present yourself)\b[^.;]{0,40}?\bat (?=\d)", re.IGNORECASE)
_BRINGS = re.compile(
    r"\b(?:what|which)\b.*\b(?:bring|take (?:with me|along)|carry|need to have)\b|带(?:什么|哪些|啥)|(?:什么|哪些).*带",
    re.IGNORECASE,
)
_BRING = re.compile(
    r"^(?:please |and |also |remember to |you (?:should|must|need to) |on the day,? )*bring\b"
    r"|请?(?:携带|带上|带好|自带)",
    re.IGNORECASE,
)
_BRING_AMID = re.compile(r"\b(?:please|remember to|must|should|need to) bring\b|请(?:携带|带)", re.IGNORECASE)
_BULLET = re.compile(r"^[•*▪●·–-] ?")
_LEAD = re.compile(
    r"^.*?\bbring\b(?: (?:with you|along|the following))*:? *|^.*?(?:携带|带上|带好|自带|带)[:：]? *", re.IGNORECASE
)
_WHO = re.compile(
    r"\b(?:doctor|surgeon|specialist|consultant|physician|see|with whom|operat\w+)\b|医生|大夫|主刀", re.IGNORECASE
)
_HAS_ROLE = frozenset("doctor surgeon specialist consultant physician doctor see meet operate perform do name".split())


def answer_visit(study: Study, question: Question) -> Finding | None:
    """What the letter says of its visit; None for any other question, and for a page that books no visit."""
    if question.asks in ("whether", "why", "how") or len(question.text) > LONGEST:
        return None
    if _BRINGS.search(question.text):
        return _to_bring(study, question)
    visit = visit_of(study)
    if _ASKS_TIME.search(question.text) and _ARRIVES.search(question.text):
        arriving = _arrival(study, visit, question)
        if arriving is not None:
            return arriving
    if visit is None:
        return None
    if question.asks == "who":
        return _person(study, visit, question)
    if not _means_visit(study, visit, question):
        return None
    if question.asks == "where" and visit.place is not None:
        return stated_answer([visit.place], sentence(shortened(visit.place.text), question.language))
    return _when(visit, question)


LONGEST = 120
"""Characters of a question that asks for one thing."""


def _means_visit(study: Study, visit: Visit, question: Question) -> bool:
    """True when all that the question says is words for a visit, the person who comes, or what the letter is about."""
    if _ANOTHER.search(question.text):
        return False
    booked = _subject(study, visit)
    words = [word for word in sought_of(study, question) if word.weight > FAINT]
    named = [word for word in words if word.word in _OF_VISIT or word.found_in(booked) > 0.8]
    return bool(words) and len(named) == len(words)


FAINT = 0.3


def _subject(study: Study, visit: Visit) -> Wording:
    """The title of the letter, and the sentence that books."""
    titles = [line.text for line in study.document.lines if line.text.isupper() and line.index < visit.day.line.index]
    booking = [found.text for found in study.sentences if re.search(r"\bbooked (?:for|in)\b", found.text)]
    greeting = [line.text for line in study.document.lines if line.text.startswith(("Dear", "To the parents"))]
    return Wording.of(" ".join((*titles, *booking, *greeting)))


def _when(visit: Visit, question: Question) -> Finding | None:
    if question.asks != "when":
        return None
    day = visit.day.text
    if _ASKS_CLOCK.search(question.text):
        return None if visit.time is None else _stated(visit.time, question)
    if _ASKS_DAY.search(question.text) or visit.time is None or visit.time.text in day:
        return _stated(visit.day, question)
    text = f"{day}, {visit.time.text}"
    return stated_answer([visit.day, visit.time], sentence(shortened(text), question.language))


def _stated(part: Stated, question: Question) -> Finding:
    return stated_answer([part], sentence(shortened(part.text), question.language))


def _arrival(study: Study, visit: Visit | None, question: Question) -> Finding | None:
    """When to be there: a time that the letter gives for it, else the time of the visit less the minutes before it."""
    early = minutes_early(study)
    if early is None:
        return None if _ANOTHER.search(question.text) else _given_arrival(study, question)
    time = _time_of_record(study, question) if question.ordinal is not None else visit.time if visit else None
    if time is None:
        return None
    clock = of_kinds(
        find_values(time.text.replace(".", ":") if re.match(r"\d+\.\d\d", time.text) else time.text), ("time",)
    )
    minutes, line = early
    moment = earlier(clock[0].text, minutes) if clock else None
    if moment is None:
        return None
    return stated_answer(
        [time, Stated("", line)], sentence(f"{clock[0].text} - {minutes} min = {moment}", question.language)
    )


def _time_of_record(study: Study, question: Question) -> Stated | None:
    """The time of the visit of several that the question names."""
    order = {1: "first", 2: "second", 3: "third"}.get(question.ordinal or 0, "first")
    found = answer_record(study, analyse(f"what time is the {order} visit?"))
    return Stated(found.value or found.text, found.lines[0]) if found is not None else None


def _given_arrival(study: Study, question: Question) -> Finding | None:
    for found in study.sentences:
        match = _BE_AT.search(found.text)
        if match is None:
            continue
        times = of_kinds(find_values(found.text[match.end() :]), ("time",))
        if times and times[0].start == 0:
            return Finding(sentence(times[0].text, question.language), found.lines, 2.6, times[0].text)
    return None


def _person(study: Study, visit: Visit, question: Question) -> Finding | None:
    """With whom the visit is, where the question asks for the doctor and for nobody else."""
    if visit.person is None or not _WHO.search(question.text) or _ANOTHER.search(question.text):
        return None
    words = [word for word in sought_of(study, question) if word.weight > FAINT]
    if any(word.word not in _OF_VISIT and (word.asked or word.word) not in _HAS_ROLE for word in words):
        return None
    return _stated(visit.person, question)


def _to_bring(study: Study, question: Question) -> Finding | None:
    """All that is to be brought: the rest of the sentence that asks for it, and the list below it."""
    for found in study.sentences:
        if not (_BRING.search(found.text) or _BRING_AMID.search(found.text)):
            continue
        rest = _LEAD.sub("", found.text, count=1)
        rest = re.split(r"(?<=[a-z]\.) (?=[A-Z])", rest)[0].strip(" .")
        below = list(_bullets(study, found.lines[-1])) if found.lines[-1].text.rstrip().endswith((":", "：")) else []
        listed = [*([_BULLET.sub("", rest)] if rest and not below else []), *(text for text, _ in below)]
        if listed:
            lines = (*found.lines, *(line for _, line in below))
            mark = "；" if question.language == "zh" else "; "
            return Finding(sentence(shortened(mark.join(listed)), question.language), lines, 2.6)
    return None


def _bullets(study: Study, head: SourceLine) -> Iterator[tuple[str, SourceLine]]:
    for line in study.document.lines[head.index + 1 :]:
        if not _BULLET.match(line.text):
            return
        yield _BULLET.sub("", line.text).rstrip(" .;"), line
