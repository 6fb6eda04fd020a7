"""What somebody told of themselves: statements as they are remembered, and what they give of the speaker's things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.words.wording import Wording
from text.statements import sentences_of

_STOP = (
    r"(?= (?:and|but) (?:i|my|we|our|her|his|their|its|she|he|they|it|lives?|works?|has|is|are)\b"
    r"| who\b| which\b|[,;.!?，。！？]|$)"
)
_MY_IS = re.compile(
    rf"\bmy ([a-z][a-z '’-]*?) (is|are|was|were)(?: now)?(?: called| named)? ([^,;.!?]+?){_STOP}", re.IGNORECASE
)
_MY_CALLED = re.compile(
    rf"\b(?:have|['’]ve|got)(?: got)? (?:an?|one|\w+) ([a-z][a-z -]*?),? (?:called|named) ([^,;.!?]+?){_STOP}",
    re.IGNORECASE,
)
_THEIRS = re.compile(rf"\b(?:her|his|their|its) ([a-z][a-z -]*?) (is|are|was|were) ([^,;.!?]+?){_STOP}", re.IGNORECASE)
_NAMED = re.compile(r"^(?:i am called|call me|i go by|my friends call me) ([^,;.!?]+)", re.IGNORECASE)
_MY_ZH = re.compile(
    r"我(?:们)?(?:的|有(?:一个|一位|一只|个))?([\u3400-\u9fff]{1,6}?)(?:现在|已经)?，?(?:名叫|叫做|叫|是|改成了?|变成了?)([^，。！？]+)"
)
_THEIRS_ZH = re.compile(r"[她他它]的([\u3400-\u9fff]{1,6}?)(?:是|叫)([^，。！？]+)")
_NAMED_ZH = re.compile(r"我(?:叫|姓)([^，。！？]+)")

_OF_USER = re.compile(r"\b(?:the )?user['’]s (?=[a-z])", re.IGNORECASE)
_USER_DOES = re.compile(r"\b(?:the )?user (?:(does)\b|(\w+))", re.IGNORECASE)
_POINTS_BACK = re.compile(r"(?:he|she|they|it|his|her|their|its)\b|[她他它]", re.IGNORECASE)
_FIRST_PERSON = {"is": "am", "has": "have", "was": "was", "does": "do", "goes": "go"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that somebody told: what it is, and its value."""

    thing: str
    """In small letters: "sister", "sister flat number"."""
    value: str
    plural: bool = False


def told_in(statement: str) -> Iterator[Told]:
    """What `statement`, in the first person, gives of the speaker's things."""
    for match in (*_NAMED.finditer(statement), *_NAMED_ZH.finditer(statement)):
        yield Told("名字" if match.re is _NAMED_ZH else "name", match[1].strip())
    owner = ""
    for match in _MY_IS.finditer(statement):
        owner = owner or match[1].strip().lower()
        yield Told(match[1].strip().lower(), match[3].strip(), match[2].lower() in ("are", "were"))
    for match in _MY_CALLED.finditer(statement):
        owner = owner or match[1].strip().lower()
        yield Told(match[1].strip().lower(), match[2].strip(), match[1].endswith("s"))
    for match in _THEIRS.finditer(statement) if owner else ():
        yield Told(f"{owner}'s {match[1].strip().lower()}", match[3].strip(), match[2].lower() in ("are", "were"))
    for match in _MY_ZH.finditer(statement):
        owner = owner or match[1]
        yield Told(match[1], match[2].strip())
    for match in _THEIRS_ZH.finditer(statement) if owner else ():
        yield Told(f"{owner}的{match[1]}", match[2].strip())


def asked_of(question: Question) -> str:
    """Which of the speaker's things a question asks for: "sister" for "what is my sister called"; empty for none."""
    if question.language == "zh":
        match = re.search(r"我的?([\u3400-\u9fff]+?)(?:现在)?(?:是|叫)?(?:什么|多少|谁|哪)", question.text)
        return "名字" if "我叫什么" in question.text else match[1] if match else ""
    joined = " ".join(question.tokens)
    found = re.search(r"\bmy ([a-z][a-z -]*?)(?: called| named| again)?$", joined)
    return found[1] if found else "name" if joined in ("who am i", "what am i called") else ""


def is_thing(told: Told, asked: str) -> bool:
    """True when `told` gives what was asked for: "sister" also answers for her name."""
    stems = Wording.of(told.thing).stems
    return stems in (Wording.of(asked).stems, Wording.of(asked.removesuffix(" name")).stems)


def statements_of_user(prose: str) -> Iterator[str]:
    """What a summary tells of the user, as the user would say it: "The user has a cat." is "I have a cat."

    A sentence that begins with "she" stays with the one it points back to.
    """
    kept: list[str] = []
    begun = False
    for sentence in sentences_of(prose):
        about_user = re.search(r"\buser\b|用户", sentence, re.IGNORECASE) is not None
        if about_user:
            kept.append(_in_first_person(sentence))
        elif begun and _POINTS_BACK.match(sentence):
            kept[-1] = f"{kept[-1]} {sentence}"
        begun = about_user or (begun and _POINTS_BACK.match(sentence) is not None)
    yield from kept


def _in_first_person(sentence: str) -> str:
    mine = _OF_USER.sub("my ", sentence.replace("用户的", "我的").replace("用户", "我"))
    mine = _USER_DOES.sub(lambda found: f"I {_verb((found[1] or found[2]).lower())}", mine)
    if mine.startswith("I "):
        mine = re.sub(r"\btheir\b", "my", mine)
    return mine[:1].upper() + mine[1:]


def _verb(third_person: str) -> str:
    if third_person in _FIRST_PERSON or not third_person.endswith("s"):
        return _FIRST_PERSON.get(third_person, third_person)
    return third_person[:-2] if third_person.endswith(("ches", "shes", "xes", "sses")) else third_person[:-1]
