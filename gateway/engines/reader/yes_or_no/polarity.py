"""What a sentence says to a yes-or-no question: yes, no, only on a condition, or nothing that decides it.

The clause decides that speaks most of what is asked; then its exceptions, conditions and hours are weighed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.likeness import BY_RELATION, FAINT_WEIGHT, Sought
from gateway.engines.reader.words.numbers import parse_chinese
from gateway.engines.reader.words.related import FAINT
from gateway.engines.reader.words.synonyms import OPPOSITES
from gateway.engines.reader.words.values import weekdays_in
from gateway.engines.reader.words.wording import Concept, Wording, tokens_of
from gateway.engines.reader.yes_or_no.time_windows import lies_within, time_asked, windows_in
from text.passages import stem

Polarity = Literal["yes", "no", "condition", "undecided"]

NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|without|cannot|neither|nor|except|forbidden|prohibited|excluded)\b|n['’]t\b"
    r"|不|没有|无|未|禁止|严禁|谢绝|勿|停止",
    re.IGNORECASE,
)
DENIED_NEGATIONS = re.compile(
    r"\b(?:not only|no later|not later than|no. ?\d|no more than|not more than|not exceed\w*|at no (?:extra )?charge"
    r"|at no cost)\b"
    r"|(?:行动|出行)?不便|不久|不但|不仅|不论|不管|不超过|不得超过|不少于|不得少于|不晚于|不足|不同|不可抗力"
    r"|不动产|不锈钢|无论|无障碍|无线|未满|未成年|未来",
    re.IGNORECASE,
)
_FORBIDS = re.compile(r"\b(?:forbidden|prohibited)\b|禁止|严禁", re.IGNORECASE)
_TITLE = re.compile(r"^[^，。；,;]{0,30}(?:通知|公告|告示|须知|合同|协议|启事|通告)$")
_A_NOT_A = re.compile(r"(.)不\1|是否|能否|可否|有没有|有无")
INHERITED = 0.8
"""How far a word counts for a clause that an earlier clause of the sentence says."""
LEAST_SUPPOSED = 0.05
"""The weight of a word that counts where the question supposes a case: "if I report it"."""
PREFERRED = 0.1
"""How much more a word counts that the clause says itself."""
RELATED_SHARE = 0.1
INHERITED_BESIDE_SUBJECT = 0.0
"""The same for a clause with a subject of its own: "water is included" after "the tenant pays for gas"."""

_PIECE_END = re.compile(
    r"(?<=[;；。]) ?|(?<=[^，,；;])(?=则)|(?<=[,，]) ?|(?<=\w) (?=(?:but|however|while|whereas|yet) )"
    r"|(?<=\w) (?=and (?:[\w'’-]+ ){1,4}?(?:is|are|may|must|can|cannot|will|should|need|has|have|do|does) )",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"\b(?:is|are|was|were|be|may|must|can|cannot|will|shall|should|need|needs|do|does|has|have|not|please)\b"
    r"|n['’]t\b|^(?:but|however|while|whereas|yet)\b|[\u3400-\u9fff]",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(
    r"^(?:unless|except|but only|only (?:with|if|when|after|by|on|in|until)|provided|as long as|other than|apart from"
    r"|仅限|除)|除外",
    re.IGNORECASE,
)
_CASE = re.compile(r"^(?:if|when|whenever|in case|where|should you)\b|^(?:如|若|凡|遇|当)|的$|的[，,]$", re.IGNORECASE)
_CONSEQUENCE_ZH = re.compile(r"^(?:则|就|可(?!以)|方可)")
_HAS_SUBJECT = re.compile(
    r"^(?:and |but |while |whereas |however,? |yet )?(?!(?:they|it|this|these|those|he|she|you|not|please|there)\b)"
    r"(?:[\w'’-]+ ){1,4}?(?:is|are|was|were|may|must|can|cannot|will|shall|should|has|have|pays?|needs?)\b",
    re.IGNORECASE,
)
_OPENS_ZH = re.compile(r"^(?:未经|如无|若无|没有|无|不凭|未持|凭|经)[^，,]*[，,]$")
"""A condition that belongs to the clause behind it."""
_OTHERWISE = re.compile(r"^(?:otherwise|or else|if not)\b|^(?:否则|不然)", re.IGNORECASE)

_UNLESS = re.compile(
    r"^(?P<main>.+?),? ?\b(?:unless|except(?:ed|ing)?(?: for| on| in| with| when| if)?|other than"
    r"|apart from)\b(?P<apart>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_EXCEPT_A_THING = re.compile(r"\b(?:except|other than|apart from) (?!for|on|in|with|when|if|at|during)", re.IGNORECASE)
_OF_THE_WHOLE = re.compile(r" (?:for \d|before|after|until|till|during|between|within)\b.*$", re.IGNORECASE)
"""Behind an excepted thing, what holds for the whole: "nothing except water for ten hours"."""
_ONLY = re.compile(
    r"^(?P<main>.*?),? ?\b(?:(?:but )?only (?:with|when|if|after|by|on|in|until|at|from|to|between)|as long as"
    r"|provided(?: that)?|must be accompanied by|not without|need[s]? (?:the |an? )?(?:\w+ )?(?:permission|consent"
    r"|approval) of)\b(?P<needed>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_NOT_WITHOUT = re.compile(
    r"^(?P<main>.*\b(?:not|never|no \w+|cannot)\b.*?) without (?P<needed>.+)$", re.IGNORECASE | re.DOTALL
)
_UNLESS_ZH = re.compile(
    r"除(?:非)?(?P<apart>[^，,。]+?)(?:以外|之外|外)?[，,](?P<main>.+)"
    r"|(?P<main2>.*?)[，,](?P<apart2>[^，,。]+)除外",
)
_ONLY_ZH = re.compile(r"(?P<main>.*?)(?:须凭|须由|须经|必须由|只能|只可|仅限|仅|凭)(?P<needed>.+)")
_WITHOUT_ZH = re.compile(
    r"(?:如无|若无|没有|无|未经|不凭|未持)(?P<needed>[^，,。]+?)[，,]?(?:者)?"
    r"(?P<who>[^，,。不禁请严谢]{0,8})(?:不得|不能|不可|不予|禁止|请勿|严禁|谢绝)(?P<main>[^，,。]*)",
)
_ALONE = re.compile(r"\b(?:alone|without|unaccompanied)\b|自己|独自|没有|没带|不带|不用|未经", re.IGNORECASE)
_ACCOMPANIED = re.compile(r"\b(?:accompan\w*|escort\w*)\b|陪同|陪伴|陪护", re.IGNORECASE)
_QUESTION_WITHOUT = re.compile(
    r"\bwithout (?:an? |the |any )?(?P<lacking>[\w'’ -]+)"
    r"|(?:没有|不带|没带|未经)(?P<lacking2>[\u3400-\u9fff]+?)(?:能|可|就|也|的话|，|,|吗|$)",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"\b(?:phone|telephone|call|e-?mail|orally|verbally)\b|电话|口头", re.IGNORECASE)
_WRITTEN = re.compile(r"\b(?:in writing|written)\b|书面", re.IGNORECASE)
_FREE = re.compile(r"\bfree\b|\bincluded in\b|免费|不收费|包含在", re.IGNORECASE)
_ASKS_INCLUDED = re.compile(r"\bincluded\b|包含|包括|含在", re.IGNORECASE)
_PAYS = re.compile(r"\bpays?\b|另付|另收|另计|自付|自理|承担", re.IGNORECASE)
_MEANS = re.compile(
    r"\b(?:cash|cards?|cheques?|checks?|paypal|bank transfer|transfer|coins?|instal?ments?)\b|现金|刷卡|银行卡|信用卡"
    r"|支付宝|微信|支票|转账|分期",
    re.IGNORECASE,
)
_ASKS_PRICE = re.compile(r"\b(?:pay|cost|charge|charged|expensive)\b|要钱|收费|付费|花钱", re.IGNORECASE)
_GONE = re.compile(
    r"\b(?:(?:shut|turned|cut|switched) off|shut down|closed|cancelled|canceled|suspended|unavailable"
    r"|out of (?:service|order|use)|interrupted)\b|停用|停水|停电|停气|停运|停止|暂停|关闭|取消|封闭",
    re.IGNORECASE,
)
_ASKS_WHETHER_THERE = re.compile(
    r"\b(?:is|are|will|be) there\b|\b(?:available|running|working|open|on)\b|\bcan (?:i|we|you) (?:still )?use\b"
    r"|\b(?:do|will) (?:i|we) (?:still )?have\b|有.*吗|能用|可以用|能使用|可以使用|开吗|开放吗|正常",
    re.IGNORECASE,
)
_OBLIGED = re.compile(
    r"\b(?:must|have to|has to|need(?:s)? to|required|compulsory|obliged|do (?:i|we) need|needed)\b"
    r"|必须|一定要|需要|需不需要|要不要|用不用|得"
    r"|(?<![不需])要(?!求)",
    re.IGNORECASE,
)
_ALLOWED_ONLY = re.compile(r"\b(?:may|can|could|allowed|permitted)\b|可以|可(?!以)|允许", re.IGNORECASE)
_OTHER_PARTY = re.compile(
    r"\b(?:landlord|owner|lessor|company|seller|workshop|clinic|school)\b(?= (?:\w+ )?(?:pays?|bears?|covers?|repairs?"
    r"|maintains?|is responsible|is liable))|(?:由)?(?:出租方|房东|甲方|出租人|卖方)(?=(?:承担|负责|支付|缴纳|负担))",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"\b(?:i|we|my|tenant)\b|我|自己|承租|租客", re.IGNORECASE)
_LEADS_IN = re.compile(r"\b(?:if|in case|when) .+$|^(?:if|in case|when) [^,]+,", re.IGNORECASE)
_COUNT = re.compile(r"\b(\d+) ([a-z]{3,})")
_COUNT_ZH = re.compile(r"(?<!第)([一二两三四五六七八九十]+|\d+)([只个条辆位名人件张本份台间])")


@dataclass(frozen=True, slots=True)
class _Parts:
    """A clause without its exception."""

    main: str
    apart: str = ""
    """What is excepted."""
    needed: str = ""
    """Without which it does not hold."""


def polarity(text: str, question: Question, asked: Sequence[Sought]) -> Polarity:
    """What `text`, a sentence, says to `question`, which seeks `asked`."""
    means = _means_in(question.text)
    if means and means.isdisjoint(_means_in(text)):
        return "undecided"
    clause = _deciding_clause(text, question, asked)
    parts = _parts(clause)
    if parts.needed:
        return _on_condition(parts, question, asked)
    if _needs_only_allowed(clause, question):
        return "undecided"
    if _ALONE.search(question.text) and _ACCOMPANIED.search(clause):
        return "no"
    timed = _by_the_clock(clause, parts, question)
    if timed is not None:
        return timed
    negated = _negated(parts.main, question, text)
    if parts.apart and _is_excepted(parts, question, asked):
        negated = not negated
    return "yes" if negated == _asks_negated(question) else "no"


def is_title(text: str) -> bool:
    """True for a line that only says what the document is: it decides nothing."""
    return _TITLE.search(text) is not None


def opposed(concept: Concept, place: Wording) -> bool:
    """True when the sentence says the opposite of `concept`."""
    words = {stem(concept.asked), concept.asked}
    for first, second in OPPOSITES:
        for mine, other in ((first, second), (second, first)):
            if stem(mine) in words or mine in words:
                forms = Concept(
                    other, (tuple(stem(word) for word in other.split()),) if other.isascii() else (), (other,)
                )
                if place.speaks_of(forms) and (other == "free" or not place.speaks_of(concept)):
                    return True
    return False


# ------------------------------------------------------------------------------------------------------------ clauses


def _deciding_clause(text: str, question: Question, asked: Sequence[Sought]) -> str:
    """The clause that says most of what is asked, its subject perhaps before it; of clauses alike, the first."""
    best, chosen, before = -1.0, text, ""
    by_telephone, means = _TELEPHONE.search(question.text) is not None, _means_in(question.text)
    for clause, following in pairwise((*_clauses(text), "")):
        own, inherited = Wording.of(clause), Wording.of(before)
        before = f"{before} {clause}"
        bare = clause.strip(" ,，;；")
        if _CASE.search(bare) or _OTHERWISE.match(bare) or following.startswith("则"):
            continue
        share = INHERITED_BESIDE_SUBJECT if _HAS_SUBJECT.match(bare) else INHERITED
        by_means = by_telephone and _TELEPHONE.search(clause) is not None
        score = 0.5 if by_means or means & _means_in(clause) else 0.0
        for word in asked:
            said = _said_by(word, own, text)
            score += word.weight * (max(said, share * word.found_in(inherited)) + PREFERRED * said)
        if score > best + 0.01:
            best, chosen = score, clause
    return chosen.strip(" ,，;；")


def _means_in(text: str) -> set[str]:
    """The ways of paying that `text` names."""
    return {found.lower().rstrip("s") for found in _MEANS.findall(text)}


def _said_by(word: Sought, clause: Wording, whole: str) -> float:
    """How far the clause says a word: little by one that leads to it, where another clause has the word itself."""
    found = word.found_in(clause)
    elsewhere = found <= BY_RELATION < word.found_in(Wording.of(whole))
    return found * RELATED_SHARE if elsewhere else found


def _clauses(text: str) -> Iterator[str]:
    """The clauses; what has no predicate of its own goes with its neighbour, as do exceptions and conditions."""
    held = ""
    ends = [found.end() for found in _PIECE_END.finditer(text)]
    starts = [0, *ends]
    pieces = [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True) if end > start]
    for piece in pieces:
        closed = held.rstrip().endswith((";", "；", "。"))
        joins = (
            _OPENS_ZH.search(held)
            or _DEPENDENT.search(piece)
            or not _PREDICATE.search(piece)
            or not _PREDICATE.search(held)
        )
        if held and (closed or not joins):
            yield held
            held = piece
        else:
            held += piece
    if held:
        yield held


def _parts(text: str) -> _Parts:
    without = _WITHOUT_ZH.search(text)
    if without:
        return _Parts(without["main"], needed=without["needed"])
    found = _UNLESS_ZH.search(text)
    if found:
        return _Parts(found["main"] or found["main2"] or "", apart=found["apart"] or found["apart2"] or "")
    only_zh = _ONLY_ZH.match(text)
    if only_zh:
        return _Parts(only_zh["main"], needed=only_zh["needed"])
    unless = _UNLESS.match(text)
    if unless:
        whole = _OF_THE_WHOLE.search(unless["apart"]) if _EXCEPT_A_THING.search(text) else None
        apart = unless["apart"][: whole.start()] if whole else unless["apart"]
        return _Parts(unless["main"] + (whole[0] if whole else ""), apart=apart)
    only = _ONLY.match(text) or _NOT_WITHOUT.match(text)
    if only is None:
        return _Parts(text)
    main = only["main"] if only.re is _ONLY else re.sub(r"\b(?:not|never|cannot)\b", "", only["main"])
    return _Parts(main, needed=only["needed"])


# ----------------------------------------------------------------------------------------------------------- polarity


def _asks_negated(question: Question) -> bool:
    text = _LEADS_IN.sub("", _A_NOT_A.sub("", question.text))
    text = re.sub(r"\bwithout\b|没有|没带|不带|不用|未经|未满", "", text)
    return NEGATION.search(DENIED_NEGATIONS.sub("", text)) is not None


def _negated(main: str, question: Question, whole: str) -> bool:
    bare = DENIED_NEGATIONS.sub("", main)
    negated = NEGATION.search(bare) is not None
    place = Wording.of(main)
    if any(opposed(concept, place) for concept in question.concepts):
        # "forbidden" is the opposite of "allowed" and a negation: it turns the answer once, not twice
        negated = NEGATION.search(_FORBIDS.sub("", bare)) is None
    if _FREE.search(main) and _ASKS_PRICE.search(question.text):
        negated = True
    if _WRITTEN.search(whole) and _TELEPHONE.search(question.text) and not _TELEPHONE.search(whole):
        negated = True
    if _GONE.search(main) and _ASKS_WHETHER_THERE.search(question.text) and not _GONE.search(question.text):
        negated = True
    if _OTHER_PARTY.search(main) and _SPEAKER.search(question.text):
        negated = True
    if _ASKS_INCLUDED.search(question.text) and _PAYS.search(main) and not _ASKS_INCLUDED.search(main):
        negated = True
    if _lacks(main, question) or _exceeds(main, question):
        negated = True
    return negated


def _lacks(main: str, question: Question) -> bool:
    """True when the question goes without what the clause grants something with: "may enter with 24 hours' notice"."""
    found = _QUESTION_WITHOUT.search(question.text)
    if found is None or NEGATION.search(main):
        return False
    lacking = Wording.of((found["lacking"] or found["lacking2"]).partition(" in ")[0])
    given = re.search(r"\bwith (?P<given>.+)$|(?:凭|持|经)(?P<given2>[\u3400-\u9fff]+)", main, re.IGNORECASE)
    if given is None:
        return False
    place = given["given"] or given["given2"]
    return bool(lacking.distinct & Wording.of(place).distinct) or any(
        lacking.text[at : at + 2] in place for at in range(len(lacking.text) - 1) if lacking.text[at] > "\u3400"
    )


def _exceeds(main: str, question: Question) -> bool:
    """True when more of a thing is asked for than the clause grants: "one cat"."""
    granted = _counts_in(main)
    return any(noun in granted and number > granted[noun] for noun, number in _counts_in(question.text).items())


def _counts_in(text: str) -> dict[str, float]:
    """How many of what `text` speaks of: by the stem of the noun, in Chinese by the word that counts."""
    counts: dict[str, float] = {stem(noun): float(number) for number, noun in _COUNT.findall(" ".join(tokens_of(text)))}
    for numeral, classifier in _COUNT_ZH.findall(text):
        number = float(numeral) if numeral.isdecimal() else parse_chinese(numeral)
        if number is not None:
            counts[classifier] = float(number)
    return counts


def _needs_only_allowed(clause: str, question: Question) -> bool:
    """True when it is asked whether something must be, and the clause only says that it may."""
    if _FREE.search(clause) and _ASKS_PRICE.search(question.text):
        return False
    must = _OBLIGED.search(question.text) and not _ALLOWED_ONLY.search(question.text)
    return bool(must and _ALLOWED_ONLY.search(clause) and not _OBLIGED.search(clause) and not NEGATION.search(clause))


def _is_excepted(parts: _Parts, question: Question, asked: Sequence[Sought]) -> bool:
    days, excepted = weekdays_in(question.text), weekdays_in(parts.apart)
    if days and excepted:
        return days <= excepted
    supposes = _LEADS_IN.search(question.text) is not None
    return _speaks(parts.apart, parts.main, asked, LEAST_SUPPOSED if supposes else FAINT_WEIGHT)


def _on_condition(parts: _Parts, question: Question, asked: Sequence[Sought]) -> Polarity:
    if _ALONE.search(question.text):
        return "no"
    timed = _by_the_clock(parts.needed, _Parts(parts.needed), question)
    if timed is not None and timed != "condition":
        return timed
    negated = _negated(parts.main, question, parts.main) and not re.search(r"\bnot before\b", parts.main)
    if _speaks(parts.needed, parts.main, asked):
        return "no" if negated else "yes"
    return "no" if negated and not re.search(r"\bonly\b|须|凭", parts.main) else "condition"


def _by_the_clock(text: str, parts: _Parts, question: Question) -> Polarity | None:
    """What the days and hours in `text` decide; None when they decide nothing."""
    negated = _negated(parts.main, question, text)
    days, stated = weekdays_in(question.text), weekdays_in(_UNLESS.sub(r"\g<main>", text))
    if days and stated and not days & stated:
        return "undecided" if negated else "no"
    windows, moment = windows_in(text), time_asked(question.text)
    if not windows:
        return None
    if moment is None:
        return "condition" if negated and not _asks_negated(question) and not parts.apart else None
    within = lies_within(moment, windows)
    if within is None or parts.apart:
        return "undecided"
    return "yes" if (within != negated) != _asks_negated(question) else "no"


def _speaks(piece: str, other: str, asked: Sequence[Sought], least: float = FAINT_WEIGHT) -> bool:
    """True when the question names what only `piece` of the sentence says."""
    own, elsewhere = Wording.of(piece), Wording.of(other)
    return any(
        word.weight >= least
        and word.word not in FAINT
        and word.found_in(own) > BY_RELATION
        and word.found_in(elsewhere) < word.found_in(own)
        for word in asked
    )
