"""What is kept of a conversation without a model: the speakers' own sentences, and which of them outlast the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.context import Exchange
from pipeline.events import Citation
from text.facts import Facts, facts_in, masked
from text.marks import safe_name
from text.script import is_cjk
from text.statements import concerns_speaker, is_courtesy, is_lasting, is_question, is_refusal, sentences_of
from text.summary import ASKED, SummaryParts, build_summary
from text.tokens import token_weight

LONGEST_ENTRY_TOKENS = 60
"""A longer sentence is cut where it pauses: people who dictate make few full stops."""
LONGEST_QUESTION_TOKENS = 25
"""Of the question that is kept beside its answer."""
LONGEST_ANSWER_TOKENS = 80
"""Of one answer; what was said at length is kept by its first figures and names."""
MOST_CITED = 3
"""Documents named with one answer."""
SHARE_OF_ONE = 0.5
"""So much of the whole one exchange may take, so that a long speech does not push out all that was told before; but
always enough for one entry."""

_PAUSE = re.compile(r"(?<=[,;:，；、：])\s*|\s+(?=(?:and|but|because|so|then|which|when|while|where)\b)", re.IGNORECASE)
_OWN_CLAUSE = re.compile(r",?\s+(?:and|but)\s+(?=(?:i|my|we|our)\b)|[，,](?:而且|并且|另外)?(?=我)", re.IGNORECASE)
"""Where a sentence goes on to another thing of the speaker's."""
_POINTS_BACK = re.compile(
    r"(?:and |but |also )?(?:he|she|it|they|his|her|its|their|this|that|these|those)\b|[他她它这那其]", re.IGNORECASE
)
_HALF_SAID = re.compile(
    r"(?:yes|no|it|they|he|she|this|that|these|those|there|about|around|from|at|on|in|by|to|because|only)\b"
    r"|[是对不]的?[，,。]|[他她它这那因在]",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"(?:yes|no)[.!]?|(?:是的|对|不是|不|可以|不可以)[。！]?", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|can|must|should|does|do|did|costs?|lives?|works?|says?|leaves?|arrives?"
    r"|begins?|starts?|ends?|takes?|needs?|wants?)\b|[是在有为叫说到住]",
    re.IGNORECASE,
)
_TOLD_BACK = re.compile(
    r"(?:your|you told|you said|it was said before)\b|[您你](?:的|说过|告诉过)|之前说过", re.IGNORECASE
)

_SOURCES = re.compile(r"\s*\([^()]* p\d+\)$")
_FILLER = re.compile(
    r"^(?:(?:and|but|so|well|no|yes|sorry|actually|now|oh|wait|remember|note|please|that|by the way|i mean"
    r"|correction)\b[\s,:.-]*|(?:其实|不对|不是|不|哦|对了|更正一下|更正|现在|记住|请记住|我是说)[，,：:\s]*)+",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\b(?:actually|no|sorry|now|instead|wrong|correction|changed|i mean)\b|其实|不对|更正|现在|改|换成|变成",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"((?:my|our|the|i|we)\b[^,;:.!?]*?)(?:['’]s| (is|are|am|was|were|has|have|lives?|works?|costs?))\b(.*)",
    re.IGNORECASE,
)
_STATES_ZH = re.compile(
    r"(我们?的?[^，。！？,.]{0,10}?)(?:现在)?(?:已经)?(是|叫|在|有|住在?|为|改成|改为|变成|换成)了?(.*)"
)
_OF_ONE_VALUE = re.compile(
    r"\b(?:favou?rite|name|address|colou?r|e-?mail|password|job|birthday|age|phone|number|code|size|weight|height|budget"
    r"|deadline|appointment|flight|train)$|最喜欢|名字|地址|密码|号码|电话|生日|年龄|邮箱|工作|预算|职业",
    re.IGNORECASE,
)
"""What somebody has one of: a new value takes the old one's place even where neither is a number."""
_SAME_VERB = {"am": "is", "are": "is", "was": "is", "were": "is", "has": "have", "lives": "live", "works": "work",
              "costs": "cost", "改成": "是", "改为": "是", "变成": "是", "换成": "是", "为": "是",
              "住": "住在"}  # fmt: skip
_NAMED = re.compile(
    r"((?:my|our) [a-z -]+?)(?: is|['’]s| was)? (?:called|named)(?: (?!and\b)[\w'’-]+){1,3}[.!]?"
    r"|(我们?的?[^\W\d_]{1,6}?)叫\w{1,6}[。！]?",
    re.IGNORECASE,
)
_MORE = re.compile(r"[,，;；]|\b(?:and|but)\b|和|但|而")
_TIME_WORDS = re.compile(r"\b(?:now|currently|actually|only|about|exactly|today)\b|现在|目前")


@dataclass(frozen=True)
class Entry:
    """One thing kept. Without slots, so that what follows from its text is worked out once."""

    text: str
    """On one line."""
    told: bool
    """By the user; else answered."""

    @cached_property
    def facts(self) -> Facts:
        """The numbers and names in it."""
        return facts_in(self.text)

    @property
    def bare(self) -> str:
        """Without the documents that an answer stood in."""
        return self.text if self.told else _SOURCES.sub("", self.text)

    @cached_property
    def rank(self) -> int:
        """How long it is kept: 3 what the user is, has, likes or plans; 2 other things told; 1 answers; 0 no facts."""
        if self.told:
            lasting = any(map(is_lasting, sentences_of(self.text)))
            return 3 if lasting else 2 if self.facts or concerns_speaker(self.text) else 0
        return 1 if self.facts else 0

    @cached_property
    def weight(self) -> float:
        """Tokens that it costs in a summary."""
        return token_weight(f"- {self.text}\n")

    @cached_property
    def same(self) -> str:
        """Equal for entries that say the same in the same words."""
        return "".join(filter(str.isalnum, self.text.casefold()))

    @cached_property
    def about(self) -> str:
        """What it gives a value of; empty where that is not sure. A newer entry about the same replaces it."""
        return _about_told(self.text) if self.told else _about_answered(self.text)

    @cached_property
    def names_whom(self) -> str:
        """Whose name it gives, such as "my sister"; empty where it gives none."""
        return _named_whom(self.text) if self.told else ""

    @cached_property
    def corrects(self) -> bool:
        """True when the user says that something was otherwise, as with "actually"."""
        return self.told and _CORRECTION.search(self.text) is not None


def entries_of_summary(parts: SummaryParts) -> list[Entry]:
    """The entries of an earlier summary, oldest first. What a model wrote of the user counts as told."""
    prose = [
        Entry(piece, told=_of_user(sentence)) for sentence in sentences_of(parts.prose) for piece in pieces_of(sentence)
    ]
    return [
        *prose,
        *(Entry(text, told=True) for text in parts.told),
        *(Entry(text, told=False) for text in parts.answered),
    ]


def entries_of_exchange(exchange: Exchange) -> list[Entry]:
    """What is kept of one exchange: what the user stated, and what was answered."""
    told = [Entry(text, told=True) for text in statements_in(exchange.question)]
    answer = answer_of(exchange)
    return [*told, Entry(answer, told=False)] if answer else told


def statements_in(said: str) -> list[str]:
    """What the user stated, in their words: no questions, requests and courtesies.

    A sentence that begins with "she" or "it" stays with the one before, where both are short.
    """
    kept: list[str] = []
    for sentence in sentences_of(said):
        stated = _stated_before_question(sentence) if is_question(sentence) else sentence
        if not stated or is_courtesy(stated):
            continue
        joined = f"{kept[-1]} {stated}" if kept else ""
        if joined and _POINTS_BACK.match(stated) and token_weight(joined) <= LONGEST_ENTRY_TOKENS:
            kept[-1] = joined
        else:
            kept.extend(piece for clause in _own_clauses(stated) for piece in pieces_of(clause))
    return [text for text in kept if any(map(str.isalnum, text))]


def _own_clauses(sentence: str) -> list[str]:
    """For "I live in Leeds and my code is 5." both halves, so that each can be replaced alone."""
    clauses = [clause.strip(" ,，") for clause in _OWN_CLAUSE.split(sentence)]
    return clauses if len(clauses) > 1 and all(map(is_lasting, clauses)) else [sentence]


def _stated_before_question(sentence: str) -> str:
    """For "My flat number is 47, what is the tax?" the first half; empty where all of it asks."""
    clauses = [clause.strip() for clause in _PAUSE.split(sentence) if clause.strip()]
    stated: list[str] = []
    for clause in clauses[:-1]:
        if is_question(clause) or not (stated or is_lasting(clause)):
            break
        stated.append(clause)
    return " ".join(stated).rstrip(" ,;:，；、：")


def answer_of(exchange: Exchange) -> str:
    """The answer as it is kept, with its documents; empty for a refusal, a courtesy, or the user's own words again."""
    said = sentences_of(exchange.answer)
    if not said or is_refusal(said[0]):
        return ""
    if not exchange.citations and _TOLD_BACK.match(exchange.answer.strip()):
        return ""
    kept: list[str] = []
    for sentence in said:
        if not kept and _YES_OR_NO.fullmatch(sentence):
            kept.append(sentence)
            continue
        if is_courtesy(sentence) or is_refusal(sentence) or (is_question(sentence) and not _tells_something(sentence)):
            continue
        if len(kept) > bool(kept and _YES_OR_NO.fullmatch(kept[0])) and not facts_in(sentence):
            continue
        fitting = next(iter(pieces_of(sentence, LONGEST_ANSWER_TOKENS)), "")
        if kept and token_weight(" ".join((*kept, fitting))) > LONGEST_ANSWER_TOKENS:
            break
        kept.append(fitting)
    if not kept:
        return ""
    answer = " ".join((*kept, *_sources(exchange.citations)))
    question = _question_of(exchange.question) if _says_too_little(kept[0]) else ""
    if is_courtesy(question) and not facts_in(answer):
        return ""
    return f"{question}{ASKED}{answer}" if question else answer


def _tells_something(sentence: str) -> bool:
    return not sentence.endswith(("?", "？")) and bool(facts_in(sentence))


def _says_too_little(answer: str) -> bool:
    return _HALF_SAID.match(answer) is not None or not _VERB.search(answer)


def _question_of(said: str) -> str:
    """The last question in what the user said, short."""
    asked = [sentence for sentence in sentences_of(said) if is_question(sentence)] or sentences_of(said)
    if not asked:
        return ""
    return next(iter(pieces_of(asked[-1], LONGEST_QUESTION_TOKENS)), "").replace(ASKED.strip(), "-")


def _sources(citations: Iterable[Citation]) -> Iterator[str]:
    """Where it stood, in round brackets: only a page's own line carries a mark."""
    places = dict.fromkeys(f"{safe_name(citation.document)} p{citation.page}" for citation in citations)
    if places:
        yield f"({', '.join(list(places)[:MOST_CITED])})"


def pieces_of(sentence: str, longest: float = LONGEST_ENTRY_TOKENS) -> Iterator[str]:
    """`sentence`, cut at pauses, else at words, so that no piece weighs more than `longest` tokens."""
    if token_weight(sentence) <= longest:
        yield sentence
        return
    piece = ""
    for clause in _fragments(sentence, longest):
        joint = "" if not piece or (is_cjk(piece[-1]) and is_cjk(clause[0])) else " "
        joined = f"{piece}{joint}{clause}"
        if piece and token_weight(joined) > longest:
            yield piece
            joined = clause
        piece = joined
    if piece:
        yield piece


def _fragments(sentence: str, longest: float) -> Iterator[str]:
    """Clauses, those that are too long by words, and words that are too long by characters."""
    most = int(longest)  # characters that weigh less than `longest` even if all are Chinese
    for clause in filter(None, map(str.strip, _PAUSE.split(sentence))):
        if token_weight(clause) <= longest:
            yield clause
            continue
        for word in clause.split():
            yield from (word[place : place + most] for place in range(0, len(word), most))


def _of_user(sentence: str) -> bool:
    return re.search(r"\buser\b|用户", sentence, re.IGNORECASE) is not None or concerns_speaker(sentence)


def _about_told(text: str) -> str:
    if len(sentences_of(text)) > 1:
        return ""
    stated = _FILLER.sub("", text)
    found = _STATES.match(stated) or _STATES_ZH.match(stated)
    if found is None:
        return ""
    subject, verb = found[1].strip().lower(), (found[2] or "is").lower()
    subject = subject.replace("我的", "我").replace("我们的", "我们")
    value = _TIME_WORDS.sub("", masked(found[3])).strip(" .!。！")
    head = f"{subject} {_SAME_VERB.get(verb, verb)}"
    if "#" in value:
        return f"{head} {' '.join(value.split())}"
    single = _OF_ONE_VALUE.search(subject) or verb.startswith(("live", "住"))
    return head if single and not _MORE.search(value) else ""


def _about_answered(text: str) -> str:
    question, asked, _ = text.partition(ASKED)
    source = _SOURCES.search(text)
    where = source[0] if source else ""
    if asked:
        return f"{''.join(filter(str.isalnum, question.casefold()))} {where}"
    found = _STATES.match(text.removesuffix(where).strip())
    if found is None or len(sentences_of(text)) > 1:
        return ""
    value = " ".join(masked(found[3]).split())
    return f"{found[1].strip().lower()} {found[2] or 'is'} {value} {where}" if "#" in value else ""


def _named_whom(text: str) -> str:
    found = _NAMED.fullmatch(_FILLER.sub("", text))
    return (found[1] or found[2]).lower().replace("的", "") if found else ""


def merged(entries: Sequence[Entry]) -> list[Entry]:
    """`entries`, oldest first, without those that a later one replaces: the same again, or a newer value of the same.

    A name replaces a name only where the user corrects one: two sisters may have been spoken of.
    """
    kept: list[Entry] = []
    taken: set[tuple[bool, str, str]] = set()
    for entry in reversed(entries):
        keys = {(entry.told, "same", entry.same)}
        if entry.about:
            keys.add((entry.told, "about", entry.about))
        named = (entry.told, "name", entry.names_whom)
        if taken.isdisjoint(keys) and not (entry.names_whom and named in taken):
            kept.append(entry)
        taken |= keys  # of those left out too: what they had replaced is older still
        if entry.names_whom and entry.corrects:
            taken.add(named)
    return kept[::-1]


def share_of_one(longest_tokens: float) -> float:
    """Tokens that one exchange may take of `longest_tokens`."""
    return max(SHARE_OF_ONE * longest_tokens, LONGEST_ANSWER_TOKENS)


def fitted(entries: Sequence[Entry], longest_tokens: float) -> list[Entry]:
    """Those that fit into `longest_tokens` as lists: the lowest rank goes first, and in it the oldest."""
    weight = sum(entry.weight for entry in entries)
    told = sum(entry.told for entry in entries)
    of_kind = {True: told, False: len(entries) - told}
    headings = {kind: heading_tokens(kind) for kind in of_kind}
    weight += sum(headings[kind] for kind, count in of_kind.items() if count)
    dropped: set[int] = set()
    for place in sorted(range(len(entries)), key=lambda place: (entries[place].rank, place)):
        if weight <= longest_tokens:
            break
        entry = entries[place]
        dropped.add(place)
        of_kind[entry.told] -= 1
        weight -= entry.weight + (0 if of_kind[entry.told] else headings[entry.told])
    return [entry for place, entry in enumerate(entries) if place not in dropped]


def heading_tokens(told: bool) -> float:
    """What the line above a list costs, in the longer of the languages."""
    return token_weight("The user said:\n" if told else "The assistant answered:\n")


def written(entries: Sequence[Entry], longest_tokens: int, prose: str = "") -> str:
    """A summary of at most `longest_tokens` with as many of `entries` as fit beside `prose`, which must fit."""
    beside = token_weight(f"{prose}\n") if prose else 0
    kept = fitted(entries, longest_tokens - beside)
    told = tuple(entry.text for entry in kept if entry.told)
    answered = tuple(entry.text for entry in kept if not entry.told)
    return build_summary(SummaryParts(prose, told, answered))
