"""An English question put in Chinese, for a page in Chinese: the way of asking, and what it asks about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.words.lexicon import longest_english, senses_of_english
from gateway.engines.reader.words.synonyms import LIGHT_WORDS, STOP_WORDS
from text.script import has_ideographs

_BE = r"(?:is|are|was|were|do|does|did|will|would|has|have|had|can|could|should|must|shall|may|am)"
_WHO = r"(?:i|we|you|one|it|they|he|she|this|that|there)"
_NUMERALS = "零一二三四五六七八九十"

_MOST = {
    "cheapest": "最便宜", "most expensive": "最贵", "dearest": "最贵", "longest": "最长", "shortest": "最短",
    "biggest": "最大", "highest": "最高", "lowest": "最低",
}  # fmt: skip
_MOST_WORDS = "|".join(_MOST)


@dataclass(frozen=True, slots=True)
class _Head:
    """How an English question asks, and how a Chinese one does; {} is what it asks about."""

    asked: re.Pattern[str]
    put: str
    bare: str = ""
    """How it is put where nothing is left to ask about."""


def _head(asked: str, put: str, bare: str = "") -> _Head:
    return _Head(re.compile(rf"^(?:{asked})\b ?"), put, bare)


_HEADS = (
    _head(
        rf"how much (?:more )?(?:money )?{_BE} {_WHO} (?:still|left) (?:have|need|owe)?(?: to pay)?",
        "还要付多少钱",
        "还要付多少钱",
    ),
    _head(
        rf"how much (?:money )?{_BE} {_WHO} (?:have to |need to )?(?:pay|cost)(?: for| in total)?",
        "{}多少钱",
        "一共多少钱",
    ),
    _head(rf"(?:how much|what)(?: {_BE})?(?= .*\bcosts?$)", "{}多少钱", "一共多少钱"),
    _head(rf"how much (?:money )?{_BE}?", "{}多少钱", "一共多少钱"),
    _head(rf"what {_BE} the (?:costs?|price) of", "{}多少钱"),
    _head(rf"how often {_BE}?(?: {_WHO})?", "{}多久一次"),
    _head(r"how many (?:bags|boxes|bottles|packs|packets|pieces|cans|tubes)(?= of)", "{}数量是多少"),
    _head(rf"how many (?:more )?(?P<noun>\w+)(?: {_BE}(?: {_WHO})?)?", "{}有多少{noun}"),
    _head(rf"how long {_BE}?(?: {_WHO})?|how much time {_BE}?(?: {_WHO})?", "{}多长时间"),
    _head(rf"how old {_BE}?", "{}几岁"),
    _head(rf"(?:at |by |from )?(?:what|which) time {_BE}?(?: {_WHO})?", "{}几点"),
    _head(rf"(?:on |by |until )?(?:what|which) (?:days?|date) {_BE}?(?: {_WHO})?", "{}是哪天"),
    _head(rf"(?:by |until |since |from )?when {_BE}?(?: {_WHO})?", "{}是什么时候"),
    _head(rf"(?:in |at |to )?(?:what|which) (?:place|address) {_BE}?(?: {_WHO})?|where {_BE}?(?: {_WHO})?", "{}在哪里"),
    _head(
        r"(?:what|which) (?:phone |telephone )?number (?:do|can|should|must|shall) (?:i|we|you|one) (?:call|ring|dial)",
        "{}打哪个电话",
    ),
    _head(r"who(?:m|se)? (?:is|are|was|were)(?= the \w+(?: \w+)?(?: (?:of|for|in|on|at) .*)?$)", "{}是谁"),
    _head(r"what (?:is|are|was|were) the names? of", "{}叫什么名字"),
    _head(r"who (?:pays|paid|has to pay|must pay|bears)(?: for| the costs? of| the costs? for)?", "{}由谁承担"),
    _head(r"who(?: is|'s|will be)? (?:responsible|in charge)(?: for| of)?", "{}由谁负责"),
    _head(r"whose|who(?:m|se)?(?: is| are| was| were| will| did| does| do)?", "谁{}"),
    _head(rf"why {_BE}?(?: {_WHO})?", "为什么{}"),
    _head(rf"how {_BE}?(?: {_WHO})?", "怎么{}"),
    _head(rf"what (?:is|are|was|were)(?: {_WHO})?", "{}是多少"),
    _head(rf"what happens|what {_BE} {_WHO} (?:have to |need to )?do", "{}怎么办", "怎么办"),
    _head(rf"(?:what|which)(?: \w+)?(?: {_BE})?(?: the)? (?P<most>{_MOST_WORDS})", "哪样{}{most}"),
    _head(rf"what (?:should|must|do|does|did|will|can|may)(?: {_WHO})?(?: have to| need to)?", "{}什么"),
    _head(rf"(?:in |on |at )?(?:which|what) (?P<noun>\w+)(?: {_BE}(?: {_WHO})?)?", "{}哪个{noun}"),
    _head(rf"(?:do|does|will|can|would) {_WHO} get", "可以{}吗"),
    _head(rf"(?:can|may|could) {_WHO}|(?:is|are) {_WHO} (?:allowed|permitted) to", "可以{}吗"),
    _head(r"(?:can|may|could)", "{}可以吗"),
    _head(rf"(?:do|does|must|should) {_WHO} (?:have to |need to |must )?pay(?: for| anything for)?", "{}要另外付费吗"),
    _head(rf"(?:do|does|must|should|shall|need)(?: {_WHO})?(?: have to| need to)?", "需要{}吗"),
    _head(r"(?:is|are|was|were) there", "有{}吗"),
    _head(rf"{_BE}(?: {_WHO})?", "{}吗"),
)
_CASE = re.compile(r"(?:^|[, ])(?:if|in case) (?P<case>[^,]+?)(?:,|$)")
_PREPOSITION = re.compile(r" (?P<word>of|for|in|on|at|from|to|with|by|during|before|after|about) ")
_BEFORE_IN_CHINESE = {"before": "{}之前", "after": "{}之后", "from": "从{}", "to": "{}"}
_NUMBERED = (
    (re.compile(r"\bclass (\d) ?\(?(\d)\)?(?!\d)"), lambda found: f" {_NUMERALS[int(found[1])]}（{found[2]}）班 "),
    (re.compile(r"\bfloors? (\d+) (?:to|-) (\d+)\b"), lambda found: f" {found[1]}至{found[2]}层 "),
    (re.compile(r"\bclass (\d+)\b"), lambda found: f" {found[1]}班 "),
    (re.compile(r"\bbuildings? (?:no\.? ?)?(\d+)\b"), lambda found: f" {found[1]}号楼 "),
    (re.compile(r"\bbus (?:no\.? ?)?(\d+)\b"), lambda found: f" {found[1]}号车 "),
    (re.compile(r"\b(?:question|task|problem|exercise) (?:no\.? ?)?(\d+)\b"), lambda found: f" 第{found[1]}题 "),
)
_PHRASES = (
    ("before or after meals", "饭前还是饭后"), ("switched off", "turn off"), ("gets back", "return"),
    ("get back", "return"), ("comes back", "restored"), ("come back", "restored"),
    ("back to school", "return to school"), ("get on", "board"), ("gets on", "board"), ("get off", "alight"),
    ("pick up", "collect"), ("turned off", "cut off"), ("hand in", "submit"), ("handed in", "submitted"),
    ("water is cut off", "water off"), ("water be cut off", "water off"), ("is cut off", "cut off"),
    ("water be off", "water off"), ("water is off", "water off"), ("power be off", "power off"),
    ("water cut off", "water off"), ("look after", "keep"), ("take part in", "join"),
)  # fmt: skip
"""Phrases whose little words are no prepositions."""
_ORDINALS = {"first": "第一", "second": "第二", "third": "第三", "fourth": "第四", "fifth": "第五"}
_SILENT = frozenset(
    """
    being going gone while each per kind sort please own during happens
    whether cost costs called go goes went name
    """.split()
)
_SPEAKING = frozenset("late change check rate company date amount expensive total".split())
_UNSAID = (STOP_WORDS | _SILENT) - _SPEAKING
_UNSAID_ALWAYS = frozenset(
    "the a an of for to is are was were be do does did have has i we you it this that there".split()
)
_WORD = re.compile(r"[\u3400-\u9fff（）\d]*[\u3400-\u9fff][\u3400-\u9fff（）\d]*|[A-Za-z\d][\w.'’:/-]*")


def chinese_question(study: Study, text: str) -> str | None:
    """`text` in Chinese, or None when a word of it is not known: then nothing of the page can answer it."""
    asked = re.sub(r"\s+", " ", re.sub(r"[?!.]+$", "", text.strip())).replace("’", "'").lower().replace(" being ", " ")
    asked = re.sub(r"(?<=\w)'s\b(?<!what's)(?<!who's)(?<!when's)(?<!where's)(?<!how's)", "", asked)
    for phrase, word in _PHRASES:
        asked = asked.replace(phrase, word)
    asked = re.sub(r"\b(what|who|when|where|how)'s\b", r"\1 is", asked)
    for pattern, numbered in _NUMBERED:
        asked = pattern.sub(numbered, asked)
    case = _CASE.search(asked)
    lead = ""
    if case is not None:
        said = _phrase(study, case["case"])
        if said is None:
            return None
        lead = f"如果{said}，"
        asked = asked.replace(case[0].strip(), "").strip(" ,")
    asked = re.sub(r"\s+", " ", asked).strip()
    head = next((head for head in _HEADS if head.asked.search(asked)), None)
    found = head.asked.search(asked) if head is not None else None
    if head is None or found is None:
        return None
    about = _phrase(study, asked[found.end() :])
    if about is None:
        return None
    put = head.put.replace("{most}", _MOST.get(found.groupdict().get("most") or "", ""))
    if "{noun}" in put:
        noun = _phrase(study, found["noun"])
        if noun is None:
            return None
        put = put.replace("{noun}", noun)
    elif not about:
        return f"{lead}{head.bare}？" if head.bare else None
    return f"{lead}{put.replace('{}', about)}？"


def _phrase(study: Study, text: str) -> str | None:
    """A phrase in Chinese, where what describes stands before what it describes; None when a word is not known."""
    parts = _PREPOSITION.split(f" {text} ")
    said = _words(study, parts[0])
    if said is None:
        return None
    for word, part in zip(parts[1::2], parts[2::2], strict=True):
        more = _words(study, part)
        if more is None:
            return None
        if not more:
            continue
        more = _BEFORE_IN_CHINESE.get(word, "{}").format(more)
        said = f"{more}的{said}" if said and word == "of" else f"{more}{said}"
    return said


def _words(study: Study, text: str) -> str | None:
    words = tuple(_WORD.findall(text))
    said: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        length = longest_english(words, place)
        if has_ideographs(word):
            said.append(word)
        elif word in _ORDINALS:
            said.append(_ORDINALS[word])
        elif word in ("not", "no", "never"):
            said.append("不")
        elif length and (length > 1 or word not in _UNSAID):
            chosen = _chosen(study, " ".join(words[place : place + length]))
            said.append(chosen)
            place += length - 1
        elif word in _UNSAID or word in LIGHT_WORDS or word in _UNSAID_ALWAYS:
            pass
        elif any(sign.isdigit() for sign in word) or word in study.all_words.lowered:
            said.append(word)
        else:
            return None
        place += 1
    return "".join(dict.fromkeys(said))


def _chosen(study: Study, phrase: str) -> str:
    """The Chinese of an English phrase that the page uses, the longest first; the plainest when it uses none."""
    options = [option for sense in senses_of_english(phrase) for option in sense.chinese]
    used = [option for option in options if option in study.all_words.text]
    return max(used, key=len, default=options[0])
