"""What was said before: follow-up questions made whole, facts the user told, numbers that "that" stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader import phrasing
from gateway.engines.reader.followups import completed
from gateway.engines.reader.question import Question
from gateway.engines.reader.wording import Wording
from text.prompt import PromptParts
from text.script import Language

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_QUESTION_START = re.compile(
    r"^(?:and |so |then )?(?:what|who|whom|whose|when|where|why|how|which|is|are|was|were|do|does|did|can|could"
    r"|will|would"
    r"|should|may|has|have|please|tell|show|read|find|give|summari[sz]e|list|translate)\b",
    re.IGNORECASE,
)
_QUESTION_ZH = re.compile(r"什么|谁|哪|几|多少|吗|呢|怎么|为何|是否|[?？]$")
_STATEMENT_EN = re.compile(r"^(?:my |our |i |i['’]m |i['’]ve |we |call me |remember )", re.IGNORECASE)
_MY_IS = re.compile(
    r"\bmy ([a-z][a-z -]*?) (?:is|are|was)(?: called| named)? ([^,;.!?]+?)(?= (?:and|but) (?:i|my|we)\b|[,;.!?]|$)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"^(?:i am called|call me|i go by|my friends call me) ([^,;.!?]+)", re.IGNORECASE)
_MY_ZH = re.compile(r"我的?([\u3400-\u9fff]{1,6}?)(?:是|叫)([^，。！？]+)")
_NAMED_ZH = re.compile(r"我(?:叫|姓)([^，。！？]+)")
_SUMMARY_FACT = re.compile(r"\b(?:the )?user(?:['’]s)? (?=[a-z])", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_REFUSED = re.compile(r"\bcannot\b|\bcan't\b|找不到|无法", re.IGNORECASE)
_GREETINGS = frozenset(
    "hello|hi|hey|good morning|good afternoon|good evening|hello there|hi there|你好|您好|早上好|下午好|晚上好".split(
        "|"
    )
)
_THANKS = frozenset("thanks|thank you|thank you very much|many thanks|thanks a lot|谢谢|谢谢你|谢谢您|多谢".split("|"))


class Conversation:
    """The summary and the exchanges of a prompt, as far as they help with its question."""

    def __init__(self, parts: PromptParts) -> None:
        self._exchanges = parts.exchanges
        self._summary = parts.summary

    def complete(self, question: str) -> str:
        """`question` as it would stand alone: "and the tax?" becomes "what is the tax"."""
        previous = next((asked for asked, _ in reversed(self._exchanges) if asked.strip()), "")
        return completed(question, previous) if previous else question

    def last_number(self) -> str:
        """The last number of the last answer, in digits; empty without one."""
        for _, answer in reversed(self._exchanges):
            numbers = _NUMBER.findall(answer)
            if numbers:
                number = str(numbers[-1]).replace(",", "")
                return number.rstrip("0").rstrip(".") if "." in number else number
        return ""

    def courtesy(self, text: str, question: Question) -> str | None:
        """The reply to a greeting, to thanks, or to a fact that the user tells; None for anything else."""
        plain = text.strip(" .!,。！，").lower()
        if plain in _GREETINGS:
            return phrasing.GREETING[question.language]
        if plain in _THANKS:
            return phrasing.WELCOME[question.language]
        if not _is_statement(text, question.language):
            return None
        for key, value in _facts(text):
            if key in ("name", "名字"):
                return f"您好，{value}。" if question.language == "zh" else f"Hello, {value}."
        return phrasing.NOTED[question.language]

    def recall_own(self, question: Question) -> str | None:
        """What the user told about themselves, when the question asks for it."""
        words = set(question.tokens)
        about_me = bool(words & {"my", "i", "me", "our", "we"}) if question.language == "en" else "我" in question.text
        if not about_me:
            return None
        owned = _owned(question)
        for statement in reversed(list(self.statements())):
            for key, value in _facts(statement):
                if owned and Wording.of(key).stems in (
                    Wording.of(owned).stems,
                    Wording.of(owned.removesuffix(" name")).stems,
                ):
                    return f"您的{key}是{value}。" if question.language == "zh" else f"Your {key} is {value}."
        asked = question.with_field_as_concept()
        for statement in reversed(list(self.statements())):
            wording = Wording.of(statement)
            told = asked.required or tuple(concept for concept in asked.concepts if not concept.light)
            if told and all(wording.speaks_of(concept) for concept in told):
                return f"您说过：“{statement}”" if question.language == "zh" else f"You told me: “{statement}”"
        return None

    def statements(self) -> Iterator[str]:
        """What the user told, sentence by sentence, and what the summary says of the user, oldest first."""
        for sentence in _SENTENCE.split(self._summary):
            if _SUMMARY_FACT.search(sentence):
                yield _SUMMARY_FACT.sub("my ", sentence.strip())
        for asked, _ in self._exchanges:
            for sentence in _SENTENCE.split(asked):
                if (
                    sentence.strip()
                    and not _QUESTION_START.match(sentence.strip())
                    and not _QUESTION_ZH.search(sentence)
                ):
                    yield sentence.strip()

    def said(self) -> Sequence[str]:
        """Everything that was stated, by the summary, the user and the answers, for reading like a document."""
        lines = [sentence.strip() for sentence in _SENTENCE.split(self._summary)]
        lines += self.statements()
        for _, answer in self._exchanges:
            lines += [sentence.strip() for sentence in _SENTENCE.split(answer) if not _REFUSED.search(sentence)]
        return [line for line in dict.fromkeys(lines) if line]


def asks_about_user(question: Question) -> bool:
    """True when only the user could have told the answer."""
    return "my" in question.tokens if question.language == "en" else "我的" in question.text or "我叫" in question.text


def _is_statement(text: str, language: Language) -> bool:
    if language == "zh":
        return text.startswith(("我叫", "我的", "我住", "我是", "我姓", "记住")) and not _QUESTION_ZH.search(
            text.strip()
        )
    return (
        bool(_STATEMENT_EN.match(text))
        and not text.rstrip().endswith("?")
        and not re.match(r"i (?:want|need|would like) to know", text, re.IGNORECASE)
    )


def _facts(statement: str) -> Iterator[tuple[str, str]]:
    for match in _NAMED.finditer(statement):
        yield "name", match[1].strip()
    for match in _NAMED_ZH.finditer(statement):
        yield "名字", match[1].strip()
    for pattern in (_MY_IS, _MY_ZH):
        for match in pattern.finditer(statement):
            yield match[1].strip().lower(), match[2].strip()


def _owned(question: Question) -> str:
    """For "what is my sister called" asks for "sister"."""
    if question.language == "zh":
        match = re.search(r"我的?([\u3400-\u9fff]+?)(?:是|叫)?(?:什么|多少|谁|哪)", question.text)
        return "名字" if "我叫什么" in question.text else match[1] if match else ""
    joined = " ".join(question.tokens)
    found = re.search(r"\bmy ([a-z][a-z -]*?)(?: called| named| again)?$", joined)
    return found[1] if found else "name" if joined in ("who am i", "what am i called") else ""
