"""Which of several documents somebody means by what he calls it. Never one of two that fit equally well.

matching(["invoice-march.pdf", "letter.png"], "the letter from the bank")  # ("letter.png",)
matching(["invoice-1.png", "invoice-2.png"], "the invoice")                # both: it must be asked which
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePath

from text.passages import stem
from text.script import has_ideographs

ALIKE = 0.8
"""How alike a misheard word must be, as difflib measures it."""

_KINDS = (
    "invoice bill 发票 账单",
    "letter 信 信件 来信",
    "form application 表 表格 申请表",
    "notice announcement 通知 公告",
    "receipt 收据 小票 收条",
    "contract agreement lease 合同 协议 租约",
    "report 报告",
    "recipe 菜谱 食谱",
    "menu 菜单",
    "timetable schedule 时刻表 时间表 课程表 日程",
    "worksheet exam test exercise 练习 试卷 作业 考卷",
    "email mail 邮件",
    "statement 对账单 结单",
    "certificate 证书 证明",
    "ticket 票",
    "manual 说明书 手册",
    "note notes 笔记 便条",
    "warranty 保修",
    "minutes 会议记录",
    "list 清单 列表",
    "article newsletter 文章",
    "resume cv 简历",
    "essay 作文",
    "policy 保单",
    "quote 报价 报价单",
)
"""Kinds of document, each by its names."""
_KIND_OF = {stem(name): number for number, names in enumerate(_KINDS) for name in names.split()}
_ZH_KINDS = sorted((name for name in _KIND_OF if has_ideographs(name)), key=len, reverse=True)

_GENERIC = frozenset(
    "document documents file files paper papers page pages picture photo scan image attachment one ones the a an my our"
    " your this that these those its it called named number please other".split()
)
_ZH_GENERIC = re.compile(r"文件|文档|资料|图片|照片|附件|那|这|我的|的|份|张|封|个|一下|所有|全部")
_ORDINALS = {
    word: number
    for number, words in enumerate(
        ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh", "eighth", "ninth"),
        1,
    )
    for word in words.split()
}
_NUMBERS = {
    word: str(number) for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_ZH_ORDINAL = re.compile(r"(?:第([一二三四五六七八九十]|\d{1,2})|(最后))(?:一?[个份张封])?")
_ZH_DIGITS = "一二三四五六七八九十"
_ASIDE = re.compile(r"\s(?:from|of|about|for|with|by|in|regarding)\s")
_WORD = re.compile(r"[a-z]+|\d+")
_GENERIC_NOUN = re.compile(r"\b(?:documents?|files?|papers?|attachments?|scans?)\b|文件|文档|资料|附件")


@dataclass(frozen=True, slots=True)
class _Meant:
    """What was said of a document."""

    words: tuple[str, ...]
    """Of the name itself; each must fit."""
    more: tuple[str, ...]
    """Behind "from", "of", "about": these decide between equals."""
    ordinal: int | None
    """From 1; -1 for the last."""
    whole: str
    """All of it without spaces, for words that were heard apart: "work sheet"."""


def matching(attached: Sequence[str], said: str) -> tuple[str, ...]:
    """The documents that `said` fits best: one, several between which it does not decide, or none."""
    spelled = said.strip().casefold()
    exact = tuple(name for name in attached if spelled in (name.casefold(), PurePath(name).stem.casefold()))
    if len(exact) == 1:
        return exact
    meant = _meant(said)
    fitting = list(attached)
    if meant.words:
        scores = {name: _score(name, meant) for name in attached}
        best = max(scores.values(), default=0.0)
        fitting = [
            name for name in attached if best > 0 and (scores[name] == best or (meant.ordinal and scores[name] > 0))
        ]
    elif meant.ordinal is None and not _GENERIC_NOUN.search(said.lower()):
        return ()
    if meant.ordinal is not None:
        place = meant.ordinal - 1 if meant.ordinal > 0 else len(fitting) - 1
        return (fitting[place],) if 0 <= place < len(fitting) else ()
    return tuple(fitting)


def named(attached: Sequence[str], typed: str) -> tuple[str, ...]:
    """The documents whose name is `typed`, or begins with it, or holds it; else those that `matching` gives."""
    wanted = typed.casefold().strip()
    if not wanted:
        return ()
    folded = {name: name.casefold() for name in attached}
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = tuple(name for name in attached if fits(folded[name], wanted))
        if found:
            return found
    return matching(attached, typed)


def names_a_kind(said: str) -> bool:
    """Whether `said` speaks of documents at all, attached or not: "the contract", "that file"."""
    lowered = said.lower()
    return bool(_GENERIC_NOUN.search(lowered)) or any(word in _KIND_OF for word in _words(_ASIDE.split(lowered)[0]))


def _meant(said: str) -> _Meant:
    lowered = said.lower().replace(" dot ", ".")
    ordinal = None
    if found := _ZH_ORDINAL.search(lowered):
        number = found[1]
        ordinal = -1 if found[2] else int(number) if number.isdecimal() else _ZH_DIGITS.index(number) + 1
        lowered = lowered.replace(found[0], "", 1)
    head, *rest = _ASIDE.split(lowered)
    words: list[str] = []
    whole = ""
    for word in _plain_words(head):
        if word in _ORDINALS:
            ordinal = _ORDINALS[word]
        elif word == "last":
            ordinal = -1
        else:
            words.append(_NUMBERS.get(word, stem(word)))
            whole += _NUMBERS.get(word, word)
    if len(words) == 1 and words[0].isdecimal() and re.search(r"\b(?:document|file|number|paper)\b", lowered):
        ordinal, words = int(words[0]), []
    return _Meant(tuple(words), tuple(word for part in rest for word in _words(part)), ordinal, whole)


def _words(text: str) -> list[str]:
    """The words that tell documents apart, English ones by their stems."""
    return [stem(word) for word in _plain_words(text)]


def _plain_words(text: str) -> list[str]:
    latin = [word for word in _WORD.findall(text.replace("'s", "")) if word not in _GENERIC]
    chinese: list[str] = []
    for run in re.findall(r"[\u3400-\u9fff]+", _ZH_GENERIC.sub(" ", text)):
        chinese += _chinese_words(run)
    return latin + chinese


def _chinese_words(run: str) -> list[str]:
    """A kind of document and what stands around it: 停水通知 is 停水 and 通知."""
    for kind in _ZH_KINDS:
        before, found, after = run.partition(kind)
        if found:
            return [*([before] if before else []), kind, *([after] if after else [])]
    return [run]


def _score(name: str, meant: _Meant) -> float:
    """How well a document's name fits; 0 when a word of what was said does not."""
    path = PurePath(name.lower())
    own = [*_name_words(name), path.suffix.removeprefix(".")]
    spelled = "".join(re.findall(r"[^\W_]", path.stem))
    if SequenceMatcher(None, meant.whole, spelled).ratio() >= 0.9:
        fits = [1.0] * len(meant.words)
    else:
        fits = [_fit(word, own, spelled) for word in meant.words]
    if not fits or not all(fits):
        return 0.0
    extension = (
        1.0 if path.suffix and path.suffix[1:] in meant.words and meant.whole == spelled + path.suffix[1:] else 0.0
    )
    return sum(fits) / len(fits) + extension + sum(_fit(word, own, spelled) > 0 for word in meant.more)


def _name_words(name: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"\.\w{1,5}$", "", name))
    return _words(parted.lower().replace("_", " "))


def _fit(word: str, own: Sequence[str], spelled: str) -> float:
    """1 for the same word, less for one of the same kind, and for one that was misheard; 0 for another."""
    if word in own or (has_ideographs(word) and word in spelled):
        return 1.0
    if word in _KIND_OF and any(_KIND_OF.get(other) == _KIND_OF[word] for other in own):
        return 1.0
    alike = (
        SequenceMatcher(None, word, other).ratio()
        for other in own
        if len(word) > 3 and len(other) > 3 and not (word in _KIND_OF and other in _KIND_OF)
    )
    return 0.5 if max(alike, default=0.0) >= ALIKE else 0.0
