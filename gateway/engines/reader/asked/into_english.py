"""A Chinese question put in English, for a page in English: the way of asking, and what it asks about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.engines.reader.asked.glosses import MEASURE, glossed
from gateway.engines.reader.page.evidence import Study

_MONEY = r"(?:多少钱|几块钱|几元|多少元|多少块钱?|(?<=[花付]了)多少$|(?<=[花付])多少$)"
_PAY = r"(?:还|一共|总共|需要|应该|应|要|得|会|该)*(?:付|交|花|收|缴|卖|值)?了?"
_UNITS = {
    "小时": "hour", "升": "litre", "公斤": "kg", "天": "day", "晚": "night",
    "年": "year", "月": "month", "人": "person",
}  # fmt: skip
_DAY = r"(?:什么时候|哪一?天|几号)(?:之前|前)?"
_LONG = r"(?:多久|多长时间|几天|几个小时|多少天|几周|几分钟|多少分钟)"
_WHO = re.compile(r"[师生长员东人客工手医任理导主役]$|大夫|护士|老板")
_SUMS = re.compile(r"^[^，,]{0,6}[款金费税钱价额租息]$")


@dataclass(frozen=True, slots=True)
class _Head:
    """How a Chinese question asks, and how an English one does: {} is what stands before, {after} what behind."""

    asked: re.Pattern[str]
    put: str
    bare: str = ""
    """How it is put where nothing is left to ask about."""


def _head(asked: str, put: str, bare: str = "") -> _Head:
    return _Head(re.compile(asked), put, bare)


_WHETHER_HEADS = (
    _head(
        r"(?:还|要不要|需不需要|需要|用|要|得)*(?:收费|要钱|收钱|花钱|付费|买票|付钱)(?:吗|么)",
        "is there a charge for {}",
    ),
    _head(r"(?:还|是|可以)?免费的?(?:吗|么)", "is {} free of charge"),
    _head(r"(?:可不可以|可以|能不能|能否|可否|能|准|允许)", "can i {after} {}"),
    _head(r"(?:要不要|需不需要|必须|需要|应该|得|用(?=.*吗)|要)", "do i have to {after} {}"),
    _head(r"有(?:没有)?", "is there {after} {}"),
    _head(r"是不是|是否|会不会|会|是|[吗么]$", "is {} {after}"),
)
_HEADS = (
    _head(
        r"(?:还要|还需要?|还得|还欠|还该|还应)(?:再)?(?:付|交)?多少钱?",
        "how much is the balance due {} {after}",
        "how much is the balance due",
    ),
    _head(
        rf"(?:每|一)(?P<unit>个?小时|升|公斤|斤|天|晚|件|个人|个|年|个?月|人){_PAY}{_MONEY}",
        "how much is {} {after} per {unit}",
    ),
    _head(
        rf"{_PAY}{_MONEY}(?:一|每)(?P<unit>个?小时|升|公斤|斤|天|晚|件|个人|个|年|个?月|人)",
        "how much is {} {after} per {unit}",
    ),
    _head(r"(?:会|要|被)*罚(?:款)?(?:多少钱?|几块钱?)", "how much is the charge for {} {after}"),
    _head(rf"退(?:回|还|给我)?{_MONEY}", "how much do i get back {} {after}"),
    _head(rf"{_PAY}{_MONEY}", "how much is the {} {after}", "what is the total"),
    _head(
        rf"(?:要|需要|得)?提前{_LONG}(?:到|来|去|办)",
        "how long before departure must {after} arrive {}",
        "how early must i arrive",
    ),
    _head(rf"(?:要|需要|得)?提前{_LONG}", "how much notice {after} {}", "how much notice"),
    _head(r"多久(?=.{0,4}一次)|几天一次|多长时间一次", "how often {} {after}"),
    _head(r"(?:几|多少)个?(?:小时|钟头)", "how many hours {} {after}"),
    _head(r"(?:几|多少)分钟", "how many minutes {} {after}"),
    _head(r"(?<!哪)(?:几|多少)天", "how many days {} {after}"),
    _head(r"(?:几|多少)个?月", "how many months {} {after}"),
    _head(r"(?:几|多少)年", "how many years {} {after}"),
    _head(r"(?:有|要|是)*(?:多长时间|多久|有多长|多长)", "how long is the {} {after}"),
    _head(
        r"最[晚迟]?(?:要|得)?(?:几点|什么时候|哪天|何时)|(?:几点|什么时候|哪天)(?:之前|以前|前)",
        "by when must {} {after}",
    ),
    _head(r"几点钟?", "what time {} {after}"),
    _head(r"星期几|礼拜几|周几|哪几天|哪些天", "which day {} {after}"),
    _head(r"(?:是|为)几号(?!楼|桌|车)", "what is the number of the {}"),
    _head(
        rf"{_DAY}(?:要|该|得|应该)*(?:上?交|交回)(?:作业|卷子?|给.+)$"
        r"|(?<=[业卷执表])(?:要|该)?(?:什么时候|哪一?天|几号)(?:之前|前)?(?:要|该|得|应该)*(?:上?交|交回)$",
        "when does {} have to be handed in",
        "when does it have to be handed in",
    ),
    _head(
        r"(?:什么时候|哪一?天|几号)(?:要|该|得|应该)*(?:上?交|付|缴)[钱费款]?$", "when is the {} due", "when is it due"
    ),
    _head(r"什么时候|什么时间|何时|哪一?天|几月几[号日]|几号(?!楼|桌|车)", "when {} {after}"),
    _head(r"住在?(?:哪里|哪儿|什么地方|哪)", "what is the address of the {}"),
    _head(r"在?(?:哪里|哪儿|什么地方|何处)", "where {} {after}"),
    _head(r"是谁的", "whose {after} is this {}"),
    _head(r"由?(?:谁|哪一?[位方])来?(?:付|支付|承担|出|负担|交|缴)", "who pays for {after} {}"),
    _head(r"由?(?:谁|哪一?位)来?负责", "who is responsible for {after} {}"),
    _head(r"(?:是|由)?(?:谁|哪一?位)来?", "who {} {after}"),
    _head(r"(?:叫|是)什么(?:名字|名称)$|叫什么$", "what is the name of the {}"),
    _head(r"是什么$", "what is the {}"),
    _head(r"为什么|为何", "why {} {after}"),
    _head(r"(?:几|多少)岁了?", "how old is the {} {after}"),
    _head(r"(?:有|是)?多少(?:平方米|平米)", "how many square metres {} {after}"),
    _head(r"多[大重高远宽]", "how big is the {} {after}"),
    _head(rf"几[{MEASURE}]", "how many {after} {}"),
    _head(r"(?:应该|该|要)?选(?:哪个|什么|哪一个)", "what is the answer to {}"),
    _head(r"(?:负责)?(?:付|承担|支付|交)(?:哪些|什么)费?用?", "what does {} pay for"),
    _head(r"(?:是|为|有)?多少$", "what is the {}"),
    _head(r"多少[个位名]?", "how many {after} {}"),
    _head(r"(?:要|该|应该|需要|得)*(?:做什么|怎么做|怎么办|干什么)", "what do i have to do {} {after}"),
    _head(r"几路(?:公交车|公交|车)?", "which bus {} {after}", "which bus"),
    _head(r"怎么样?|如何|怎样", "how {} {after}"),
    _head(rf"是?哪(?:些|一?[{MEASURE}])?(?:东西)?|是?什么(?:东西)?", "which {after} {}", "which one"),
)
_WHETHER = re.compile(r"[吗]$|(?<![什怎])么$|可不可以|能不能|要不要|需不需要|是不是|会不会|有没有|是否|能否|可否")
_CONDITION = re.compile(
    r"^(?P<case>[^，,]{2,}(?:的话|时候?|了|时))[，, ]|^(?:如果|要是|假如|若)(?P<case2>[^，,]+)[，, ]"
    r"|^(?P<case4>[^，,几哪谁什]+?)(?:的时候|时)(?=[会能可要怎])"
    r"|^(?P<case3>[^，,要]*不能[^，,要]{1,4})(?=要|怎么|会)"
)
_BEFORE = re.compile(r"^(?P<what>[^，,几哪谁什]{2,}?)(?:之前|以前|(?<![提之以])前(?!面|门|后|台|刹|轮|灯))[，,]?(?=\S)")
_DOING = re.compile(r"^(?:换|买|做|修|装|更换)(?:了|一?[个次])?(?=[\u3400-\u9fff]{2})")
"""What was done with a thing that has a price: the page names the thing alone."""
_PAID_BY = re.compile(
    r"用(?P<means>(?:支票|支付宝|[^付支吗])+?)(?:来)?(?:付款|支付|付钱|付|结账|买单|缴费)"
    r"|(?<=[能以])刷(?P<card>卡|信用卡)"
)
_ROUTE = re.compile(r"从(?P<start>[^从]+?)(?:开往|前往|到|回|去|至|往)(?P<end>.+?)(?=的|要|几|坐|多|$|什么时候)")
_LEAVES = re.compile(r"从(?P<start>[^从]+?)(?:出发|开出|开船|发车|启航|起飞|开|走)$")
_REACHES = re.compile(r"(?:到达|抵达|到)(?P<end>[^达]+)$")


def english_question(study: Study, text: str) -> str | None:
    """`text` in English, or None when a word of it is not known: then nothing of the page can answer it."""
    asked = re.sub(r"[?？。!！,，、\s]+$", "", text.strip())
    tail: list[str | None] = []
    case = _CONDITION.search(asked)
    if case is not None:
        tail.append(_led(study, "if", case["case"] or case["case2"] or case["case3"] or case["case4"]))
        asked = asked[case.end() :]
    before = _BEFORE.search(asked)
    if before is not None:
        tail.append(_led(study, "before", before["what"]))
        asked = asked[before.end() :]
    by_means = _PAID_BY.search(asked)
    if by_means is not None:
        tail.insert(0, _led(study, "pay by", by_means["means"] or "卡"))
        asked = asked.replace(by_means[0], "")
    asked = re.sub(r"[，,。]", " ", asked)
    asked, a_not_a = re.subn(r"(?<![不])([\u3400-\u9fff])不\1(?!以)", r"\1", asked)
    asked = f"{asked}吗" if a_not_a and not asked.endswith("吗") else asked
    whether = a_not_a > 0 or _WHETHER.search(asked) is not None
    head = next((head for head in (_WHETHER_HEADS if whether else _HEADS) if head.asked.search(asked)), None)
    found = head.asked.search(asked) if head is not None else None
    if head is None or found is None:
        return None
    first, last = asked[: found.start()], asked[found.end() :]
    if "how much" in head.put:
        first = _DOING.sub("", first)
    if not whether:
        first, last, ways = _journey(study, first, last)
        tail += ways
    return _put(study, head, first, last, tail, found["unit"] if "unit" in found.groupdict() else "")


def _put(study: Study, head: _Head, first: str, last: str, tail: list[str | None], unit: str = "") -> str | None:
    before, after = glossed(study, first), glossed(study, last)
    if before is None or after is None or None in tail:
        return None
    said = f"{before}{after}{''.join(filter(None, tail))}"
    if not said.strip():
        return f"{head.bare}?" if head.bare else None
    put = _fitting(head.put, before, after, (first, last), tail)
    if "{unit}" in put:
        put = put.replace("{unit}", _UNITS.get(unit.removeprefix("个"), "piece"))
    text = put.replace("{after}", after).replace("{}", before)
    text = re.sub(r"\b(\w+)( +\1\b)+", r"\1", text)
    return re.sub(r"\s+", " ", f"{text} {' '.join(filter(None, tail))}").strip() + "?"


def _fitting(put: str, before: str, after: str, parts: tuple[str, str], tail: list[str | None]) -> str:
    """The way of asking that fits what is asked about: of a person "who is", of money "how much"."""
    if put.startswith("what is the name of") and _WHO.search(re.sub(r"[的是叫\s]+$", "", parts[0])):
        return "who is the {}"
    if put.startswith("how many {after}") and _SUMS.search(parts[1].strip()):
        return "how much {after} {}"
    if put == "which {after} {}" and not after and before:
        return "what should i {}"
    if put.startswith("how long is") and not (before + after).strip():
        return "how long does it take"
    if put.startswith("how long is") and any(way and way.startswith("from ") for way in tail):
        return "how long does the {} take"
    if put in ("when {} {after}", "where {} {after}", "who {} {after}") and not after:
        return put.replace("{}", "is the {}")
    return put


def _led(study: Study, word: str, text: str) -> str | None:
    said = glossed(study, text)
    return f"{word} {said}" if said else said


def _journey(study: Study, first: str, last: str) -> tuple[str, str, list[str | None]]:
    """The parts of a question without the journey it names, and the journey in English."""
    ways: list[str | None] = []
    route = _ROUTE.search(first)
    if route is not None:
        ways += [_led(study, "from", route["start"]), _led(study, "to", route["end"])]
        first = first.replace(route[0], " ")
    elif (leaves := _LEAVES.search(last)) is not None or (leaves := _LEAVES.search(first)) is not None:
        ways.append(_led(study, "leave", leaves["start"]))
        first, last = first.replace(leaves[0], " "), last.replace(leaves[0], " ")
    elif (reaches := _REACHES.search(last)) is not None:
        ways.append(_led(study, "reach", reaches["end"]))
        last = last.replace(reaches[0], " ")
    return first, last, ways
