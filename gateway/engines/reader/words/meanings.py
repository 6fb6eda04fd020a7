"""What a text of a bill speaks of: its words by meaning, so that 雨刮片 meets "wiper blade" and "labour" meets 工时.

A word that no meaning lists stands for itself: an English one by its stem, a Chinese one by the run it stands in,
which is found in a longer one ("鸡蛋" in "农家鲜鸡蛋").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from gateway.engines.reader.words.trade_words import ATTRIBUTES, LABELS, TERMS
from gateway.engines.reader.words.wording import tokens_of
from text.passages import stem
from text.script import has_ideographs

RUN_SHARE = 0.6
"""So much of a Chinese run must stand in a place that is said to hold it; a misread sign is forgiven."""
SHORTEST_RUN = 2
_SILENT = frozenset(
    stem(stem(word))
    for word in """
    a about according all also am an and any are as at be been being bill both buy bought by can charge charged cost
    costs could date day did do document does done each euro euros every find for from get gets give given go got had
    has have having he her here his how i if in invoice is it item items its just know long made make many may me
    might money mr mrs ms much must my need no now number of on one only or our out over paid pay per please pound
    pounds dollar dollars price purchase purchased put receipt s say shall she should show so some spend spent stand
    still store supermarket shop garage firm company restaurant pharmacy t take taken tell than that the their them then
    there these they thing things this those through time to total towards up us use used was we well were what when
    where which who whom whose why will with within work worked would written you your exactly altogether together
    name fee amount unit single separate separately actually sum product article goods called page say says it's
    happened car order whole different listed bought sold sell medicine drug drugs tablet roof repair repaired roofer
    roofing
    most expensive dearest cheapest least highest lowest first last after before during until line come comes eat
    ate eaten dine dined
    """.split()
)
"""English words that say nothing of what is looked for on a bill, because all of it is about them."""
_SILENT_ZH = tuple(
    sorted(
        """
        请问 请 告诉 一下 这次 这张 这个 这些 那个 我们 你们 他们 我 你 您 他 她 它 什么时候 什么 多少钱 多少
        哪里 哪儿 哪个 哪些 哪天 哪一天 哪一个 哪种 哪样 哪位 哪 几号 几点 几个 几盒 几瓶 几袋 几件 几斤 几公斤
        几天 几年 几个月 几次 几种 几 谁 怎么 为什么 是不是 有没有 能不能 可不可以 需不需要 要不要 是否 可以 能
        会 吗 呢 吧 啊 的 了 是 在 有 和 与 跟 及 一共 总共 加起来 全部 单价 价格 价钱 售价 金额 数量 费用 一盒
        一瓶 一袋 一件 一斤 一公斤 一个 一包 一支 一提 一块 每 买 卖 花 付 支付 给 要 用 叫 名字 号码 小票 收据
        发票 账单 单子 上面 上 里 店里 超市 药店 餐厅 饭店 商店 东西 商品 东东 物品 药品 药 菜 项目 样 项 种 件
        个 这 那 都 还 就 也 最贵 最便宜 最多 最少 最高 最低 最 钱 元 块 共 多久 多长时间 被 把 从 对 为 至 到
        后 前 时 中 下 过 得 来 去 做 修理 维修 修 这家 这里 店 车 汽车 换的 更换 换了 时间 日期 号 应该 应 一
        两 二 三 四 五 天 日 年 月 先 按 连着 日子 总的 花费 消费 购买 分别 最先 最早 按说明 说明 结账 结的账
        买单 瓶 盒 袋 包 斤 公斤 支 写着 写 显示 记录 了吗 怎样 本次 实际 到底 最后 最终 多少升
        几升 收费 今天 已经 多 少 比
        """.split(),
        key=len,
        reverse=True,
    )
)
_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Meant:
    """What a text speaks of."""

    keys: frozenset[str]
    """Meanings, and stems of English words that have none."""
    runs: tuple[str, ...]
    """Chinese that has none."""
    text: str
    """Lower case."""

    @property
    def all(self) -> tuple[str, ...]:
        """Both."""
        return (*sorted(self.keys), *self.runs)

    def says(self, wanted: str) -> bool:
        """True when this text holds what another speaks of."""
        if not has_ideographs(wanted):
            return (
                wanted in self.keys
                or any(_akin(wanted, key) for key in self.keys)
                or any(shared_run(form, self.text) >= len(form) - 1 for form in _long_names().get(wanted, ()))
            )
        return shared_run(wanted, self.text) >= max(SHORTEST_RUN, RUN_SHARE * len(wanted))


def _akin(one: str, other: str) -> bool:
    """One long word that begins the other: "installation" and "install"."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 5 and long.startswith(short) and " " not in long


def shared_run(run: str, text: str) -> int:
    """How many signs of `run` stand in `text` together, one misread among them forgiven."""
    best = 0
    for length in range(len(run), 0, -1):
        if any(run[at : at + length] in text for at in range(len(run) - length + 1)):
            best = length
            break
    if best < len(run) >= 4:
        for at in range(1, len(run) - 1):
            if re.search(re.escape(run[:at]) + "." + re.escape(run[at + 1 :]), text):
                return len(run) - 1
        if run[1:] in text:
            return len(run) - 1
    return best


@lru_cache(maxsize=8192)
def meant_by(text: str) -> Meant:
    """What `text` speaks of."""
    keys: set[str] = set()
    lowered = text.lower()
    rest = lowered
    if has_ideographs(rest):
        for form, key in _chinese_forms():
            if form in rest:
                rest = rest.replace(form, "|")
                keys.update(key)
        for word in _SILENT_ZH:
            rest = rest.replace(word, "|")
    runs = tuple(dict.fromkeys(run for run in re.findall(r"[\u3400-\u9fff]+", rest) if len(run) >= SHORTEST_RUN))
    stems = [_stem(token) for token in tokens_of(re.sub(r"[\u3400-\u9fff]+", " ", rest))]
    keys.update(_english(stems))
    return Meant(frozenset(keys), runs, lowered)


def _stem(word: str) -> str:
    """The stem of the stem: "bearings" as "bearing"."""
    return stem(stem(word))


def _english(stems: list[str]) -> Iterable[str]:
    forms = _english_forms()
    place = 0
    while place < len(stems):
        for length in range(min(5, len(stems) - place), 0, -1):
            found = forms.get(tuple(stems[place : place + length]))
            if found is not None:
                yield from found
                place += length
                break
        else:
            word = stems[place]
            if word not in _SILENT and _LATIN.search(word) and len(word) > 1:
                yield word
            place += 1


@lru_cache(maxsize=1)
def _meanings() -> tuple[tuple[str, str], ...]:
    entries: list[tuple[str, str]] = []
    for table in (LABELS, TERMS, ATTRIBUTES):
        for line in table.splitlines():
            key, _, forms = line.partition(":")
            entries += [(form.strip(), key.strip()) for form in forms.split("|") if form.strip()]
    return tuple(entries)


@lru_cache(maxsize=1)
def _chinese_forms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for form, key in _meanings():
        if has_ideographs(form):
            found.setdefault(form, []).append(key)
    return tuple((form, tuple(keys)) for form, keys in sorted(found.items(), key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=1)
def _english_forms() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for form, key in _meanings():
        if not has_ideographs(form):
            found.setdefault(tuple(_stem(token) for token in tokens_of(form)), []).append(key)
    return {form: tuple(keys) for form, keys in found.items()}


@lru_cache(maxsize=1)
def _long_names() -> dict[str, tuple[str, ...]]:
    """Long Chinese names of goods by meaning: they are known though a sign was misread."""
    found: dict[str, list[str]] = {}
    for line in TERMS.splitlines():
        key, _, forms = line.partition(":")
        found.setdefault(key, []).extend(form for form in forms.split("|") if has_ideographs(form) and len(form) > 3)
    return {key: tuple(form.strip() for form in forms) for key, forms in found.items()}


@lru_cache(maxsize=1)
def term_names() -> frozenset[str]:
    """The meanings of goods, parts and what small print speaks of."""
    return frozenset(line.partition(":")[0] for line in TERMS.splitlines())


def has_word_of(name: str, text: str) -> bool:
    """True when `text` holds a Chinese form of the meaning `name`, even inside a longer word."""
    return any(form in text for form, keys in _chinese_forms() if name in keys)


def is_form(text: str) -> bool:
    """True when `text` is, word for word, what a Chinese bill calls something."""
    return text in _known_chinese()


@lru_cache(maxsize=1)
def _known_chinese() -> frozenset[str]:
    return frozenset(form for form, _ in _chinese_forms())


@lru_cache(maxsize=1)
def attributes() -> tuple[str, ...]:
    """The names of what may be asked of a thing though the page says nothing of it."""
    return tuple(dict.fromkeys(line.partition(":")[0] for line in ATTRIBUTES.splitlines()))
