"""What of a table a question mentions: rows by their labels, columns by their heads or by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.page.tables import Row, Table
from gateway.engines.reader.words.labels import label_concept
from gateway.engines.reader.words.real_words import are_real
from gateway.engines.reader.words.synonyms import STOP_WORDS
from gateway.engines.reader.words.values import Kind, weekdays_in
from gateway.engines.reader.words.vocabulary import FIELDS_BY_NAME
from gateway.engines.reader.words.wording import Concept, Wording, differ_in_one
from text.passages import stem
from text.script import has_ideographs

LEAST_LABEL = 0.3
"""So much of a label must be in the question for it to be meant."""
CLEARLY_NAMED = 0.6
MISREAD_LENGTH = 5
"""Words of a label at least this long may differ in one letter from the question's."""
_STOP_STEMS = frozenset(stem(word) for word in STOP_WORDS) - {"up", "down"}
_QUESTION_STEMS = frozenset(stem(word) for word in "what when where who which how why with".split())
_LETTERED = frozenset("bus line route tram train column row class group room option team type course".split())
_NUMBER = re.compile(r"[a-z]?\d{1,4}[a-z]?")
"""What numbers a bus or a room: 12, 12a, n31."""
_BRACKETS = re.compile(r"[(（][^)）]*[)）]")
_PAYING = frozenset(stem(word) for word in "charge charged".split())
_OPERATIONS = frozenset(
    stem(word)
    for word in """
    most highest largest biggest maximum best longest latest dearest expensive greatest least cheapest lowest smallest
    fewest minimum shortest earliest cheap dear together altogether sum add total all difference between more less
    higher lower larger smaller longer shorter earlier later listed list kind sort type different mark line row entry
    item thing article piece product up mean average number amount figure value list stand column table cost price
    pay charge spend spent come worth gram grams kilogram kilograms millilitre millilitres milliliter milliliters
    litre litres liter liters metre metres meter meters minute minutes hour hours euro euros dollar dollars pound pounds
    yuan bus buses train tram ferry go need use used first last earliest latest final next expect one single each under
    section category part named order bought over
    """.split()
)
"""Words that say what is to be done with a table, not where in it."""
_OPERATIONS_ZH = (
    "最高 最多 最贵 最大 最长 最低 最少 最便宜 最小 最短 一共 总共 合计 相差 多多少 少多少 平均 每 单 种类 种 项 件 样"
    " 商品 东西 哪个 哪种 哪家 更高 更低 更贵 更多 花了 花 买了 买 加起来 全部 所有 全年 今年 万元 总 列 表 课 上 节"
).split()


@dataclass(frozen=True, slots=True)
class RowMention:
    """A row that the question names, and how well."""

    score: float
    row: Row
    place: int
    """Its number in the table."""


class TableQuestion:
    """A question, prepared for looking at tables."""

    def __init__(self, study: Study, question: Question) -> None:
        self.study = study
        self.question = question

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """All its words, stop words too, in order."""
        return Wording.of(" ".join(self.question.tokens)).stems

    @cached_property
    def concepts(self) -> tuple[Concept, ...]:
        """What it speaks of, its field included."""
        field = self.question.field
        return (*self.question.concepts, label_concept(field)) if field is not None else self.question.concepts

    def rows(self, table: Table) -> list[RowMention]:
        """The rows that are named, best first; one that alone has a word of the question is clearly named."""
        scores = [self.names(row.label) for row in table.rows]
        partly = [place for place, score in enumerate(scores) if 0.4 < score < CLEARLY_NAMED]
        for place in partly:
            said = [word for word in table.rows[place].label.stems if word in self.stems and len(word) > 2]
            others = {word for at, row in enumerate(table.rows) if at != place for word in row.label.stems}
            alone = any(word not in others and word not in _STOP_STEMS for word in said)
            if alone or (has_ideographs(table.rows[place].label.text) and len(partly) == 1):
                scores[place] = CLEARLY_NAMED
        found = [
            RowMention(score, row, place) for place, (row, score) in enumerate(zip(table.rows, scores, strict=True))
        ]
        return sorted((mention for mention in found if mention.score > 0), key=lambda mention: -mention.score)

    def names(self, label: Wording) -> float:
        """How much of `label` the question says: 1 for all of it."""
        if has_ideographs(label.text) and has_ideographs(self.question.text):
            return _common_share(label.text, self.question.text)
        stems = Wording.of(_BRACKETS.sub("", label.text).strip() or label.text).stems  # "Labour (hours)" is labour
        content = [word for word in stems if word not in _STOP_STEMS and len(word) > 1] or list(stems)
        if set(stems) <= _QUESTION_STEMS or self._is_part_of_field(content):
            return 0.0
        if not content:
            return 0.0
        said = sum(self._says(word) for word in content)
        spoken = sum(label.speaks_of(concept) for concept in self.concepts if not concept.light)
        share = max(said, min(spoken, len(content)) * 0.9) / len(content)
        return share if share >= LEAST_LABEL else 0.0

    def _is_part_of_field(self, label: Sequence[str]) -> bool:
        """True for the label "Date" where the date of birth is asked for."""
        field = self.question.field
        words = self.question.field_words
        if field is None or has_ideographs(words) or " ".join(label) in map(_stems, field.labels):
            return False
        return set(label) < set(_stems(words).split())

    def _says(self, word: str) -> bool:
        if word in self.stems:
            return True
        if len(word) < MISREAD_LENGTH or not word.isalpha():
            return False
        return any(
            len(other) >= MISREAD_LENGTH - 1 and differ_in_one(word, other) and not self._both_real(word, other)
            for other in self.stems
        )

    def _both_real(self, word: str, other: str) -> bool:
        """True for two different words of a language, of which neither is the other misread: "change" and "charge"."""
        return len(word) == len(other) and (other in self.study.vocabulary or are_real(word, other))

    def columns(self, table: Table) -> dict[int, float]:
        """The columns that are named, with how well; those that all are named alike say nothing."""
        labels = frozenset().union(*(row.label.distinct for row in table.rows))
        found = {place: score for place, head in enumerate(table.header) if (score := self._head(head, labels)) > 0}
        best = max(found.values(), default=0.0)
        kept = {place: score for place, score in found.items() if score == best}
        return kept if len(kept) < max(2, len(table.header)) else {}

    def names_another(self, table: Table) -> bool:
        """True when the question names a numbered thing, as "bus 12", and the columns are others of its kind."""
        heads = [pair for head in table.header if (pair := _numbered(head.stems))]
        asked = self._numbered_things
        bare = {head.text for head in table.header if head.text.isdigit()}
        if len(bare) > 1 and (wanted := {number for noun, number in asked if noun in _LETTERED}):
            return not wanted & bare.union(*(row.label.distinct for row in table.rows))
        kinds = {noun for noun, _ in heads} & {noun for noun, _ in asked}
        if not kinds or Wording.of(table.caption.text).distinct & {number for _, number in asked}:
            return False
        return not {pair for pair in asked if pair[0] in kinds} & set(heads)

    @cached_property
    def _numbered_things(self) -> frozenset[tuple[str, str]]:
        """The words with a number beside them, and the number: "bus" and "12" of "bus 12" and of 12路."""
        pairs = [pair for pair in pairwise(self.stems) if _NUMBER.fullmatch(pair[1])]
        routes = [("bus", number) for number in re.findall(r"(?<!\d)(\d+)路", self.question.text)]
        return frozenset((*pairs, *routes))

    @cached_property
    def _days(self) -> frozenset[int]:
        """The days of the week that it names."""
        return weekdays_in(self.question.text)

    def _contradicts(self, head: Wording) -> bool:
        """True when the head's number is not the question's: "Bus 31" is not bus 12."""
        pair, asked = _numbered(head.stems), self._numbered_things
        return pair is not None and pair not in asked and any(noun == pair[0] for noun, _ in asked)

    def _head(self, head: Wording, labels: frozenset[str]) -> float:
        """How well the head is named; a word of a row's label ("the call-out fee") names no head of that meaning."""
        text = re.sub(r"[(（][^)）]*[)）]", "", head.text).strip() or head.text.strip()
        if not text:
            return 0.0
        if len(text) <= 2 and text.isascii():
            return 1.5 if self._lettered(text) else 0.0
        stems = head.stems
        if stems and any(self.stems[at : at + len(stems)] == stems for at in range(len(self.stems))):
            return 1.0 + 0.5 * len(stems)
        if has_ideographs(text) and has_ideographs(self.question.text):
            whole = self.question.text.replace("礼拜", "星期").replace("周", "星期")
            if text.replace("周", "星期") in whole:
                return 1.0 + 0.5 * len(text)
            letter = re.fullmatch(r"([A-Z\d]{1,3})(?:路|班|号|线|次)?.*", text)
            if letter and re.search(rf"(?<![A-Za-z\d]){letter[1]}(?![A-Za-z\d])", self.question.text):
                return 1.2
        if self._contradicts(head):
            return 0.0
        if self._days and self._days <= weekdays_in(head.text):
            return 1.0
        spoken = sum(
            1.0 if not concept.light else 0.4
            for concept in self.concepts
            if head.speaks_of(concept) and not self._meant_otherwise(concept, head, labels)
        )
        return 0.8 * min(spoken, 1.0) + 0.1 * spoken if spoken else 0.0

    def _meant_otherwise(self, concept: Concept, head: Wording, labels: frozenset[str]) -> bool:
        """True for a word of a row's label, or one of paying ("was charged for"), that the head itself does not say."""
        field = self.question.field
        named = field is not None and concept.asked == field.name
        words = [stem(word) for word in (self.question.field_words if named else concept.asked).split()]
        said = [word for word in words if word in self.stems]
        return bool(said) and all((word in labels or word in _PAYING) and word not in head.distinct for word in said)

    def _lettered(self, letter: str) -> bool:
        """For "bus b" or "Route C": a letter or number that names something, not the article."""
        lowered = letter.lower()
        tokens = self.question.tokens
        for place, token in enumerate(tokens):
            if token != lowered:
                continue
            before = stem(tokens[place - 1]) if place else ""
            upper = re.search(rf"(?<![\w'’]){re.escape(letter)}(?![\w'’])", self.question.text) is not None
            if before in _LETTERED or (upper and letter.isupper() and letter not in ("A", "I")) or letter.isdigit():
                return True
        found = re.search(
            rf"(?<![A-Za-z\d]){re.escape(letter)}(?:路|班|线|号|车|组)", self.question.text, re.IGNORECASE
        )
        return found is not None

    def of_kind(self, table: Table, *kinds: Kind) -> list[int]:
        """The columns that hold values of one of `kinds`; not the one that only numbers the rows."""
        return [
            column
            for column in range(len(table.header))
            if table.kind(column) in kinds and not numbers_rows(table, column)
        ]

    def unexplained(self, places: Iterable[Wording]) -> list[Concept]:
        """What the question requires and none of `places`, nor the title, speaks of; words of doing apart."""
        wordings = [*places, self.study.title]
        return [
            concept
            for concept in self.question.required
            if not _is_operation(concept)
            and not any(wording.speaks_of(concept) for wording in wordings)
            and not ((days := weekdays_in(concept.asked)) and any(days <= weekdays_in(at.text) for at in wordings))
            and not _pieced_together(concept.asked, wordings)
        ]


def _stems(label: str) -> str:
    return " ".join(Wording.of(label).stems)


def _numbered(stems: Sequence[str]) -> tuple[str, str] | None:
    """The last word and its number, of "Bus 31"; None where no number ends it."""
    numbered = len(stems) > 1 and _NUMBER.fullmatch(stems[-1]) is not None and stems[-2].isalpha()
    return (stems[-2], stems[-1]) if numbered else None


def _pieced_together(asked: str, wordings: Sequence[Wording]) -> bool:
    """True for a run of Chinese that is nothing but what the places say and what is to be done: 季度支出最(多)."""
    if not has_ideographs(asked):
        return False
    left = asked
    for wording in wordings:
        text = re.sub(r"[(（][^)）]*[)）]", "", wording.text).strip()
        if has_ideographs(text) and 1 < len(text) <= 8:
            left = left.replace(text, "")
    for word in (*_OPERATIONS_ZH, "最", "的", "买", "了"):
        left = left.replace(word, "")
    return (len(left) <= 1 and left != asked) or _in_pieces(asked, wordings)


def _in_pieces(asked: str, wordings: Iterable[Wording]) -> bool:
    """True when a piece of one label and words of doing are all there is: 教剪纸, where the label is 剪纸班."""
    asked = re.sub(r"[一每][盒瓶斤袋份张条台只支本件个包箱桶碗杯块]", "", asked)
    for wording in wordings:
        piece = max(
            (
                asked[at:end]
                for at in range(len(asked))
                for end in range(at + 2, len(asked) + 1)
                if asked[at:end] in wording.text
            ),
            key=len,
            default="",
        )
        left = asked.replace(piece, "") if piece and len(wording.text) <= 8 else asked
        for word in (*_OPERATIONS_ZH, "最", "的", "买", "了", "教", "共", "在", "吃", "点"):
            left = left.replace(word, "")
        if not left:
            return True
    return False


def _is_operation(concept: Concept) -> bool:
    if stem(concept.asked) in _OPERATIONS:
        return True
    left = concept.asked
    if not has_ideographs(left):
        return False
    left = re.sub(r"一?[盒瓶斤袋份张条台只支本件个包两克箱桶碗杯块元]", "", left)
    for word in _OPERATIONS_ZH:
        left = left.replace(word, "")
    return not left


_SIZE = re.compile(r"(?<=[\u3400-\u9fff])\d+(?:\.\d+)?(?:ml|l|g|kg|cm|毫升|升|克|千克|公斤|斤)$", re.IGNORECASE)
"""How much a piece holds, behind its name: 纯牛奶250ml."""


def _common_share(label: str, question: str) -> float:
    """How much of a Chinese label stands in the question, in one piece; 0 for less than half and for single signs."""
    text = re.sub(r"[^\u3400-\u9fffA-Za-z\d]", "", _SIZE.sub("", label) or label)
    whole = question.replace(" ", "")
    if not text:
        return 0.0
    longest = 0
    for start in range(len(text)):
        while start + longest < len(text) and text[start : start + longest + 1] in whole:
            longest += 1
    least = min(len(text), 2)
    share = longest / len(text)
    return share if longest >= least and share >= 0.5 else 0.0


def numbers_rows(table: Table, column: int) -> bool:
    """True for a column that counts the rows from 1."""
    cells = [row.cells[column].strip(" .)") for row in table.rows]
    return len(cells) > 1 and cells == [str(number) for number in range(1, len(cells) + 1)] and len(table.header) > 1


def price_column(table: Table, asked: TableQuestion, *, apiece: bool) -> int | None:
    """The column of what one costs, or of what the whole row comes to; the only column of money when there is one."""
    money = asked.of_kind(table, "money") or [
        column
        for column in asked.of_kind(table, "number")
        if any(
            table.header[column].speaks_of(label_concept(FIELDS_BY_NAME[name])) for name in ("price", "amount", "total")
        )
        or _MONEY_HEAD.search(table.header[column].text)
    ]
    if not money:
        return None
    single = [column for column in money if _APIECE_HEAD.search(table.header[column].text)]
    if apiece:
        return (single or money)[0]
    others = [column for column in money if column not in single]
    return (others or money)[-1]


_APIECE_HEAD = re.compile(r"\beach\b|\bunit\b|\bprice\b|\brate\b|\bper\b|single|单价|每", re.IGNORECASE)
_MONEY_HEAD = re.compile(r"price|cost|amount|total|sum|fee|fare|each|金额|小计|单价|价|费", re.IGNORECASE)


def leaders(mentions: Sequence[RowMention]) -> list[RowMention]:
    """Those that are named as well as the best, or nearly."""
    return [mention for mention in mentions if mention.score >= mentions[0].score - 0.1] if mentions else []
