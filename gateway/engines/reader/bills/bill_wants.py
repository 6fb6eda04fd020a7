"""What a question on a bill wants: the kind of answer, and what it must be about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.words.meanings import Meant, meant_by, term_names

Want = Literal[
    "money", "count", "date", "time", "due", "duration", "person", "code", "phone", "place", "percent", "any"
]

UNITS = frozenset(
    "hour hr litr kilo kg kilogram litre liter bottl box pack packet piec bag roll bundl pair set pound gram mil bundle"
    " tin jar can sheet metr loaf portion gallon carton tub tube copi night day week mor bit lot bottle".split()
)
"""Words for a piece of something, which a bill need not repeat."""
_WANTS: tuple[tuple[Want, re.Pattern[str]], ...] = (
    (
        "due",
        re.compile(
            r"\b(?:by (?:what date|which date|when|what day)|when|(?:what|which) (?:date"
            r"|day)|latest|deadline|how long do (?:i|we)"
            r"|how (?:soon|quickly)|how many days)\b.*\b(?:pay|paid by|due|payment|settle|owe)\b(?! (?:by|with|in) )"
            r"|\bdue date\b|\bpayment (?:deadline|due)\b"
            r"|(?:什么时候|哪天|几号|何时|最晚|最迟|多久|几天).{0,6}(?:付清|付款|付钱|要付"
            r"|缴|交钱|还款|支付|付掉)|(?:付款|支付|缴费)(?:期限|截止|的?最后)"
            r"|到期日",
            re.IGNORECASE,
        ),
    ),
    (
        "percent",
        re.compile(
            r"\bwhat (?:percent\w*|rate)\b|\b(?:tax|vat) rate\b|\brate of (?:tax|vat)\b"
            r"|\bhow many percent|百分之|税率|几个点|几折",
            re.IGNORECASE,
        ),
    ),
    (
        "duration",
        re.compile(
            r"\bhow long\b|\bhow many (?:days|months|years|weeks|hours) (?:is|are|do|does"
            r"|of (?:the )?(?:warranty|guarantee))\b|多久|多长时间|几年|几个月|几天|多少天"
            r"|期限",
            re.IGNORECASE,
        ),
    ),
    ("time", re.compile(r"\bwhat time\b|\bat what (?:time|hour)\b|几点", re.IGNORECASE)),
    (
        "date",
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:date|day)\b|\b(?:date|dated)\b|什么时候|哪天"
            r"|哪一天|几号(?![收柜桌台机枪楼])|何时|日期|什么日子|几月",
            re.IGNORECASE,
        ),
    ),
    (
        "phone",
        re.compile(
            r"\bphone|\btelephone\b|\bwhat number (?:can|do|should) i (?:call|ring)"
            r"|\bhotline\b|电话|热线",
            re.IGNORECASE,
        ),
    ),
    (
        "person",
        re.compile(
            r"\bwho\b|\bwhose\b|\bname of the (?!store|shop|company|item|product|bill)"
            r"|\b(?:cashier|mechanic|technician|doctor|pharmacist|customer|patient|member"
            r"|owner)(?:'s)? name\b|谁|哪位|叫什么(?:名字)?|姓什么|名字",
            re.IGNORECASE,
        ),
    ),
    (
        "money",
        re.compile(
            r"\bhow much\b|\b(?:price|cost|costs|charge|charged|charges|fee|amount|total"
            r"|subtotal|balance|deposit)\b|\bhourly\b|\brate\b|[花付交]了?多少|\bwhat (?:do"
            r"|must|did|should) (?:i|we) (?:have to |need to )?(?:pay|owe)\b|多少钱|贵多少"
            r"|便宜多少|差多少|多少元|几块钱?|几元|多少块|单价|价格|金额|费用",
            re.IGNORECASE,
        ),
    ),
    (
        "code",
        re.compile(
            r"\b(?:number|no|id|code|registration|plate)\b|号码?(?:是|为)?(?:多少|什么)|编号"
            r"|单号|车牌|[票卡据单水]号(?:码)?(?:是|为)?(?:多少|什么|几)",
            re.IGNORECASE,
        ),
    ),
    ("count", re.compile(r"\bhow many\b|\bquantity\b|几[^号点天年月折个]|几个(?!月)|多少(?!钱|元|块)", re.IGNORECASE)),
    ("place", re.compile(r"\bwhere\b|\baddress\b|\blocat|哪里|哪儿|地址|什么地方|在哪", re.IGNORECASE)),
)
_TRIGGERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "insurance balance",
        re.compile(
            r"(?<!\d)卡(?:里|内|上|中)?面?(?:现在)?(?:还|剩|余).{0,6}(?:多少|几|余额)|卡(?:里|内|上)?的?余额"
            r"|\b(?:left|remain\w*|balance) (?:on|in) (?:the|my|his|her|this) (?:\w+ )?card\b|\bcard balance\b",
            re.IGNORECASE,
        ),
    ),
    ("attendant", re.compile(r"谁.{0,3}加的?油|加油的是谁|\bwho (?:filled|pumped)\b", re.IGNORECASE)),
    (
        "balance",
        re.compile(
            r"\b(?:still|left|remaining|outstanding)\b.{0,20}\b(?:pay|paid|owed?|due)\b"
            r"|还(?:要|需要?|欠|差|得|剩)(?:再)?(?:付|给|交|补|多少(?!积分))",
            re.IGNORECASE,
        ),
    ),
    (
        "mechanic",
        re.compile(
            r"\bwho\b.{0,20}\b(?:work(?:ed)?|repair(?:ed)?|fix(?:ed)?|service[ds]?"
            r"|carried out|did (?:it|the)|install(?:ed)?|handled|perform\w+)\b|谁.{0,4}(?:修"
            r"|换|装|做)",
            re.IGNORECASE,
        ),
    ),
    (
        "cashier",
        re.compile(
            r"\bwho (?:served|serve|rang|checked|took (?:my|the) (?:payment|money|order)"
            r"|was (?:the )?(?:on |at |behind )?the (?:till|register|checkout|counter))\b"
            r"|谁.{0,3}(?:收(?:的|银|钱|款)|结账|接待|服务)",
            re.IGNORECASE,
        ),
    ),
    (
        "customer",
        re.compile(
            r"\bwho (?:is|was) (?:the |this )?(?:bill|invoice|it|receipt) (?:addressed "
            r"|made out |for|to)|\bwho (?:is|was) (?:billed|charged)\b|\bwho owns\b"
            r"|\bowner\b|\bbelongs? to\b|\bwhose (?:car|bill|invoice|house|roof)\b|(?:开|写|发)给谁"
            r"|谁的(?:车|账单|单子)",
            re.IGNORECASE,
        ),
    ),
    (
        "date",
        re.compile(
            r"\b(?:when|what day|what date|which day)\b.{0,30}\b(?:bought|buy|purchased?"
            r"|sold|issued|dated|shop|shopping|(?:at|in) the (?:shop|store|supermarket"
            r"|restaurant|pharmacy)|visit|get this|printed|written)\b|\bdate (?:of"
            r"|on) (?:the |this )?(?:receipt|invoice|bill|purchase)|(?:什么时候|哪天|哪一天"
            r"|几号(?![收柜桌台机枪楼])|何时|几月几号).{0,5}(?:买|购|消费|开的|去的|结账"
            r"|交易)|(?:购买|消费|购物)(?:日期|时间)",
            re.IGNORECASE,
        ),
    ),
    (
        "time",
        re.compile(
            r"\b(?:what time|what hour)\b.{0,12}\b(?:bought|buy|purchased?|sold|printed"
            r"|issued|shop|pay|paid|receipt)\b|几点.{0,6}(?:买|购|结的?账|消费|付|开的|交易)",
            re.IGNORECASE,
        ),
    ),
    (
        "deposit",
        re.compile(
            r"\balready (?:been )?paid\b|\bpaid (?:in advance|already|so far|up front)\b"
            r"|已经?付了?多少|预付了?多少|先付了?多少",
            re.IGNORECASE,
        ),
    ),
    (
        "date in",
        re.compile(
            r"\b(?:when|what day|what date|which day)\b.{0,14}\b(?:br(?:ing|ought)|take|took"
            r"|taken|drop(?:ped)?|hand(?:ed)?|arrive|come|came|go|went)\b.*\b(?:in|off|over"
            r"|car|garage|shop|to)\b|(?:什么时候|哪天|几号).{0,4}(?:送修|送来|送去|进厂"
            r"|送进)",
            re.IGNORECASE,
        ),
    ),
    (
        "date out",
        re.compile(
            r"\b(?:when|what day|what date|which day)\b.{0,24}\b(?:ready|finished|picked up"
            r"|pick up|collect(?:ed)?|get .* back|returned|completed|repaired|fixed)\b"
            r"|(?:什么时候|哪天|几号).{0,5}(?:修好|取车|完工|取回|取件)",
            re.IGNORECASE,
        ),
    ),
    ("change", re.compile(r"\b(?:get|got|given|give|receive) (?:\w+ ){0,3}back\b|\bhow much change\b", re.IGNORECASE)),
    ("phone", re.compile(r"\bwhat number (?:can|do|should) i (?:call|ring)\b", re.IGNORECASE)),
    (
        "address",
        re.compile(
            r"\bwhere (?:is|are|was) (?:the |this |their |your )?(?:\w+ )?(?:shop|store"
            r"|garage|pharmacy|restaurant|supermarket|company|firm|workshop|it)\b|(?:店|超市"
            r"|药店|公司|餐厅|饭店|修理厂|车行)(?:在哪|的?地址|开在)",
            re.IGNORECASE,
        ),
    ),
    (
        "site",
        re.compile(
            r"\b(?:where|at (?:which|what) address|address where)\b.{0,10}\b(?:work|job"
            r"|repair|service)\w*\b|\baddress (?:of|for) the (?:work|job|repair)\b|(?:在哪"
            r"|哪里|哪儿).{0,3}(?:施工|修的|维修的)|施工(?:地|在)",
            re.IGNORECASE,
        ),
    ),
    (
        "work date",
        re.compile(
            r"\b(?:when|what days?|which days?|what dates?|on (?:which|what) (?:days?"
            r"|dates?))\b.{0,14}\b(?:work|job|repairs?|serviced)(?: was| were| got"
            r"| been)? ?(?:done|carried|performed|take|completed|happen)?|(?:什么时候|哪天"
            r"|哪几天|几号).{0,3}(?:施工|干的|做的|修的|上门)",
            re.IGNORECASE,
        ),
    ),
    (
        "discount",
        re.compile(
            r"\bhow much .{0,12}\b(?:saved?|taken off|knocked off|discount\w*)\b|(?:省|便宜"
            r"|优惠|减|打折)(?:下|掉)?了?(?:多少|几)",
            re.IGNORECASE,
        ),
    ),
    (
        "fault",
        re.compile(
            r"\bwhat (?:was|is) wrong\b|\bwhat (?:was|is) the (?:problem|fault|complaint)\b"
            r"|\bwhy (?:was|did) .* (?:brought|bring|taken|take)\b|(?:什么|哪里)(?:毛病|问题"
            r"|故障)|坏了",
            re.IGNORECASE,
        ),
    ),
)
"""Pieces of questions that mean something without its label."""
_ALONE = frozenset(
    (
        "mechanic",
        "cashier",
        "fault",
        "date in",
        "date out",
        "work date",
        "site",
        "balance",
        "change",
        "insurance balance",
        "attendant",
    )
)
"""Labels of which a bill has one: whatever else the question says is about it."""
_WANT_OF: dict[str, Want] = {
    "insurance balance": "money",
    "attendant": "person",
    "fault": "any",
    "mechanic": "person",
    "cashier": "person",
    "customer": "person",
}
_ASKS_PRICE = re.compile(r"\W*(?:how much\b|what (?:did|does|do|was|is|were)\b.*\b(?:cost|price|pay)\b)", re.IGNORECASE)
_IN_THE_END = re.compile(r"\bin the end\b", re.IGNORECASE)
_SOFT = frozenset("number date time day")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted."""

    want: Want
    meant: Meant
    """Of the whole question."""
    required: tuple[str, ...]
    """What a place must speak of, to be about what was asked."""
    triggered: str
    """The label that the question asks for without naming it; empty when it names one, or none."""


def wanted_of(question: Question) -> Wanted:
    """What `question` wants."""
    text = _IN_THE_END.sub(" ", question.text)
    want: Want = next((kind for kind, form in _WANTS if form.search(text)), "any")
    want = "money" if want == "date" and _ASKS_PRICE.match(text) else want
    triggered = next((name for name, form in _TRIGGERS if form.search(text)), "")
    want = _WANT_OF.get(triggered, want)
    meant = meant_by(text)
    rest = meant
    if triggered:
        form = next(form for name, form in _TRIGGERS if name == triggered)
        rest = meant_by(form.sub(" ", text))
        swallowed = form.search(text)
        things = meant_by(swallowed[0]).keys & term_names() if swallowed and triggered == "date" else frozenset()
        rest = meant_by(" ".join((form.sub(" ", text), *things)))
    words = [word for word in rest.all if word not in _SOFT]
    words = [word for word in words if word != "total"] or words
    if triggered in _ALONE:
        words = []
    if "insurance account" in words and re.search(r"还有|还剩|余额|\bleft\b", text):
        words = ["insurance balance"]
    if {"points", "expiry"} <= set(words):
        words = ["points expiry", *(word for word in words if word not in ("points", "expiry"))]
    required = tuple(word for word in words if word not in UNITS) or (() if triggered else tuple(words))
    return Wanted(want, meant, required, triggered)
