"""Cases that documents provide for in words of their own: coming late, paying late, not coming. English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """Something that may go wrong."""

    asked: re.Pattern[str]
    """How a question puts it."""
    said: re.Pattern[str]
    """How a document puts it."""


def _case(asked: str, said: str) -> Case:
    return Case(re.compile(asked, re.IGNORECASE), re.compile(said, re.IGNORECASE))


CASES = (
    _case(
        r"\b(?:pay|paid|payment|rent|bill|fee)\b.{0,30}\b(?:late|overdue|too late|not on time)\b"
        r"|\blate (?:payment|rent)\b|\b(?:do not|don['’]t|cannot|can['’]t|forget to) pay\b"
        r"|迟交|晚交|迟付|晚付|拖欠|欠费|欠租|逾期|没(?:有)?按时[交付缴]|不按时[交付缴]|过期不[交付缴]|不[交付缴](?![上给])|没[交付缴]",
        r"\blate (?:fee|charge|payment|interest)|\b(?:overdue|unpaid|arrears|default|not paid)\b"
        r"|\bpa(?:y|id|yment)\b.*\blate\b|\blate\b.*\bpa(?:y|id)"
        r"|\b(?:paid|payments?|received|pays?)\b.*\bafter\b|\bafter (?:that|this|the \d|the due)"
        r"|逾期|迟交|迟付|拖欠|滞纳|违约金|欠费|欠租|未按时[交付缴支]|未[交付缴]|过期",
    ),
    _case(
        r"\b(?:am|are|is|be|arrive|arrives|come|comes|get there|run|running) (?:too |very |a (?:bit|little) "
        r"|\w+ minutes )?late\b|\barrive after\b"
        r"|迟到|晚到|来晚|晚来|到晚|去晚|没(?:有)?准时|不准时|没(?:有)?按时到",
        r"\b(?:arriv\w*|com(?:e|es|ing)|appear\w*|turn up)\b.*\blate\b|\blate (?:arrival|comers?|patients?|visitors?)"
        r"|\b(?:are|is|be) (?:more than [\w ]+ )?late\b|\bminutes late\b|迟到|晚到|超过.{0,6}分钟|逾时|未按时到|过时",
    ),
    _case(
        r"\b(?:do not|don['’]t|did not|didn['’]t|cannot|can['’]t|can not|won['’]t|never) (?:come|attend|go|show up"
        r"|turn up|make it|appear|keep)\b|\bmiss(?:ed|es)? (?:the|my|an?|this|it|that)\b"
        r"|\bnot (?:coming|attending|showing up)\b|\bno.?show\b"
        r"|(?:不|没|没有|不能|不想|未)(?:能)?(?:来|去|到场|参加|出席|赴约|就诊|看病|按时来|按时去)"
        r"|来不了|去不了|缺席|爽约|失约|缺勤|旷课",
        r"\b(?:do(?:es)? not|cannot|can ?not|unable to|fail(?:s|ed)? to|not|never) (?:come|attend|appear|keep|show up"
        r"|make|arrive)\b|\bmiss(?:ed|es|ing)?\b|\bno.?shows?\b|\babsen(?:t|ce)\b|\bcancel\w*\b"
        r"|(?:不|未|无法)能?(?:按时)?(?:前来|来|到场|到诊|参加|出席|赴约|就诊)|缺席|爽约|失约|弃权|缺勤|旷课",
    ),
)
"""In the order in which a question is held against them."""


def case_of(question: str) -> Case | None:
    """The case that a question supposes; None for another."""
    return next((case for case in CASES if case.asked.search(question)), None)
