"""What tells a task by its words, such as "Explain why" and "请说明". English and Chinese; without the number."""

from __future__ import annotations

import re

from text.script import has_ideographs

_STRONG = (
    r"explain|describe|calculate|compute|define|discuss|evaluate|justify|prove|solve|simplify|summari[sz]e|analy[sz]e"
    r"|translate|work out|determine|identify|convert|estimate|factori[sz]e|differentiate|integrate|derive|deduce"
    r"|predict|suggest|compare|contrast|distinguish|interpret|sketch|verify|show that|find out|explore how"
)
_CORE = (
    r"explain|describe|calculate|compute|define|justify|prove|solve|simplify|summari[sz]e|translate|work out|determine"
    r"|evaluate|factori[sz]e|discuss (?:how|why|whether|the)|compare [^.]+ (?:and|with|to)"
)
"""Tasks outside of lists and exams too, where "Compare our prices" is none."""
_WEAK = (
    r"name|list|state|give|find|write|draw|complete|fill in|choose|circle|underline|match|label|arrange|order|round"
    r"|outline|correct|expand|express|measure|count|add|subtract|multiply|divide|spell|classify|plot|construct|record"
    r"|show|tell|put|use|make|rewrite|select|tick|mark|colou?r|sort|rearrange|copy|change|report|comment|assess|argue"
    r"|illustrate|replace|reduce|read|say|mention|trace|indicate|pick|rank|design|point out|reflect|test|apply|join"
)
_LEAD_IN = (
    r"(?:(?:using|in|if|given|for|with|from|on|based|after|as|when|assuming|let|by|considering|according|without)\b"
    r"[^.?!]{1,120},\s*)?"
)
_POLITE = r"(?:(?:please|now|then|also|briefly|clearly|fully|carefully|and|next|hence|otherwise|so)\s*,?\s+){0,3}"
_CORE_TASK = re.compile(rf"{_LEAD_IN}{_POLITE}(?:{_CORE})\b(?!\s*:)", re.IGNORECASE)
_STRONG_TASK = re.compile(rf"{_LEAD_IN}{_POLITE}(?:{_STRONG})\b(?!\s*:\s*\w+$)", re.IGNORECASE)
_WEAK_TASK = re.compile(rf"{_LEAD_IN}{_POLITE}(?:{_WEAK})\b(?!\s*[:：])", re.IGNORECASE)
_COUNTED_TASK = re.compile(
    rf"{_POLITE}(?:name|list|give|state|write(?: down)?|find|draw|suggest|choose|circle)\s+(?:any\s+|at least\s+)?"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+[a-z]",
    re.IGNORECASE,
)
_LET_FIND = re.compile(
    r"\b(?:then|and)\s+(?:find|calculate|solve|show|prove|determine|evaluate|explain)\b", re.IGNORECASE
)
_GIVEN_TASK = re.compile(
    rf"(?:if|given|using|for|when|let|from)\b[^.?!]{{1,120}},\s*{_POLITE}(?:{_WEAK})\b", re.IGNORECASE
)
_ZH_POLITE = (
    r"(?:请|试|并|再|请你|请您|分别|用自己的话|简要|简单|具体|结合\S{1,12}?[，,]?|根据\S{1,12}?[，,]?|用\S{1,20}?"
    r"|以\S{1,16}?为题[，,]?|把\S{1,16}?|将\S{1,16}?){0,3}"
)
_ZH_STRONG = (
    r"说明|解释|计算|简述|论述|叙述|描述|证明|列举|比较|分析|概括|归纳|翻译|化简|解方程|谈谈|说说|写出|求出?(?=\S)|试述|指出"
    r"|画出|举例|总结|阐述|改写|仿写|造句|评价|解答|算一?算|推导|默写|列出|列式|补全|改正|缩写|续写|写一[篇段封]|写作|估算|翻译成|改成|改为"
)
_ZH_TASK = re.compile(rf"{_ZH_POLITE}(?:{_ZH_STRONG})")
_ZH_WEAK_TASK = re.compile(
    rf"{_ZH_POLITE}(?:画|写|圈出|找出|标出|填|连|涂|量|说出|抄写|读|背|数一数|排列|算|给|补充|完成|选)"
    r"|[把将用从按]\S{1,40}?(?:排列|排序|写|画|填|改|连起来|分成|造)"
)
_ZH_CLAUSE = re.compile(r"[，,；;。：:]")
_ZH_NO_TASK = re.compile(
    r"求(?:职|助|购|租|学|知|救)|(?:说明|计算|解释|分析|描述|翻译|总结|证明)(?:书|机|器|权|如下|文件|材料|方法)"
)


def is_task(sentence: str, *, listed: bool, exam: bool) -> bool:
    """Whether a sentence tells the reader to work something out. `exam`: the sheet holds questions or says so."""
    if has_ideographs(sentence):
        clauses = [clause.strip() for clause in _ZH_CLAUSE.split(sentence)]
        weak = listed and exam
        return any(
            (_ZH_TASK.match(clause) or (weak and _ZH_WEAK_TASK.match(clause))) and not _ZH_NO_TASK.search(clause)
            for clause in clauses
        )
    if len(sentence.split()) < 2 and not sentence.endswith(":"):
        return False
    if _CORE_TASK.match(sentence) or ((listed or exam) and _STRONG_TASK.match(sentence)):
        return True
    if _COUNTED_TASK.match(sentence):
        return listed or exam
    if _LET_FIND.search(sentence) or _GIVEN_TASK.match(sentence):
        return listed
    return listed and exam and _WEAK_TASK.match(sentence) is not None
