"""Which questions need reasoning or writing that a reader cannot do."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question

_OPEN_EN = re.compile(
    r"^(?:please |can you |could you |would you )*(?:translate|write (?:me )?(?:a|an|the|some)\b|compose|draft"
    r"|invent|imagine|tell me a (?:joke|story)"
    r"|sing|code|program|debug|rewrite|paraphrase|improve|argue|discuss|criticise|criticize|evaluate|compare"
    r"|recommend|suggest|advise)\b"
    r"|\bwhat (?:do|would) you (?:think|suggest|recommend|advise)\b|^should i\b"
    r"|\byour opinion\b|\bhow do you feel\b|\bpros and cons\b|\bexplain (?:why|how|the (?:theory|concept|idea))\b"
    r"|\bin your own words\b"
)
_SHOULD = re.compile("should i ", re.IGNORECASE)
_OPEN_ZH = re.compile(
    r"翻译|写一(?:篇|首|封|个|段)|编一个|讲个(?:笑话|故事)|你(?:觉得|认为|怎么看)|评价|比较一下|建议我|推荐"
    r"|分析一下|写代码|编程"
)


def needs_reasoning(text: str, question: Question, *, with_documents: bool = False) -> bool:
    """True for translation, essays, opinions, advice, code: what a line of a document cannot answer.

    "Should I take my tablets" may be answered by a letter, where there is one.
    """
    if with_documents and question.asks == "whether" and _SHOULD.match(text) and not _OPEN_EN.search(text.lower()[9:]):
        return False
    return bool(_OPEN_ZH.search(text) if question.language == "zh" else _OPEN_EN.search(text.lower()))
