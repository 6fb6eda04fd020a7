"""Chinese follow-up questions made whole with the question before: 那税呢, 在哪里, 那苹果呢."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.engines.reader.asked.analysis import analyse
from text.script import has_ideographs

LONGEST_TAIL = 2
"""Characters behind a question word that are only its verb: 什么时候交."""

_LEAD = re.compile(r"^(?:那么|那|还有|以及|和|然后|另外)[，,]?(?![个份张种位天里])")
_ASKING = re.compile(
    r"什么时候|什么时间|什么地方|几点钟?|几号(?![楼桌房线门])|哪一?天|星期几|何时|在?哪里|在?哪儿|在哪(?!个|些|家|位)"
    r"|多少钱|多长时间|多久|多少|为什么|怎么样|怎么|谁|哪[个些家位间种]|什么|几[个位名张本只次份盒瓶条]"
)
_COMPLETE = re.compile(r"什么|谁|哪|几|多少|吗|怎么|为何|是否|(.)不\1")
_ASKED_AGAIN = re.compile(
    r"(?:是|到|从)?(?:在)?(?:什么时候|什么时间|几点钟?|几号|哪一?天|星期几|何时|在?哪里|在?哪儿|在哪|什么地方|哪个地方|几楼"
    r"|哪个房间|哪间|多少钱|多长时间|多久|为什么|几[个位份]|多少)(?P<tail>开始|结束|[\u3400-\u9fff]{1,2}(?<!的))?"
)
"""A question word alone, or with its verb: it asks for another side of what the question before was about."""
_WHEN = re.compile(r"(?:是|在)?(?:什么时候|什么时间|哪一?天|几号|何时)")
_LINK = re.compile(r"(?:是|在|要|(?<![大开长晚聚展动])会|将|的|从|到|有|于|需要|应该|得)+$")
_OPENING = re.compile(r"^(?:请问|这个|那个|这份|那份)+")
_NO_THING = re.compile(r"^(?:一共|总共|我们?|你们?|他们?|它|这|那|最|大概|到底)*$|[了过着]$|[我你您他她它]")
"""What stands before a question word and is nothing that could be spoken of again."""
_ATTRIBUTE = re.compile(r"(?:单价|数量|金额|价格|价钱|总价|原价|地点|时间|规格|型号|重量|费用)")
"""Sides that a thing has, and that a document has many of."""
_SIDE = re.compile(r"的?(?:日期|时间|地点|地址)$")
_SAME_SORT = tuple(map(re.compile, (r"第[一二三四五六七八九十\d]+", r"(?:星期|周|礼拜)[一二三四五六日天末]", r"\d+")))
_OBJECT = re.compile(r"^(?:能|可以)?(?:到|去|往|给|在)(?P<object>[\u3400-\u9fff]{2,})")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, taken apart around its question word."""

    thing: str
    """What it is about; empty for none, as in 一共多少钱."""
    rest: str
    """From its link to the end: 是什么时候."""
    tail: str
    """Behind the question word."""


def completed_chinese(question: str, previous: str) -> tuple[str, ...]:
    """What `question` may mean after `previous`, the likeliest first; itself when it is whole."""
    text = question.strip(" ?？。！")
    bare = _LEAD.sub("", text)
    led, ended = bare != text, bare.endswith("呢")
    bare = bare.removesuffix("呢")
    if not bare:
        return (question,)
    if again := _ASKED_AGAIN.fullmatch(bare):
        return (_asked_again(bare, again["tail"] or "", previous),)
    if _COMPLETE.search(bare) or not (led or ended):
        return (bare if led else question,)
    alone = f"{bare}是什么"
    return tuple(dict.fromkeys((_substituted(bare, previous) or alone, alone)))


def _asked_again(bare: str, tail: str, previous: str) -> str:
    if tail and analyse(bare).field is not None:
        return bare
    if _WHEN.fullmatch(bare) and _WHEN.search(previous):
        return previous
    asked = _taken_apart(previous)
    of_amount = (field := analyse(previous).field) is not None and "money" in field.kinds
    if asked.thing and (tail or not of_amount):
        return f"{asked.thing}{bare}"
    if _WHEN.fullmatch(bare) and not tail and has_ideographs(previous):
        return f"日期{bare}"
    return bare


def _substituted(bare: str, previous: str) -> str:
    """`previous` with `bare` in the place of its like; empty where there is none."""
    if not has_ideographs(previous):
        return ""
    asked = _taken_apart(previous)
    if asked.thing and _ATTRIBUTE.fullmatch(bare):
        return f"{asked.thing.partition('的')[0]}的{bare}是多少"
    field = analyse(bare).field
    if field is not None and not analyse(bare).required:
        return ""
    for pattern in _SAME_SORT:
        new, old = pattern.search(bare), pattern.search(previous)
        if new and old:
            return previous.replace(old[0], new[0])
    if aim := _OBJECT.match(asked.tail):
        return previous.replace(aim["object"], bare)
    owner, of, side = asked.thing.rpartition("的")
    if of and owner:
        return f"{bare}的{side}{asked.rest}"
    if asked.thing and asked.rest:
        return f"{bare}{asked.rest}"
    targets: Sequence[str] = [concept.asked for concept in analyse(previous).required]
    target = targets[-1] if targets else analyse(previous).field_words
    return previous.replace(target, bare) if target and target in previous else ""


def _taken_apart(question: str) -> _Asked:
    text = _OPENING.sub("", _LEAD.sub("", question.strip(" ?？。！")))
    found = _ASKING.search(text)
    if found is None:
        return _Asked("", "", "")
    before, tail = text[: found.start()], text[found.end() :]
    thing = _LINK.sub("", before)
    if not _NO_THING.search(thing):
        return _Asked(_SIDE.sub("", thing), text[len(thing) :], tail)
    # 买了几个苹果: what is asked about stands behind
    return _Asked(tail if len(tail) > 1 and re.match(r"几|多少", found[0]) else "", "", tail)
