"""What was said before: follow-up questions made whole, facts the user told, numbers that "that" stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader import phrasing
from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.followups import completed
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.asked.spoken import plainly
from gateway.engines.reader.asked.told import asked_of, is_thing, statements_of_user, told_in
from gateway.engines.reader.words.wording import Wording
from text.document_replies import WITHDRAWN
from text.prompt import PromptParts
from text.script import Language, language_of
from text.statements import is_question, is_refusal, sentences_of
from text.summary import ASKED, parse_summary

SHORT_ANSWER = 4
"""Words; a shorter answer says nothing without its question."""

MOST_FOLLOWED = 4
"""Follow-up questions in a row that are traced back to what they are about."""

_STATEMENT_EN = re.compile(
    r"^(?:(?:actually|no|sorry|well|also|oh)[, ]+)*(?:my |our |i |i['’]m |i['’]ve |we |call me |remember )",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SOURCE = re.compile(r"\s*\([^()]* p\d+\)$")
"""The documents that an answer in the summary rested on."""
_ASKS_WHAT_WAS_SAID = re.compile(
    r"^(what|when|where|who|how much|how many) did you (?:just )?(?:say|tell me) (?:that )?(.+?) (is|was|are|were)"
    r"[ ?.]*$",
    re.IGNORECASE,
)
_ASKS_WHAT_WAS_SAID_ZH = re.compile(
    r"^(?:请问)?[你您](?:刚才|刚刚|之前|先前|上次)?(?:跟我|对我)?(?:说过?|提到过?|告诉过?我)(?:的|过|，)?"
)
_GREETINGS = frozenset(
    "hello|hi|hey|good morning|good afternoon|good evening|hello there|hi there|你好|您好|早上好|下午好|晚上好".split(
        "|"
    )
)
_THANKS = frozenset("thanks|thank you|thank you very much|many thanks|thanks a lot|谢谢|谢谢你|谢谢您|多谢".split("|"))


class Conversation:
    """The summary and the exchanges of a prompt, as far as they help with its question."""

    def __init__(self, parts: PromptParts) -> None:
        self._exchanges = tuple((asked, "" if _is_no_source(answer) else answer) for asked, answer in parts.exchanges)
        self._summary = parse_summary(parts.summary)

    def completions(self, question: str) -> tuple[str, ...]:
        """What `question` may be as it would stand alone, the likeliest first: "and the tax?" is "what is the tax"."""
        question = _ASKS_WHAT_WAS_SAID.sub(r"\1 \3 \2", question)
        question = _ASKS_WHAT_WAS_SAID_ZH.sub("", question) or question
        before = ""
        for asked in [asked for asked, _ in self._exchanges if asked.strip()][-MOST_FOLLOWED:]:
            # a follow-up to a follow-up takes what that one took from the question before it
            before = completed(plainly(asked), before)[0] if before else asked
        return completed(question, before) if before else (question,)

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
        for told in told_in(text):
            if told.thing in ("name", "名字"):
                return f"您好，{told.value}。" if question.language == "zh" else f"Hello, {told.value}."
        return phrasing.NOTED[question.language]

    def recall_own(self, question: Question) -> str | None:
        """What the user told about themselves, when the question asks for it."""
        words = set(question.tokens)
        about_me = bool(words & {"my", "i", "me", "our", "we"}) if question.language == "en" else "我" in question.text
        if not about_me:
            return None
        statements = list(self.statements())[::-1]
        thing = asked_of(question)
        for told in (told for statement in statements for told in told_in(statement)) if thing else ():
            if is_thing(told, thing):
                verb = "are" if told.plural else "is"
                said = f"您的{told.thing}是{told.value}。" if question.language == "zh" else ""
                return said or f"Your {told.thing} {verb} {told.value}."
        asked = question.with_field_as_concept()
        for statement in statements:
            wording = Wording.of(statement)
            needed = asked.required or tuple(concept for concept in asked.concepts if not concept.light)
            if needed and all(wording.speaks_of(concept) for concept in needed):
                return f"您说过：“{statement}”" if question.language == "zh" else f"You told me: “{statement}”"
        return None

    def recall_answer(self, question: Question) -> str | None:
        """What was answered when the same was asked before; None when it was not, or could not be answered."""
        wanted = question.with_field_as_concept()
        if not wanted.concepts:
            return None
        for before, answer in reversed(list(self._answered())):
            earlier = analyse(before).with_field_as_concept()
            same = earlier.asks == wanted.asks and earlier.language == wanted.language
            both = Wording.of(f"{before} {answer}")
            if (
                same
                and all(both.speaks_of(concept) for concept in wanted.concepts if not concept.light)
                and all(
                    Wording.of(question.text).speaks_of(concept) for concept in earlier.concepts if not concept.light
                )
            ):
                return phrasing.said_before(answer, question.language)
        return None

    def statements(self) -> Iterator[str]:
        """What the user told, sentence by sentence, and what the summary says of the user, oldest first."""
        yield from statements_of_user(self._summary.prose)
        yield from self._summary.told
        for asked, _ in self._exchanges:
            yield from (sentence for sentence in sentences_of(asked) if not is_question(sentence))

    def said(self) -> Sequence[str]:
        """Everything that was stated, by the summary, the user and the answers, for reading like a document."""
        lines = [*sentences_of(self._summary.prose), *self.statements()]
        for answer in self._summary.answered:
            told = _SOURCE.sub("", answer.rpartition(ASKED)[2])
            if ASKED not in answer or len(Wording.of(told).stems) > SHORT_ANSWER:
                lines.append(told)
        for _, answer in self._exchanges:
            lines += [sentence for sentence in sentences_of(phrasing.unquoted(answer)) if not is_refusal(sentence)]
        return [phrasing.sentence(line, language_of(line)) for line in dict.fromkeys(lines)]

    def _answered(self) -> Iterator[tuple[str, str]]:
        """Questions with what was answered, oldest first, without refusals."""
        for answer in self._summary.answered:
            asked, _, told = answer.rpartition(ASKED)
            if asked:
                yield asked, _SOURCE.sub("", told)
        yield from ((asked, answer) for asked, answer in self._exchanges if answer and not is_refusal(answer))


def _is_no_source(answer: str) -> bool:
    return answer == WITHDRAWN or phrasing.is_recalled(answer)


def asks_about_user(question: Question) -> bool:
    """True when only the user could have told the answer."""
    return "my" in question.tokens if question.language == "en" else "我的" in question.text or "我叫" in question.text


def _is_statement(text: str, language: Language) -> bool:
    if language == "zh":
        return text.startswith(("我叫", "我的", "我住", "我是", "我姓", "记住")) and not is_question(text)
    return (
        bool(_STATEMENT_EN.match(text))
        and not text.rstrip().endswith("?")
        and not re.search(
            r"[,;.] ?(?:so )?(?:which|what|when|where|who|how|why|can|could|may|do|does|is|are)\b", text, re.IGNORECASE
        )
        and not re.match(r"i (?:want|need|would like) to know", text, re.IGNORECASE)
    )
