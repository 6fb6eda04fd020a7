"""What stands on a sheet and asks nothing: headings, instructions, examples, room for a name. English and Chinese."""

from __future__ import annotations

import re


def _any_of(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


_THE = r"(?:all|each|every|the|these|this) (?:of )?(?:the )?"
_SHEET_INSTRUCTION = re.compile(
    r"(?:please\s+)?"
    + _any_of(
        r"answer (?:all|any|every|each|the following|these|both|as many|\w+ of)\b",
        r"write (?:your|the) (?:full )?(?:name|class|candidate|answers? (?:in|on|here|below|clearly))\b",
        r"write in (?:black|blue|ink|pen)",
        r"use (?:a |only |black |blue |the )*(?:black|blue|ink|pen|pencil|ruler|calculator|separate)\b",
        r"do not (?:use|write|open|turn|talk|copy|leave)",
        r"you (?:may|must|can|should|have|are|will|need)\b",
        rf"read {_THE}(?:question|instruction|passage|text|following|story|poem|article|paragraph|page|dialogue)",
        r"show (?:all )?(?:of )?(?:your |the )?work",
        r"turn over|hand (?:this |it )?in|check your (?:work|answers)|p\.?t\.?o\b|page \d+",
        r"time (?:allowed|limit)|total (?:marks|points)|the (?:number of )?marks",
        r"good luck|have fun|ask your|work (?:alone|in pairs|quietly)|name:|calculators? ",
        r"end of (?:the )?(?:test|exam|paper|questions|worksheet|quiz|section|part)",
        r"each (?:correct )?(?:question|answer|item)",
        r"this (?:paper|test|exam|quiz|worksheet|part|section)\b",
        r"tell us (?:about|what you think)|(?:find|contact|follow|call|visit) us",
        r"complete (?:this|the) (?:form|questionnaire|application)",
        r"complete (?:all|both) (?:sections|parts|pages|questions)|complete in (?:block|black|blue)",
    ),
    re.IGNORECASE,
)
_ZH_SHEET_INSTRUCTION = re.compile(
    r"请?"
    + _any_of(
        r"回答(?:所有|全部|下列|以下|下面)?的?(?:所有)?问题|(?:认真|仔细)?(?:阅读|审题|读题)|不得|不准|禁止|严禁",
        r"本[试卷题大].{0,4}共|考试时间|答题(?:前|时|卡)|将答案|把答案|请将|满分|全卷|试卷|每(?:小|空)?题|注意事项|祝|在答题|考生",
        r"请在.{0,12}(?:填写|作答|答题|写上|涂)|用(?:黑色|铅笔|钢笔|蓝)|保持|填写(?:姓名|完整|本表)|第.{1,3}页|不要(?:在|使用)",
    )
)
_CHOOSE = r"(?:choose|circle|select|tick|mark|write|pick|underline)"
_SECTION = re.compile(
    _any_of(
        r"(?:part|section|chapter|unit|lesson)\s+(?:[a-z]|\d{1,2}|[ivx]+|one|two|three|four|five)\b",
        r"multiple[- ]choice|(?:true|right)(?:\s*(?:or|/|and)\s*|\s+)(?:false|wrong)",
        r"fill (?:in|the) (?:the )?(?:blanks?|gaps?|missing)|complete the (?:following )?sentences|match the\b",
        r"(?:short|long|essay|open)[- ](?:answer|ended|response)|essay questions?|reading comprehension",
        r"(?:vocabulary|grammar|listening)(?=\W*$|\s*\()|word problems|mental (?:maths?|arithmetic)",
        r"answer (?:the|these) (?:following )?questions|questions? \d+\s*(?:-|–|to)\s*\d+",
        rf"{_CHOOSE} the (?:best|correct|right|letter|one)\b.{{0,40}}(?:answer|option|word|letter|choice|each)",
        r"(?:say|write|state|decide|mark|circle|tick).{0,30}\btrue\b.{0,6}\bfalse\b",
    ),
    re.IGNORECASE,
)
_ZH_SECTION = re.compile(
    _any_of(
        r".{0,8}(?:脱式|竖式|听力|选择|填空|判断|简答|计算|应用|问答|论述|解答|口算|连线|阅读|名词解释|材料|综合|实验|作图|证明|写作|翻译|改错|分析)题",
        r"选择正确|选出(?:正确|下列|最)|判断(?:正误|对错|下列)|填空|[填选判算连想]一[填选判算连想]|看图|看拼音|按要求|解决问题",
        r"直接写出得数|口算|阅读理解|阅读(?:短文|下面|下列|材料)|作文|习作|写话|名词解释|完形填空|卷[一二ⅠⅡI]+",
        r"根据(?:短文|课文|材料)[^，,。]{0,6}[，,]?(?:回答|完成|选择|判断|填)|第[一二三四五六七八九十]+(?:部分|大题|卷|节)",
    )
)
_TRUE_FALSE = re.compile(r"\btrue\b.{0,6}\bfalse\b|\bright or wrong\b|判断|判一判|正误|对错", re.IGNORECASE)
_ASIDE = re.compile(
    _any_of(
        r"(?:for )?example|e\.g\.|sample|model answer|hint|tip|note|source|adapted from",
        r"例(?:如|题|句)?|示例|样例|提示|注|注意|来源",
    )
    + r"\s*\d?\s*[:：.]",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:my |your )?"
    + _any_of(r"answers?|ans|a|solution|workings?|response|reason", r"答案?|解答?|作答|理由")
    + r"\s*\d{0,2}\s*(?:[:：].*|[.]\s*)",
    re.IGNORECASE,
)
_MAIL_HEAD = re.compile(
    _any_of(r"from|to|cc|bcc|subject|re|fw|fwd|sent|date", r"发件人|收件人|抄送|主题|日期|发送时间") + r"\s*[:：]",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    _any_of(
        r"(?:full |first |last |student(?:'s)? |your )?name|date|class|grade|score|marks?|teacher|school|roll no|seat",
        r"student (?:id|number|no)|signature|signed",
        r"姓名|班级|学号|得分|日期|学校|考号|座号|分数|评分|年级|座位号|签名|成绩",
    )
    + r"\s*(?:[:：_.]|$|\s{2})",
    re.IGNORECASE,
)
_GREETING = re.compile(r"(?:dear|hello|hi|hey|good (?:morning|afternoon|evening))\b[^?]{0,40},", re.IGNORECASE)
_EXAM = re.compile(
    _any_of(
        r"\b(?:worksheet|exam|examination|test|quiz|homework|assignment|exercises?)\b",
        r"\b(?:answer|the following) (?:\w+ ){0,3}questions",
        r"试卷|练习|作业|测试|考试|测验|习题|[题卷]",
    ),
    re.IGNORECASE,
)


def is_sheet_instruction(sentence: str) -> bool:
    """Whether a sentence says how to deal with the sheet, and is no question wherever it stands."""
    return bool(_SHEET_INSTRUCTION.match(sentence) or _ZH_SHEET_INSTRUCTION.match(sentence))


def is_section(text: str) -> bool:
    """Whether a line heads a group of questions, or says how to answer them."""
    return bool(_SECTION.match(text) or _ZH_SECTION.match(text))


def judges_statements(heading: str) -> bool:
    """Whether the items below a heading are to be called true or false."""
    return _TRUE_FALSE.search(heading) is not None


def is_aside(text: str) -> bool:
    """Whether a line is an example, a hint or a note."""
    return _ASIDE.match(text) is not None


def is_answer(text: str) -> bool:
    """Whether a line is the room for an answer, or an answer."""
    return _ANSWER.fullmatch(text) is not None


def is_mail_head(text: str) -> bool:
    """Whether a line stands at the head of a letter: "Subject: ..."."""
    return _MAIL_HEAD.match(text) is not None


def is_greeting(text: str) -> bool:
    """Whether a line greets somebody: "Dear Ms. Porter,"."""
    return _GREETING.fullmatch(text) is not None


def is_personal(text: str) -> bool:
    """Whether a line is for the name, class or date of whoever fills in the sheet."""
    return _PERSONAL.match(text) is not None


def speaks_of_an_exam(text: str) -> bool:
    """Whether a text calls itself a worksheet, a test and the like."""
    return _EXAM.search(text) is not None
