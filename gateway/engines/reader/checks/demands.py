"""What an answer must hold where a question asks for just that: millilitres, a telephone number, a floor, a score.

It looks at the question as it was put and at the answer, in either language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import is_quoted
from gateway.engines.reader.words.values import find_values, of_kinds

_BLANK = re.compile(r"(?:_{3,}|…{2,}|\.{5,})(?!\s*/\s*\d)")
_UNSOLVED = re.compile(r"I cannot find|我在文件里找不到")
"""An exercise that is told without a solution has its blank."""
_NUMERAL = r"(?:\d|[一二两三四五六七八九十百半])"


@dataclass(frozen=True, slots=True)
class _Demand:
    """What is asked for, and what an answer to it holds."""

    asked: re.Pattern[str]
    held: re.Pattern[str]


def _demand(asked: str, held: str) -> _Demand:
    return _Demand(re.compile(asked, re.IGNORECASE), re.compile(held, re.IGNORECASE))


_OF_THE_ANSWER = (
    _demand(r"\bhow many (?:ml|millilit\w+|lit(?:re|er)s?)\b|(?:多少|几)毫?升", r"\d ?(?:ml|l\b|millilit|lit)|升"),
    _demand(
        r"\bhow many (?:square|sq)|\b(?:floor|living) area\b|多少平|几平[方米]|面积",
        r"\d ?(?:m2|m²|sq|square|㎡|ha\b|hectares?|acres?|平|[x×])",
    ),
    _demand(
        r"\bhow (?:big|large|spacious) (?:is|are|was) (?:the |my |our |your )?"
        r"(?:flat|apartment|house|rooms?|garden|property|office|hall|site|studio|home)\b"
        r"|(?:房间|房子|屋子|公寓|屋)[^，,]{0,3}多大",
        r"\d ?(?:m2|m²|sq|square|㎡|ha\b|hectares?|acres?|平|cm|mm|m\b|ft|feet|[x×])"
        r"|(?:\d|two|three|four|one)[ -]\w*rooms?",
    ),
    _demand(r"(?:多少|几)分钟", r"分钟|小时|刻钟|min|hour|\d ?h\b|\d[:：]\d\d"),
    _demand(r"\bcalories\b|卡路里|热量|多少(?:千卡|大卡)", r"cal|千卡|大卡|kj|千焦"),
    _demand(
        r"\bwhich (?:bus|train|boat|tram|ferry|coach|sailing)\b(?!.*\b(?:fares?|costs?|price|pay|cheap\w*)\b)"
        r"|哪[一几]?[班趟](?!.*[钱价费])",
        r"^(?!.*[$€£¥] ?\d)",
    ),
    _demand(r"多高", r"\d|[一二三四五六七八九十]米|公分"),
    _demand(r"(?:铺|店|院|园|场|馆|教室|车间)子?有?多大", r"平|米|亩|公顷"),
    _demand(r"\bhow tall\b|\bmy height\b|身高", r"\d ?(?:cm|m\b|ft|feet|inch|厘米|米|['’′])"),
    _demand(
        r"\bhow heavy\b|\bhow much do(?:es)? .+ weigh\b|多重|体重|几斤|几公斤|多少公?斤",
        r"\d ?(?:kg|g\b|lbs?\b|pounds?|tons?|tonnes?|kilo\w*|gram\w*|克|公斤|千克|斤|吨)",
    ),
    _demand(
        r"\bblood (?:type|group)\b|血型", r"\b(?:type|group) (?:A|B|AB|O)\b|[ABO]型|\b(?:A|B|AB|O)(?:\+|-| pos| neg)"
    ),
    _demand(
        r"\bhow far\b(?! (?:in advance|ahead|before))|多远|几公里|多少公里",
        r"\d ?(?:km|m\b|metres?|meters?|miles?|kilomet\w+|feet|minutes?|min|米|公里|千米|分钟|里)|步行|\bwalk\b",
    ),
    _demand(
        r"\b(?:what|which) (?:score|mark|grade) did\b|\bhow many (?:points|marks) did \w+ (?:get|score)\b"
        r"|[得考]了?(?:多少|几)分",
        r"\d+ ?/ ?\d+|(?:score|mark|grade|得分|成绩|总分)[^\d]{0,6}\d|\b(?:got|scored) \d",
    ),
    _demand(
        r"\b(?:phone|telephone|mobile|cell|fax) number\b|电话(?:号码)?(?:是|为)?(?:多少|什么|几号)|手机号"
        r"|打(?:什么|哪个|几号)电话|电话打多少",
        r"\d[\d ()-]{3,}\d",
    ),
    _demand(r"\bwhat is (?:my|the|our|your) [\w ]*?\bnumber\b|(?:号码?|编号)是?(?:多少|什么)", r"\d"),
    _demand(
        r"几号楼|哪[栋幢座一]楼|几[栋幢]", rf"{_NUMERAL} ?(?:号楼|栋|幢|座)|\b(?:building|block) \w|[东南西北主副合]楼"
    ),
    _demand(
        r"几楼|第?几层|哪一?层|\b(?:which|what) (?:floor|level|storey)\b", r"楼|层|\b(?:floor|level|storey|basement)\b"
    ),
    _demand(r"(?:有|共)(?:多少|几)户", rf"{_NUMERAL} ?户|\d ?(?:households|flats|homes)"),
    _demand(r"(?:叫|是)什么名[字称]|姓什么", r"叫|姓|名|[A-Z]\w+ [A-Z]|^[^，,。]{1,24}[。.]?$"),
)
"""Where the answer itself must hold it."""
_ASKS_THING = re.compile(
    r"[吃喝穿学玩]什么|\bwhat (?:do|does|will|shall|are|is|can) [\w ]+ (?:eat|drink|wear|eating|have for)\b"
)
_ASKS_NAME = re.compile(r"\bname of\b|(?:叫|是)什么名[字称]", re.IGNORECASE)
_FIGURE_FIRST = re.compile(r"^[^：:]{0,20}[：:]\s*[“\"]?[^：:]{0,12}[：:]?\s*[¥$€£]?\d")
_SUM_ONLY = re.compile(r"[^：:]{0,12}[：:]\s*[¥$€£]?\d+(?:\.\d+)?\s*元?[。.]?")
_HOW_MUCH_MONEY = re.compile(
    r"多少钱|几块钱|怎么收费|收费多少|[费价租金款]是?多少|\bhow much (?:does|do|did|will) [\w' ]+ cost\b"
    r"|\bhow much (?:is|are|was|were) the [\w' ]*(?:fee|fare|fine|rent|price|ticket|charge|deposit)\b"
    r"|\bwhat (?:does|do|did|will) [\w' ]+ cost\b",
    re.IGNORECASE,
)
_MONEY_IN_WORDS = re.compile(
    r"\b(?:free|included|no (?:charge|cost|fee)|nothing|half|twice|double|percent|equal|waived|(?:one|two|three|four)"
    r" (?:months?|weeks?)|rent)\b|%|免费|一半|半价|不收|无需|包含|[一两二三]个月|倍",
    re.IGNORECASE,
)
_OF_THE_LINES = (
    _demand(r"去年|\blast year\b", r"去年|上一?年|同期|\blast year|previous year|year ago|\b20\d\d\b|20\d\d年"),
    _demand(r"明年|\bnext year\b", r"明年|下一?年|次年|\bnext year|following year|\b20\d\d\b|20\d\d年"),
    _demand(r"上一?次|上回|\blast time\b", r"上一?次|上回|上期|\blast\b|previous|\bago\b"),
)
"""Where the lines that the answer rests on must hold it."""
_YEAR = re.compile(r"([一二三四五六七八九])年级")


def lacks_demanded(study: Study, question: Question, finding: Finding) -> bool:
    """True for an answer without what is asked for, and for one that is a blank to be filled in.

    An answer of yes or no is the affair of the reader that gave it.
    """
    if question.asks == "whether":
        return False
    text, asked = finding.text, question.text
    if _BLANK.search(text) is not None and not _UNSOLVED.match(text):
        return True
    if any(demand.asked.search(asked) and not demand.held.search(text) for demand in _OF_THE_ANSWER):
        return True
    if _ASKS_NAME.search(asked) is not None and _FIGURE_FIRST.search(text) is not None:
        return True
    if _ASKS_THING.search(asked) is not None and _SUM_ONLY.fullmatch(text) is not None:
        return True
    if is_quoted(text) and _HOW_MUCH_MONEY.search(asked) is not None and not _tells_sum(text):
        return True
    said = " ".join((text, *(line.text for line in finding.lines)))
    if any(demand.asked.search(asked) and not demand.held.search(said) for demand in _OF_THE_LINES):
        return True
    return _is_of_another_year(study, question)


def _tells_sum(text: str) -> bool:
    return bool(of_kinds(find_values(text), ("money", "percent"))) or _MONEY_IN_WORDS.search(text) is not None


def _is_of_another_year(study: Study, question: Question) -> bool:
    """True where a year of school is asked about, and the page names only others."""
    asked, named = set(_YEAR.findall(question.text)), set(_YEAR.findall(study.all_words.text))
    return bool(asked and named and not asked & named)
