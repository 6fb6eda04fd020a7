"""Analysis of questions in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.engines.reader.asked.question import WANTED, Asks, Question, ordinal_concepts
from gateway.engines.reader.asked.triggers import CHINESE_TRIGGERS
from gateway.engines.reader.words.labels import chinese_labels, concept_of, group_of, stems_of
from gateway.engines.reader.words.numbers import parse_chinese
from gateway.engines.reader.words.synonyms import CHINESE_STOP, DOCUMENT_KINDS, GENERIC_DOCUMENT_ZH, OPTIONAL, SYNONYMS
from gateway.engines.reader.words.values import Kind, weekday_of
from gateway.engines.reader.words.vocabulary import FIELDS_BY_NAME, Field
from gateway.engines.reader.words.wording import TOKEN, Concept
from text.script import has_ideographs

_ASKED_BY: tuple[tuple[Asks, str], ...] = (
    ("what", "几号楼 几号桌 几号房 几号线 几号门"),
    ("when", "什么时候 何时 几点 几号 哪天 哪一天 星期几"),
    ("who", "谁 哪位"),
    ("where", "哪里 哪儿 什么地方 何处 在哪"),
    ("long", "多久 多长时间"),
    ("much", "多少钱"),
    ("why", "为什么 原因 为何"),
    ("many", "多少 几"),
    ("how", "怎么"),
    ("whether", "吗 是否 是不是 有没有"),
    ("what", "什么 哪"),
)
"""Question words by what they ask for; the first that is found decides."""
_ASKS: tuple[tuple[str, Asks], ...] = tuple((words, asks) for asks, listed in _ASKED_BY for words in listed.split())
_A_NOT_A = re.compile(r"([要能会该用让带交付算])不\1|可不可以|需不需要|是不是|能否|可否")
"""要不要, 能不能: asked as a choice between yes and no."""
_ROUTE = re.compile(r"(\d+)路(?:公交车|公交|车)?")
_NUMBER_OF = re.compile(r"(?:号码?|编号)(?:是|为)?多少")
_IS_HOW_MUCH = re.compile(r"(?:是|为)多少")
_SUM_OF_MONEY = re.compile(r"多少(?:万?[元块]|[\u3400-\u9fff]{0,3}[钱费款])")
_COUNTED = re.compile(r"几[个位名张本只次辆份盒瓶条把碗节题块片桶户车趟种间层楼页岁]")
_ORDINAL = re.compile(r"第([一二三四五六七八九十\d]+)")
_WHICH_FIRM = frozenset("哪家公司 哪个公司 哪个单位 哪个部门 什么单位".split())
_ORDINARY_LABELS = frozenset(
    ("时间", "名称", "地点", "位置", "账户", "公司", "税", "编号", "房间", "金额", "费用", "地址")
)
"""Labels that are often part of longer words: alone they name a field, with more they are found by all their words."""


def analyse_chinese(text: str) -> Question:
    """A Chinese question, cleaned, as a `Question`."""
    asks: Asks = next((kind for words, kind in _ASKS if words in text), "whether" if _A_NOT_A.search(text) else "what")
    found, words = _field_in(text)
    if asks == "when" and found is not None and not set(found.kinds) & set(WANTED["when"]):
        found, words = None, ""  # 押金什么时候退: its amount is no answer
    if found is not None and words in _WHICH_FIRM and _does_something(text.replace(words, "|")):
        found, words, asks = None, "", "who"  # 哪家公司清洗水箱: whoever does it, not whoever writes
    rest = _ROUTE.sub(r"\1|公交|", text.replace(words, "|") if words else text)
    kind = next((names for names in DOCUMENT_KINDS if any(has_ideographs(name) and name in rest for name in names)), ())
    speaks = bool(kind) or any(word in rest for word in GENERIC_DOCUMENT_ZH)
    for word in sorted((*filter(has_ideographs, kind), *GENERIC_DOCUMENT_ZH), key=len, reverse=True):
        rest = re.sub(f"{word}(?![夹柜袋盒])", "|", rest)
    ordinal = -1 if "最后" in text else None
    numeral = _ORDINAL.search(rest)
    if numeral is not None:
        value = int(numeral[1]) if numeral[1].isdigit() else parse_chinese(numeral[1])
        ordinal = int(value) if value is not None else None
        rest = rest.replace(numeral[0], "|")
    if found is not None and asks == "many":
        asks = "what"
    meant = _meant(text, asks, _Named(found, words), rest)
    return Question(
        text=text,
        language="zh",
        tokens=tuple(TOKEN.findall(text.lower())),
        asks=meant.asks,
        concepts=(*_concepts(rest), *ordinal_concepts(ordinal)),
        field=meant.named.field,
        field_words=meant.named.words,
        document_kind=kind,
        speaks_of_document=speaks,
        ordinal=ordinal,
        kinds=meant.kinds,
    )


def _does_something(rest: str) -> bool:
    """True where 哪家公司 goes on with what the firm does, other than to write or to send this."""
    other = re.sub(r"[发写寄开出给]|通知|发布|这[份张封个]?|信|是", "", rest)
    return re.search(r"\|[^|?？。的]{2,}", other) is not None


@dataclass(frozen=True, slots=True)
class _Named:
    """The field that a question names, and its words for it."""

    field: Field | None
    words: str


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a question asks for."""

    asks: Asks
    named: _Named
    kinds: tuple[Kind, ...]


def _meant(text: str, asks: Asks, named: _Named, rest: str) -> _Meant:
    if "百分之" in text:
        return _Meant("many", _Named(None, ""), ("percent",))
    if named.field is None and asks == "much" and all(concept.optional for concept in _concepts(rest)):
        total = FIELDS_BY_NAME["total"]
        return _Meant(asks, _Named(total, total.labels[1]), total.kinds)
    if named.field is None and asks == "many" and _NUMBER_OF.search(text):
        return _Meant("what", named, ("code", "number", "phone"))
    if named.field is None and asks == "many" and _IS_HOW_MUCH.search(text):
        return _Meant("what", named, ("money", "number", "percent", "quantity", "duration"))
    if named.field is None and _SUM_OF_MONEY.search(text):
        asks = "much"
    if named.field is not None:
        return _Meant(asks, named, named.field.kinds)
    return _Meant(asks, named, ("time",) if "几点" in text else WANTED.get(asks, ()))


def _field_in(text: str) -> tuple[Field | None, str]:
    for trigger, name in CHINESE_TRIGGERS:
        if trigger in text:
            return FIELDS_BY_NAME[name], trigger
    owned = next(((field, label) for label, field in chinese_labels() if f"的{label}" in text), None)
    if owned is not None:
        return owned
    for label, field in chinese_labels():
        if label in text and (label not in _ORDINARY_LABELS or _stands_alone(text, label)):
            return field, label
    return None, ""


def _stands_alone(text: str, label: str) -> bool:
    """True when nothing but question words stand beside the label, or it follows 的."""
    rest = text.replace(label, "")
    if f"的{label}" in text:
        return True
    for word in sorted(
        (*CHINESE_STOP, *GENERIC_DOCUMENT_ZH, *(name for names in DOCUMENT_KINDS for name in names)),
        key=len,
        reverse=True,
    ):
        rest = rest.replace(word, "")
    return not rest.strip("?？。 ")


def _concepts(rest: str) -> Iterable[Concept]:
    """Known words first, longest first; then runs of what is left once words that say nothing are out."""
    for optional, groups in ((True, OPTIONAL), (False, SYNONYMS)):
        forms = [(form, group) for group in groups for form in group if has_ideographs(form) and len(form) > 1]
        for form, group in sorted(forms, key=lambda entry: -len(entry[0])):
            if form in rest:
                rest = rest.replace(form, "|")
                yield concept_of(form, group, optional=optional, weekday=weekday_of(form))
    rest = _COUNTED.sub("|", rest.replace("几号楼", "号楼"))
    for word in sorted(CHINESE_STOP, key=len, reverse=True):
        rest = rest.replace(word, "|")
    for run in TOKEN.findall(rest.lower()):
        yield _run(run) if has_ideographs(run) else Concept(run, (stems_of(run),))


def _run(run: str) -> Concept:
    group = group_of(run)
    if group is not None:
        return concept_of(run, group[0], optional=group[1])
    return Concept(run, (), (run,), optional=len(run) == 1)
