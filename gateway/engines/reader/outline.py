"""Questions about a document as a whole, or about a place in it: pages, lines, steps, sections, title, summary."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.arithmetic import calculate, spoken_result
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.page.sentences import is_heading, section_under
from gateway.engines.reader.phrasing import quoted, sentence, shortened
from gateway.engines.reader.words.numbers import ORDINALS
from gateway.engines.reader.words.synonyms import STOP_WORDS
from gateway.engines.reader.words.wording import Concept, Wording
from text.passages import stem

STOP_STEMS = frozenset(stem(word) for word in STOP_WORDS)
SUMMARY_LINES = 3
MOST_LISTED = 12

_SUMMARY_EN = re.compile(
    r"\b(?:summar(?:y|ise|ize)|overview|gist|main (?:point|idea|topic))\b|\bwhat (?:is|does) (?:it|this|that"
    r"|the \w+|this \w+) (?:about|say)$|\bwhat are (?:these|the) \w+ about$"
    r"|\bwhat (?:is|kind of|type of|sort of) (?:\w+ )?(?:document|picture|image|file|page|paper|text"
    r"|this)(?: is (?:it|this))?$"
    r"|\bwhat is (?:in|on) (?:this|the) (?:\w+)$|^what is (?:this|the|it)(?: \w+)? for$|\bdescribe (?:this"
    r"|the) \w+$|\bread (?:me )?(?:this|the|it)(?: \w+)?(?: to me| aloud)?$"
)
_SUMMARY_ZH = re.compile(
    r"总结|概括|摘要|大意|主要内容|讲的是什么|讲了什么|说了什么$|关于什么|是什么(?:文件|内容|通知)|写了什么"
    r"|内容是什么|什么内容"
)
_PAGES_EN = re.compile(r"\bhow many pages\b")
_PAGES_ZH = re.compile(r"(?:几|多少)页")
_UNITS = {
    "line": re.compile(r"."),
    "step": re.compile(r"^(?:step|stage) ?(\d+)|^(\d{1,2})[.)] |^第(.)步|^步骤(.)", re.IGNORECASE),
    "question": re.compile(r"^(?:question|exercise|problem|task|q) ?(\d+)|^(\d{1,2})[.)] |^第(.)题", re.IGNORECASE),
    "paragraph": re.compile(r"."),
}
_UNIT_WORDS = {
    "line": "line", "step": "step", "stage": "step", "instruction": "step", "question": "question", "task": "question",
    "exercise": "question", "problem": "question", "行": "line", "步": "step", "题": "question",
}  # fmt: skip
_NUMBER = re.compile(r"^(?:\w+ )?\d{1,2}[.):]+ |^第.[步题][:、 ]*")


def answer_outline(study: Study, question: Question) -> Finding | None:
    """The answer to a question about structure, or None when it asks for none."""
    text = question.text.lower().strip(" ?？。.!").replace("what's", "what is")
    for rule in (_pages, _page, _unit, _count, _title, _section, _summary):
        finding = rule(study, question, text)
        if finding is not None:
            return finding
    return None


def _pages(study: Study, question: Question, text: str) -> Finding | None:
    if not (_PAGES_EN.search(text) or _PAGES_ZH.search(text)):
        return None
    if any(
        concept.asked not in ("pages", "page") and not study.title.speaks_of(concept) for concept in question.required
    ):
        return None  # the pages of a thing that the document speaks of
    count = study.document.page_count
    if question.language == "zh":
        return Finding(f"一共有{count}页。", study.document.lines[:1], 3.0)
    return Finding(f"It has {count} page{'' if count == 1 else 's'}.", study.document.lines[:1], 3.0)


def _unit(study: Study, question: Question, text: str) -> Finding | None:
    """For "the third step", "question two", "the last line"; a worksheet's arithmetic is also solved when asked for."""
    kind = next((unit for word, unit in _UNIT_WORDS.items() if word in text), None)
    number = question.ordinal
    if number is None and kind is not None:
        said = re.search(r"(?:line|step|question|exercise|problem|task) (\d+)\b", " ".join(question.tokens))
        number = int(said[1]) if said else None
    if kind is None and number is not None and not [c for c in question.required if c.asked not in ORDINALS]:
        kind = "step"
    if kind is None or number is None or (kind == "line" and question.asks not in ("what", "order")):
        return None
    number += (number > 0) * (("after" in question.tokens) - ("before" in question.tokens))
    line = _numbered(study, kind, number, question)
    if line is None:
        return None
    content = _NUMBER.sub("", line.text)
    if re.search(r"\b(?:answer|solve|solution|result)\b|答案|等于", text):
        calculation = calculate(content)
        return Finding(spoken_result(calculation, question.language), (line,), 3.0) if calculation else None
    return Finding(quoted(content, question.language), (line,), 3.0)


def _numbered(study: Study, kind: str, number: int, question: Question) -> SourceLine | None:
    lines = study.document.lines
    if kind == "line":
        page = next((int(found[1]) for found in [re.search(r"page (\d+)", " ".join(question.tokens))] if found), 1)
        lines = tuple(line for line in lines if line.page == page)
        place = number - 1 if number > 0 else len(lines) - 1
        return lines[place] if 0 <= place < len(lines) else None
    matching = [line for line in lines if _UNITS[kind].match(line.text)]
    if number < 0:
        return matching[-1] if matching else None
    for line in matching:
        found = _UNITS[kind].match(line.text)
        written = next((group for group in found.groups() if group), "") if found else ""
        if written == str(number) or written == "零一二三四五六七八九十"[number : number + 1]:
            return line
    return None


def _count(study: Study, question: Question, text: str) -> Finding | None:
    """For "how many steps", "how many ingredients": what is numbered, or stands under a heading of that name."""
    counted = re.search(r"\bhow many (\w+)", text)
    if counted is None or len(question.required) > 1:
        return None
    word = stem(counted[1])
    unit = next((unit for name, unit in _UNIT_WORDS.items() if stem(name) == word and unit != "line"), None)
    if unit is not None:
        lines = [line for line in study.document.lines if _UNITS[unit].match(line.text)]
        return Finding(f"There are {len(lines)} {counted[1]}.", tuple(lines[:1]), 3.0) if len(lines) > 1 else None
    listed = next((table for table in study.lists if table.section.stems == (word,)), None)
    if listed is not None and len(listed.items) > 1:
        return Finding(f"There are {len(listed.items)} {counted[1]}.", (listed.items[0].line,), 3.0)
    for line in study.document.lines:
        if line.wording.stems == (word,) and is_heading(line, study.document):
            count = len(section_under(line, study.document))
            return Finding(f"There are {count} {counted[1]}.", (line,), 3.0) if count > 1 else None
    return None


def _title(study: Study, question: Question, text: str) -> Finding | None:
    called = re.search(r"\bwhat is (?:the|this|it) ?\w* called$|\bwhat \w+ is (?:it|this)$", text)
    entitled = question.field is not None and question.field.name == "title"
    if (
        not (entitled or called)
        or question.asks == "when"
        or any(not study.title.speaks_of(concept) for concept in question.required)
        or not study.document.lines
    ):
        return None
    labelled = [entry for entry in study.entries if entry.key.lowered in ("title", "标题", "题目")]
    line = labelled[0].lines[-1] if labelled else study.document.lines[0]
    value = labelled[0].value if labelled else line.text
    said = f"标题是“{value}”。" if question.language == "zh" else f"The title is “{value}”."
    return Finding(said, (line,), 2.0)


def _section(study: Study, question: Question, text: str) -> Finding | None:
    """For "what is the conclusion", "what are the ingredients": the lines under that heading."""
    if question.asks not in ("what", "order") or (question.field is not None and question.field.name != "subject"):
        return None
    wanted = [concept for concept in question.required if not study.title.speaks_of(concept)]
    if len(wanted) != 1 or any(concept.optional and not concept.light for concept in question.concepts):
        return None
    for line in study.document.lines:
        named = line.wording.speaks_of(wanted[0]) and len(line.wording.stems) <= 1
        if named and is_heading(line, study.document):
            under = section_under(line, study.document)
            if under:
                return Finding(_listed(under, study, question), (under[0], *under[1:2]), 2.5)
    return None


def _listed(lines: Sequence[SourceLine], study: Study, question: Question) -> str:
    """Items joined by commas, or the first sentences of a text."""
    prose = [
        found.text
        for found in study.sentences
        if found.lines[0] in lines and found.text.endswith((".", "。", "!", "！"))
    ]
    if prose:
        return quoted(" ".join(prose[:2]), question.language)
    comma = "、" if question.language == "zh" else ", "
    return sentence(shortened(comma.join(line.text for line in lines[:MOST_LISTED])), question.language)


def _page(study: Study, question: Question, text: str) -> Finding | None:
    """For "what is on page two": its first lines."""
    found = re.fullmatch(
        r"(?:what (?:is|does it say|stands) on|read|show me|summarize) (?:the )?page (\d+)", " ".join(question.tokens)
    )
    lines = [line for line in study.document.lines if found and line.page == int(found[1])]
    if not lines:
        return None
    return Finding(
        quoted(" ".join(line.text for line in lines[:SUMMARY_LINES]), question.language),
        tuple(lines[:SUMMARY_LINES]),
        2.0,
    )


def _elsewhere(study: Study, concept: Concept, asked: re.Match[str] | None) -> bool:
    """True for a word that asks for a part of the document: then its whole is not what is asked for."""
    return not study.title.speaks_of(concept) and not (asked is not None and concept.asked in asked[0])


def _summary(study: Study, question: Question, text: str) -> Finding | None:
    """The subject if the document states one, else its first telling lines."""
    asked = _SUMMARY_ZH.search(text) if question.language == "zh" else _SUMMARY_EN.search(text)
    if question.field is not None and any(entry.key.lowered in question.field.labels for entry in study.entries):
        return None
    about = question.field is not None and question.field.name == "subject" and question.asks in ("what", "order")
    if (asked is None and not about) or any(_elsewhere(study, concept, asked) for concept in question.required):
        return None
    lines = study.document.lines
    if not lines:
        return None
    stated = next(
        (e for e in study.entries if e.key.lowered in ("subject", "re", "主题", "事由", "regarding", "topic")), None
    )
    prose = [found for found in study.sentences if found.text.endswith((".", "。", "!")) and len(found.text) >= 20]
    head = stated.lines[0] if stated else lines[0]
    told = stated.value if stated else Wording.of(head.text).text
    others = [found for found in prose if head not in found.lines]
    telling = Wording.of(told).distinct
    first = next((found for found in others if stated and telling & found.wording.distinct - STOP_STEMS), None) or next(
        iter(others), None
    )
    if question.language == "zh":
        return Finding(
            f"标题是“{told}”。" + (quoted(first.text, "zh") if first else ""),
            (head, *(first.lines if first else ())),
            2.0,
        )
    opening = f"It is about “{told}”." if stated else f"It is headed “{told}”."
    return Finding(
        f"{opening} {quoted(first.text, 'en') if first else ''}".strip(), (head, *(first.lines if first else ())), 2.0
    )
