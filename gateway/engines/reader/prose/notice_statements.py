"""Chinese notices: the shortest statement that says all that is asked about, with the kind of thing asked for.

A notice is made of statements: clauses, the rows of a programme, and labels with what stands behind them. Each says
when, where, who or how much of what it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.words.lexicon import senses_of_chinese
from gateway.engines.reader.words.values import find_values, of_kinds

LEAST_COVER = 0.8
"""So much of what is asked about, by signs, a statement must say."""
MOST_CLAUSES = 3
LONGEST = 90
"""Signs of a statement."""
IN_OTHER_WORDS = 0.9
BY_TITLE = 0.85
"""How far what only the title says counts for a statement under it."""

_NOTICE = re.compile(r"通知|公告|启事|告示|通告|一封信|告知书|温馨提示|须知|招募|报名|活动流程|敬请谅解")
_ASKING = re.compile(
    r"请问|什么时候|什么时间|什么地方|什么电话|哪一?[天里儿位个些家]|星期几|周几|几点钟?|几号|几月|何时|何处|多长时间|多久|多远"
    r"|多大年纪|多大岁数|几岁|多少钱|(?:多少|几)(?:个|名|位|户|张|份|升|桶|公里|米|元|块|岁|人|台|辆|瓶|次|分钟|小时|天)?"
    r"|是?谁|怎么|如何|吗|呢|？|\?|什么"
)
_EMPTY = re.compile(
    r"如果|要是|假如|的话|的时候|我们|孩子们?|他们|咱们|这次|本次|这个|那天|当天|今年|活动(?!室)|比赛|开始|结束|举行|举办|进行|需要|应该|可以"
    r"|必须|最[晚迟多少早高低]|一共|总共|每次|一次|打|拨|要|能|会|得|在|到|去|来|是|有|的|了|就|还|得|花|带|离|给|被|把|由|和|与|请"
    r"|应|该|可|负责|，|,|。|早上|我|他|这|那|哪"
)
_SAME = tuple(
    tuple(words.split())
    for words in (
        "下大雨 下暴雨 下雨 大雨 暴雨 雨天 雨",
        "改到 改至 改期 改在 推迟 顺延 延期 延至 改为",
        "晚上 夜间 夜里 夜晚", "投诉 监督",
        "大人 成人", "小孩 儿童 孩子", "集合 到校", "出发 发车", "回来 返回 返校 返程", "花费 费用", "停车 停放 停至",
    )
)  # fmt: skip
_CLAUSE = re.compile(r"[^，,；;。！!”“]+[，,；;。！!”“]?")
_TIMED = re.compile(r"(?<![\d一\-–—~至到])(?=(?:上午|下午|早上|中午|晚上)? ?\d{1,2}[:：]\d\d)")
_PLACE = re.compile(
    r"[\u3400-\u9fff\d](?:楼(?!栋)|室|厅|路|街|广场|馆|处|场|店|院|校|中心|站|园|坪|台|道|区|旁|栏|窗口|门口)"
)
_ANY_PHONE = frozenset(("联系", "咨询", "联系电话"))
_ASKS_DAY = re.compile(r"哪一?天|几号|几月|星期几|周几|改到|日期")
_DAY = re.compile(r"\d ?(?:[月日]|号(?![楼窗线门桌车]))|\d{1,2}[-/.]\d{1,2}(?!\d)|(?:星期|周)[一二三四五六日天]")
_WHO = re.compile(r"[:：由][\u3400-\u9fff]{2}|公司|中心|老师|师傅|委员会|办公室|医生|主任")
_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(held))
    for asked, held in (
        (r"电话|手机", r"\d[\d -]{4,}\d"),
        (r"多远|几公里|多少公里", r"\d ?(?:公里|千米|米|分钟)"),
        (r"几岁|多大年纪|多大岁数|多少岁", r"\d ?(?:周?岁)"),
        (r"多少钱|几块钱|几元|多少元|费用", r"\d ?元|免费|免"),
        (r"(?:多少|几)(?:名|位|个?人)", r"\d ?(?:名|位|人|个)"),
        (r"(?:多少|几)升", r"\d ?升"),
        (r"(?:多少|几)个", r"\d+ ?[个名份间台]"),
        (r"多少|几(?!点|号|月|天|路)", r"\d"),
    )
)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a notice says in one go."""

    text: str
    lines: tuple[SourceLine, ...]


def answer_notice(study: Study, question: Question) -> Finding | None:
    """The statement quoted, or None for another sort of page and where no statement says all that is asked about."""
    if question.language != "zh" or question.asks in ("whether", "why", "how") or not _is_notice(study):
        return None
    pieces = _content(question.text)
    if not pieces or _is_plain(study, question, pieces):
        return None
    best: tuple[float, _Statement] | None = None
    for statement in _statements(study):
        if not _holds(statement.text, question):
            continue
        cover = _cover(pieces, statement.text, study.title.text)
        score = cover - 0.002 * len(statement.text)
        if cover >= LEAST_COVER and (best is None or score > best[0] + 0.001):
            best = (score, statement)
    if best is None:
        return None
    return Finding(quoted(best[1].text.strip(" ，,；;。”“"), "zh"), best[1].lines, 2.0 + best[0])


def _is_notice(study: Study) -> bool:
    return study.bill is None and any(_NOTICE.search(line.text) for line in study.document.lines)


def _is_plain(study: Study, question: Question, pieces: tuple[str, ...]) -> bool:
    """True for a label's value and for when all of it is, which others tell barely; whose telephone must be said."""
    if "结束" in question.text or (question.asks == "when" and all(piece in study.title.text for piece in pieces)):
        return True
    return question.field is not None and (question.field.name != "phone" or set(pieces) <= _ANY_PHONE)


def _content(text: str) -> tuple[str, ...]:
    """The pieces of a question that say what it is about."""
    rest = _EMPTY.sub("|", _ASKING.sub("|", text))
    return tuple(piece for piece in re.split(r"[|\s]+", rest) if piece)


def _statements(study: Study) -> Iterator[_Statement]:
    """Rows first, then clauses, alone and with those after them in the same sentence."""
    for line in study.document.lines:
        if len(line.cells) > 1:
            yield _Statement(" ".join(line.cells), (line,))
            yield from (_Statement(cell, (line,)) for cell in line.cells)
        for piece in filter(None, _TIMED.split(line.text)):
            yield _Statement(piece, (line,))
    for found in study.sentences:
        clauses = _CLAUSE.findall(found.text)
        for first in range(len(clauses)):
            for last in range(first + 1, min(len(clauses), first + MOST_CLAUSES) + 1):
                text = "".join(clauses[first:last])
                if len(text) <= LONGEST:
                    yield _Statement(text, found.lines)


def _holds(text: str, question: Question) -> bool:
    """True when the statement has the kind of thing that is asked for."""
    for asked, held in _KINDS:
        if asked.search(question.text):
            return held.search(text) is not None
    if _ASKS_DAY.search(question.text) is not None:
        return _DAY.search(text) is not None
    if question.asks == "when":
        return bool(of_kinds(find_values(text), question.kinds))
    if question.asks == "where":
        return _PLACE.search(text) is not None
    return question.asks == "who" and _WHO.search(text) is not None


def _cover(pieces: tuple[str, ...], text: str, title: str) -> float:
    """The share of what is asked about that the statement says, by signs; half of it by itself, not by the title."""
    total = sum(map(len, pieces))
    own = sum(len(piece) * _said(piece, text) for piece in pieces)
    with_title = sum(len(piece) * max(_said(piece, text), BY_TITLE * _said(piece, title)) for piece in pieces)
    return with_title / total if own >= total / 2 else 0.0


def _said(piece: str, text: str) -> float:
    """How far `text` says `piece`: whole, in other words, or by its parts of two signs."""
    if piece in text:
        return 1.0
    if any(other in text for other in _others(piece)):
        return IN_OTHER_WORDS
    if len(piece) <= 2:
        return 0.0
    covered: set[int] = set()
    for at in range(len(piece) - 1):
        pair = piece[at : at + 2]
        if pair in text or any(other in text for other in _others(pair)):
            covered |= {at, at + 1}
    return len(covered) / len(piece)


def _others(word: str) -> tuple[str, ...]:
    """Other words for it."""
    same = tuple(other for group in _SAME if word in group for other in group)
    return same + tuple(other for sense in senses_of_chinese(word) for other in sense.chinese if len(other) > 1)
