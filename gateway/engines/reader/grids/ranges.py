"""Results beside their ranges, as laboratories print them: which are not normal, and by how much one is over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_GROUP, Sought, sought_of
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import answered, sentence
from gateway.engines.reader.words.values import amount_of
from gateway.engines.reader.words.wording import Wording
from text.script import Language

State = Literal["low", "normal", "high"]

FEWEST_CELLS = 3
LEAST_NAMED = 0.5
"""The weight of a word that must be part of a result's name."""
_RANGE_HEAD = re.compile(r"\b(?:range|reference|limits?|target|normal(?: values?)?)\b|参考|正常值|范围", re.IGNORECASE)
_RESULT_HEAD = re.compile(r"\b(?:results?|values?|level|measured)\b|结果|测定值|检测值", re.IGNORECASE)
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_BETWEEN = re.compile(rf"{_NUMBER} ?(?:-|–|—|~|to|至|到) ?{_NUMBER}")
_UP_TO = re.compile(
    rf"(?:below|under|less than|up to|at most|max(?:imum)?\.?|[<≤]|低于|小于|不超过) ?{_NUMBER}", re.IGNORECASE
)
_FROM = re.compile(
    rf"(?:above|over|more than|at least|min(?:imum)?\.?|[>≥]|高于|大于|不低于) ?{_NUMBER}", re.IGNORECASE
)
_UNIT = re.compile(r"^\W*[\d.,]+ ?(?P<unit>\D*)$")
_SAID_HIGH = re.compile(r"\b(?:high|raised|elevated|above)\b|[↑]|偏?高", re.IGNORECASE)
_SAID_LOW = re.compile(r"\b(?:low|below|deficient)\b|[↓]|偏?低", re.IGNORECASE)
_SAID_NORMAL = re.compile(r"\b(?:normal|ok|fine|within|in range)\b|正常", re.IGNORECASE)
_ABNORMAL = re.compile(
    r"\b(?:not|aren['’]t|isn['’]t|wasn['’]t|weren['’]t) (?:\w+ )?(?:normal|ok|fine|in (?:the )?(?:normal )?range)\b"
    r"|n['’]t (?:\w+ )?normal\b|\babnormal|\b(?:outside|out of)\b|不正常|异常|不达标|超标",
    re.IGNORECASE,
)
_HIGH = re.compile(
    r"\b(?:high|higher|raised|elevated|over|above|exceed\w*)\b|(?:偏|过|太)?高|超过|超出|超", re.IGNORECASE
)
_LOW = re.compile(r"\b(?:low|lower|under|below|short of)\b|(?:偏|过|太)?低", re.IGNORECASE)
_NORMAL = re.compile(r"\b(?:normal|fine|ok|okay|in (?:the )?range|within)\b|正常", re.IGNORECASE)
_RESULTS = re.compile(r"\b(?:results?|tests?|values?|levels?|readings?|ones|of (?:them|these|those))\b|指标|项|结果")
_COUNTS = re.compile(r"\bhow many\b|[几多少]+(?:个|项|种)", re.IGNORECASE)
_LISTS = re.compile(r"\b(?:which|what)\b|哪[些几个]|什么", re.IGNORECASE)
_DIFFERS = re.compile(r"\b(?:by how much|how (?:much|far))\b|多少", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:results?|tests?|values?|levels?|readings?|normal|range|limits?|reference|high|low|above|over|below|under|too|upper"
    r"|out|outside|ok|fine|blood|\d+|[偏过太]?[高低]|正常|超过|超出|范围|上限|下限|结果|指标)"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One line of a laboratory's table."""

    name: str
    said: str
    """The result as printed, with its unit."""
    amount: Decimal
    low: Decimal | None
    high: Decimal | None
    comment: str
    line: SourceLine

    @property
    def state(self) -> State:
        """What the comment says, else what the range does."""
        for pattern, state in ((_SAID_HIGH, "high"), (_SAID_LOW, "low"), (_SAID_NORMAL, "normal")):
            if pattern.search(self.comment):
                return state  # type: ignore[return-value]  # the literals of the table above
        if self.low is not None and self.amount < self.low:
            return "low"
        return "high" if self.high is not None and self.amount > self.high else "normal"

    @property
    def unit(self) -> str:
        """Of the result, as printed; empty for none."""
        found = _UNIT.match(self.said)
        return found["unit"].strip() if found else ""


def results_of(study: Study) -> tuple[Result, ...]:
    """Every result that stands beside a range, in order."""
    return tuple(_results(study.document.lines))


def _results(lines: Sequence[SourceLine]) -> Iterator[Result]:
    columns: tuple[int, int] | None = None
    for line in lines:
        head = _columns(line.cells)
        if head is not None:
            columns = head
        elif columns is not None and len(line.cells) > max(columns):
            found = _result(line, columns)
            if found is not None:
                yield found
        else:
            columns = None


def _columns(cells: Sequence[str]) -> tuple[int, int] | None:
    """Which columns hold the result and its range, under a line that heads both."""
    if len(cells) < FEWEST_CELLS or any(re.search(r"\d", cell) for cell in cells):
        return None
    ranges = [place for place, cell in enumerate(cells) if place and _RANGE_HEAD.search(cell)]
    results = [place for place, cell in enumerate(cells) if place and place not in ranges and _RESULT_HEAD.search(cell)]
    return (results[0], ranges[0]) if results and ranges else None


def _result(line: SourceLine, columns: tuple[int, int]) -> Result | None:
    said, bounds = line.cells[columns[0]], line.cells[columns[1]]
    amount = amount_of(said)
    between, below, above = _BETWEEN.search(bounds), _UP_TO.search(bounds), _FROM.search(bounds)
    if amount is None or not (between or below or above):
        return None
    low = amount_of(between[1]) if between else amount_of(above[1]) if above else None
    high = amount_of(between[2]) if between else amount_of(below[1]) if below else None
    return Result(line.cells[0], said, amount, low, high, " ".join(line.cells[max(columns) + 1 :]), line)


def answer_result(study: Study, question: Question) -> Finding | None:
    """How many results are not normal, which, whether one is, or by how much it is over or under its range."""
    results = results_of(study)
    if not results:
        return None
    text = question.text
    wanted = _wanted(text)
    asked = [word for word in sought_of(study, question) if not _ASIDE.fullmatch(word.asked or word.word)]
    if wanted is not None and _RESULTS.search(text) and not _named(results, asked):
        if _COUNTS.search(text):
            return _counted(results, wanted, question.language)
        if _LISTS.search(text) and question.asks != "whether":
            return _listed(results, wanted, question.language)
        return None
    named = _named(results, asked)
    if named is None:
        return None
    if question.asks != "whether" and _DIFFERS.search(text) and (_HIGH.search(text) or _LOW.search(text)):
        return _difference(named, question.language)
    if question.asks == "whether" and wanted is not None and len(wanted) < len(_STATES):
        verdict = "yes" if named.state in wanted else "no"
        return Finding(answered(verdict, _stated(named), question.language), (named.line,), 3.0)
    return None


_STATES: tuple[State, ...] = ("low", "normal", "high")


def _wanted(text: str) -> tuple[State, ...] | None:
    """The states that the question is about; None when it speaks of none."""
    if _ABNORMAL.search(text):
        return ("low", "high")
    high, low = _HIGH.search(text), _LOW.search(text)
    if high and low:
        return ("low", "high")
    if high or low:
        return ("high",) if high else ("low",)
    return ("normal",) if _NORMAL.search(text) else None


def _named(results: Sequence[Result], asked: Sequence[Sought]) -> Result | None:
    """The result that the question names: all weighty words are its own, and it has the fewest besides."""
    weighty = [word for word in asked if word.weight >= LEAST_NAMED]
    if not weighty:
        return None
    naming = [
        result for result in results if all(word.found_in(Wording.of(result.name)) >= BY_GROUP for word in weighty)
    ]
    ranked = sorted(naming, key=lambda result: _closeness(result, asked), reverse=True)
    if not ranked or (len(ranked) > 1 and _closeness(ranked[0], asked) == _closeness(ranked[1], asked)):
        return None
    return ranked[0]


def _closeness(result: Result, asked: Sequence[Sought]) -> tuple[int, int]:
    """How many words of the question the name says, faint ones too; then how few others."""
    name = Wording.of(result.name)
    return sum(word.found_in(name) >= BY_GROUP for word in asked), -len(name.stems)


def _counted(results: Sequence[Result], wanted: Sequence[State], language: Language) -> Finding:
    found = [result for result in results if result.state in wanted]
    names = ("、" if language == "zh" else ", ").join(result.name for result in found)
    text = f"{len(found)}项" if language == "zh" else str(len(found))
    return Finding(
        sentence(f"{text}{':' if names else ''} {names}".strip(), language),
        tuple(result.line for result in found or results[:1]),
        3.0,
        str(len(found)),
    )


def _listed(results: Sequence[Result], wanted: Sequence[State], language: Language) -> Finding | None:
    found = [result for result in results if result.state in wanted]
    names = ("、" if language == "zh" else ", ").join(f"{result.name} {result.said}" for result in found)
    return Finding(sentence(names, language), tuple(result.line for result in found), 3.0) if found else None


def _difference(result: Result, language: Language) -> Finding:
    over = result.amount - result.high if result.high is not None else Decimal(0)
    under = result.low - result.amount if result.low is not None else Decimal(0)
    if max(over, under) <= 0:
        return Finding(sentence(_stated(result), language), (result.line,), 3.0)
    bound = result.high if over > under else result.low
    larger, smaller = (result.amount, bound) if over > under else (bound, result.amount)
    text = f"{larger} - {smaller} = {max(over, under)} {result.unit}".strip()
    return Finding(sentence(text, language), (result.line,), 3.0, str(max(over, under)))


def _stated(result: Result) -> str:
    return f"{result.name}: " + ", ".join(result.line.cells[1:])
