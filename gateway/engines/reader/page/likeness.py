"""How alike a question and a place in a document are: by weight, the share of what is asked that the place says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.words.labels import group_of
from gateway.engines.reader.words.real_words import are_real
from gateway.engines.reader.words.related import (
    DOCUMENT_WORDS,
    FAINT,
    PERMISSION,
    PERSONS,
    PERSONS_ZH,
    PHRASES,
    chinese_words,
    related,
    related_chinese,
)
from gateway.engines.reader.words.synonyms import CHINESE_STOP, LIGHT_WORDS, STOP_WORDS
from gateway.engines.reader.words.wording import Wording, differ_in_one, tokens_of
from text.passages import stem
from text.script import has_ideographs

BY_GROUP = 0.9
"""How far a word of the same meaning counts; then one of the same root, a misread one, and one that leads to it."""
BY_ROOT = 0.85
BY_LETTER = 0.8
BY_RELATION = 0.68
FAINT_WEIGHT = 0.25
LONG_RUN = 3
"""Characters that question and document share in a row, so many that they are one thing: 取水点."""
SINGLE_SIGN = 0.45
"""How far a single Chinese character counts that stands in the place, apart from its neighbours."""

_MEANT = frozenset(
    stem(word)
    for word in "answer change check discuss offer plan save company business wait fine month year week".split()
)
_FAINT = (FAINT | PERMISSION | frozenset(stem(word) for word in LIGHT_WORDS)) - _MEANT
_KIND_WORDS = frozenset(
    "date time day number amount long many much hour name o'clock want wanted percent percentage going happen happens"
    " quickly soon early straight directly immediately else somebody anybody another own even still just earliest"
    " latest maximum minimum most least again there least enough".split()
)
"""Words that only say what kind of answer is wanted."""
_WEAK = frozenset(
    stem(word) for word in "keep give take make get use do put hold bring have go come leave let stand run".split()
)
"""Verbs that stand beside many things."""
WEAK_WEIGHT = 0.4
STRANGE = 1.8
"""So much more a word weighs that the document does not know at all: "the winter festival" is not the summer one."""
_ACTING = re.compile(r"(?:ed|ing)$")
"""Verbs are often put in other words."""
_STOP = frozenset(STOP_WORDS) - {"late", "under", "until", "after", "before", "per"}
_ENDINGS = re.compile(
    r"(?:ations?|itions?|tions?|sions?|ments?|ness|ances?|ences?|ances?|ities|ity|ings?|edly|ers?|ors?|ists?|ed"
    r"|es|als?|ally|ly|"
    r"ful|able|ible|ant|ent|ancy|ency|y|s|e|at|it|t)$"
)
_SHORTEST_ROOT = 4


@dataclass(frozen=True, slots=True)
class Sought:
    """One word of a question, with the words that answer to it in the document."""

    word: str
    """Its stem, or a piece of Chinese."""
    weight: float
    forms: tuple[tuple[str, float], ...]
    """What may stand for it, and how far that counts; best first."""
    asked: str = ""
    """As in the question."""

    def found_in(self, place: Wording) -> float:
        """How far `place` speaks of it, from 0 to 1."""
        if has_ideographs(self.word):
            foreign = next(
                (strength for form, strength in self.forms if form.isascii() and form in place.distinct), 0.0
            )
            return max(_chinese_share(self, place.text), foreign)
        return next((strength for form, strength in self.forms if form in place.distinct), 0.0)


@lru_cache(maxsize=4096)
def root_of(word: str) -> str:
    """What a family of words shares: "photography" and "photograph", "assembly" and "assembled"."""
    if not word.isalpha() or not word.isascii():
        return word
    for _ in range(2):
        shorter = _ENDINGS.sub("", word)
        if len(shorter) < _SHORTEST_ROOT:
            break
        word = shorter
    return word


def sought_of(study: Study, question: Question) -> tuple[Sought, ...]:
    """What `question` looks for in the document of `study`, in order."""
    if question.language == "zh":
        return tuple(_sought_chinese(study, question))
    text = " ".join(question.tokens)
    if "phone" in question.kinds and question.asks != "whether":
        text = _CALLING.sub("", text)
    text = _HOME.sub(r"\1", _SIZED.sub("how much", text).replace("how fast", "how long"))
    for phrase, word in PHRASES:
        text = re.sub(rf"\b{phrase}\b", word, text)
    words = [
        token
        for token in tokens_of(text)
        if token not in _STOP
        and token not in "$€£¥%"
        and token not in _KIND_WORDS
        and (len(token) > 1 or token.isdigit())
    ]
    aside = set(tokens_of(_aside(text)))
    found = [_sought(study, word) for word in dict.fromkeys(words) if not word.endswith("n't")]
    if not any(one.weight > FAINT_WEIGHT and one.asked not in aside for one in found):
        return tuple(found)
    return tuple(replace(one, weight=min(one.weight, 1.0) * ASIDE) if one.asked in aside else one for one in found)


_SIZED = re.compile(r"\bhow (?:expensive|high|big|large|costly|dear)\b")
_HOME = re.compile(r"\b(drive|driving|ride|cycle|cycling)( back)? home\b")
_CALLING = re.compile(r"\b(?:call|ring|dial|contact|phone|telephone)\b")


def _aside(text: str) -> str:
    """The part of a question that only says in which case: it counts half."""
    clause = _CASE.search(text)
    return clause[0] if clause else ""


_CASE = re.compile(
    r"(?<=\w )\b(?:if|in case|when i|in spite of|because)\b.*$|^i .+?(?= (?:which|what|where|who|how|when|can"
    r"|do|is)\b)",
)
ASIDE = 0.25


def _sought(study: Study, word: str) -> Sought:
    if has_ideographs(word):
        return Sought(word, 1.0, ((word, 1.0),))
    forms = _forms(study, word)
    weight = _weight(study, word, forms)
    strange = not any(form in study.vocabulary for form in forms) and not _ACTING.search(word)
    if strange and weight > LEAST_STRANGE:
        weight *= STRANGE
    return Sought(stem(word), weight, tuple(sorted(forms.items(), key=lambda entry: -entry[1])), word)


def _forms(study: Study, word: str) -> dict[str, float]:
    """The stems that answer to an English word, with how far each counts."""
    root = stem(word)
    forms = {root: 1.0}
    if root.endswith("ll"):
        forms[root[:-1]] = 1.0
    if len(word) == SHORT_PAST and word.endswith("ed"):
        forms[word[:-1]] = 1.0
    group = group_of(word)
    for other in group[0] if group else ():
        if not has_ideographs(other):
            forms.setdefault(stem(other), BY_GROUP)
    family = root_of(root)
    for other in study.vocabulary - study.proper - forms.keys():
        if not other.isascii() or not other.isalpha():
            continue
        if len(family) >= _SHORTEST_ROOT and root_of(other) == family:
            forms[other] = BY_ROOT
        elif (
            len(root) >= MISREAD_LENGTH
            and len(other) >= MISREAD_LENGTH - 1
            and differ_in_one(root, other)
            and not (len(root) == len(other) and are_real(root, other))
        ):
            forms[other] = BY_LETTER
    for other in (*related(root), *related(root.removesuffix("l"))):
        forms.setdefault(other, BY_RELATION)
    return forms


def _weight(study: Study, word: str, forms: Mapping[str, float]) -> float:
    """How much an English word tells: less the more lines hold it, and the more it is of every such question."""
    root, group = stem(word), group_of(word)
    near = {form for form, strength in forms.items() if strength > BY_RELATION}
    if root in DOCUMENT_WORDS and root in study.vocabulary and root not in study.title.distinct:
        factor = 0.8
    elif root in _FAINT:
        return FAINT_WEIGHT
    elif group is not None and group[1]:
        factor = 0.5
    elif root in PERSONS or root in _WEAK:
        return WEAK_WEIGHT
    else:
        factor = 0.6 if study.title.distinct & near else 1.0
    holding = sum(1 for line in study.document.lines if near & line.wording.distinct)
    return factor * max(0.4, 1.0 - 0.12 * max(0, holding - 1))


LEAST_STRANGE = 0.5
MISREAD_LENGTH = 5
"""Words at least this long may differ in one letter from what was asked."""
SHORT_PAST = 4
"""Letters of "used", whose stem `stem` leaves alone."""


_ASKING_ZH = re.compile(
    r"百分之多少|[设放位贴]?[在于](?=哪)|什么时候|什么地方|什么时间|为什么|怎么办|怎么样|怎么|什么|多长时间|多少钱|多少|多久"
    r"|(?:多少|几)个?(?:小时|分钟|星期|月)|共(?=多少|几)|哪一?[个些天里儿位家种条间栋]?|谁的?|何时|几点钟?|几号|几[个位天种项件份道节栋名人本张次瓶盒斤]?|星期几"
    r"|是不是|能不能|可不可以|有没有|要不要|会不会|可以|能否|如果|要是|假如|如遇|是否|必须|应该|需要|吗|呢|吧"
    r"|啊|请问|一共|总共|最多|最少|最高|最低|最晚|最迟|最早|有事(?=[打拨找])|[打拨](?=哪|什么|几|谁|电话)|不"
)


def _sought_chinese(study: Study, question: Question) -> Iterable[Sought]:
    whole = "".join(line.text for line in study.document.lines)
    if re.search("几个人|几人|多少人|几位", question.text):
        yield Sought("人数", 0.7, (("人数", 1.0), ("人员", BY_RELATION)))
    for word in _compounds(sorted(_pieces(question, whole))):
        if not has_ideographs(word):
            yield Sought(word.lower(), 0.8, ((word.lower(), 1.0),))
            continue
        forms = [(word, 1.0)]
        group = group_of(word)
        forms += [(other, BY_GROUP) for other in (group[0] if group else ()) if has_ideographs(other) and other != word]
        forms += [(stem(other), BY_GROUP) for other in (group[0] if group else ()) if not has_ideographs(other)]
        forms += [(other, BY_RELATION) for other in related_chinese(word)]
        known = any(form in whole or form in study.vocabulary for form, _ in forms)
        yield Sought(word, _weight_chinese(study, question, word, known=known), tuple(forms))


def _pieces(question: Question, whole: str) -> list[tuple[int, str]]:
    """The words of a Chinese question and where they begin: what the document shares, known words, then the rest."""
    rest = _ASKING_ZH.sub("|", question.text)
    pieces: list[tuple[int, str]] = []
    for at, word in _shared_with(rest, whole):
        if len(word) >= LONG_RUN:
            pieces.append((at, word))
            rest = rest[:at] + "|" * len(word) + rest[at + len(word) :]
    for word in chinese_words():
        while len(word) > 1 and (at := rest.find(word)) >= 0:
            pieces.append((at, word))
            rest = rest.replace(word, "|" * len(word), 1)
    for at, word in _shared_with(rest, whole):
        pieces.append((at, word))
        rest = rest[:at] + "|" * len(word) + rest[at + len(word) :]
    for word in sorted(CHINESE_STOP, key=len, reverse=True):
        rest = rest.replace(word, "|" * len(word))
    return pieces + [(found.start(), found[0]) for found in re.finditer(r"[\u3400-\u9fff]+|[A-Za-z\d]+", rest)]


def _weight_chinese(study: Study, question: Question, word: str, *, known: bool) -> float:
    """How much a piece of Chinese tells: the longer, the more; more still when the document does not know it."""
    group = group_of(word)
    weight = min(1.0, 0.35 + 0.35 * len(word)) * (0.6 if word in study.title.text else 1.0)
    if group is not None and group[1]:
        return weight * 0.5
    if word in question.document_kind:
        return FAINT_WEIGHT
    if word in PERSONS_ZH:
        return WEAK_WEIGHT
    if len(word) >= 2 and not known and not set(word) & set(_VERBAL_ZH):
        return weight * (STRANGE if len(word) == COMPOUND else STRANGE_ZH)
    return weight


STRANGE_ZH = 1.4
COMPOUND = 3
"""Characters of a Chinese compound that is one thing: 物业费 is not found where only 物业 is."""
_VERBAL_ZH = "了着过到得住去来做干办开交"


def _compounds(pieces: Sequence[tuple[int, str]]) -> Iterable[str]:
    """The pieces, a single character joined to the piece it ends: 物业 and 费 are 物业费."""
    joined: list[tuple[int, str]] = []
    for at, word in pieces:
        if (
            joined
            and len(word) == 1
            and word not in "不没会能可"
            and has_ideographs(word)
            and joined[-1][0] + len(joined[-1][1]) == at
            and has_ideographs(joined[-1][1])
        ):
            joined[-1] = (joined[-1][0], joined[-1][1] + word)
        else:
            joined.append((at, word))
    return [word for _, word in joined]


def _shared_with(rest: str, whole: str) -> list[tuple[int, str]]:
    """Pieces of at least two characters of `rest` that stand in the document, longest first at each place."""
    found: list[tuple[int, str]] = []
    place = 0
    while place < len(rest) - 1:
        length = 0
        while (
            place + length < len(rest)
            and "\u3400" <= rest[place + length] <= "\u9fff"
            and rest[place : place + length + 1] in whole
        ):
            length += 1
        if length >= 2:
            found.append((place, rest[place : place + length]))
        place += max(1, length)
    return found


def _chinese_share(sought: Sought, text: str) -> float:
    best = 0.0
    for form, strength in sought.forms:
        if not form.isascii() and form in text:
            best = max(best, strength)
    if best or len(sought.word) < 2:
        return best
    pairs = [sought.word[at : at + 2] for at in range(len(sought.word) - 1)]
    share = sum(pair in text for pair in pairs) / len(pairs)
    single = sum(sign in text for sign in sought.word) / len(sought.word)
    return max(share, SINGLE_SIGN * single if single >= 0.5 else 0.0)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a place is, and what of the question it speaks of itself."""

    share: float
    """Of the weight of what is asked, from 0 to 1."""
    own: tuple[Sought, ...]
    """What the place itself speaks of."""


def likeness(asked: Sequence[Sought], own: Wording, around: Sequence[tuple[Wording, float]]) -> Likeness:
    """How alike `own` is to what is `asked`; `around` are texts that help, each with how far it counts."""
    total = sum(word.weight for word in asked)
    got = 0.0
    spoken: list[Sought] = []
    for word in asked:
        strength = word.found_in(own)
        if strength > 0:
            spoken.append(word)
        near = max((word.found_in(text) * factor for text, factor in around), default=0.0)
        got += word.weight * max(strength, near)
    return Likeness(got / total if total else 0.0, tuple(spoken))
