"""How answers are put, in English and Chinese."""

from __future__ import annotations

import re

from gateway.engines.reader.words.vocabulary import Field
from text.script import Language, has_ideographs

NOT_FOUND = {"en": "I cannot find that in the document.", "zh": "我在文件里找不到这一点。"}
NOT_FOUND_IN_MANY = {"en": "I cannot find that in the documents.", "zh": "我在这些文件里找不到这一点。"}
NO_DOCUMENT = {
    "en": "I cannot answer that: no document is attached.",
    "zh": "没有附上文件，所以我无法回答。",
}
NO_TEXT = {"en": "I cannot find any text in the document.", "zh": "我在文件里找不到任何文字。"}
NEEDS_R1 = {
    "en": "I cannot answer that by myself: it needs a real R1."
    " Set R1_BASE_URL, R1_API_KEY and R1_API_SECRET to use one.",
    "zh": "这个问题我自己无法回答，需要真正的R1。请设置R1_BASE_URL、R1_API_KEY和R1_API_SECRET。",
}
NO_QUESTION = {"en": "What would you like to know?", "zh": "您想知道什么？"}
NOT_TOLD = {"en": "I cannot say: you have not told me that.", "zh": "我不知道，您还没有告诉我。"}
NOTED = {"en": "Thank you, I will remember that in this conversation.", "zh": "好的，我记住了。"}
GREETING = {
    "en": "Hello. Show me a document and ask me about it.",
    "zh": "您好。请给我看一份文件，然后提问。",
}
WELCOME = {"en": "You are welcome.", "zh": "不客气。"}

_IDEOGRAPH = "\u3400-\u9fff"
_ASCII_MARK = re.compile(rf"(?<=[{_IDEOGRAPH}）])[:,;?!]")
_ASCII_BRACKETS = re.compile(rf"\(([^()]*[{_IDEOGRAPH}][^()]*)\)")
_FULL_WIDTH = {ord(ascii_mark): chr(ord(ascii_mark) + 0xFEE0) for ascii_mark in ":,;?!"}

_QUOTES: dict[Language, str] = {"en": "It says: ", "zh": "文件里写着："}
_RECALLS: dict[Language, str] = {"en": "It was said before: ", "zh": "之前说过："}

LONGEST_QUOTE = 165
"""Characters; a reply must be short enough to be listened to."""


def quoted(text: str, language: Language) -> str:
    """A line or sentence of a document as an answer."""
    text = typeset(shortened(text))
    return f"{_QUOTES[language]}“{text}”"


def typeset(text: str) -> str:
    """`text` with full-width marks around Chinese: the reader compares in ASCII ones, which nobody writes there."""
    text = _ASCII_BRACKETS.sub(r"（\1）", text)
    return _ASCII_MARK.sub(lambda found: found[0].translate(_FULL_WIDTH), text)


def is_quoted(answer: str) -> bool:
    """True for an answer that only quotes the document."""
    return answer.startswith(tuple(_QUOTES.values()))


def unquoted(answer: str) -> str:
    """What an answer quotes, without the words around it; any other answer as it is."""
    for lead in _QUOTES.values():
        if answer.startswith(f"{lead}“"):
            return answer.removeprefix(f"{lead}“").rstrip("”")
    return answer


def within(text: str, document: str, language: Language) -> str:
    """An answer that names its document, where several documents answer."""
    return f"{document}里：{text}" if language == "zh" else f"In {document}: {text}"


def recalled(text: str, language: Language) -> str:
    """An answer that rests on the conversation, not on a document."""
    return text.replace(_QUOTES[language], _RECALLS[language])


def is_recalled(answer: str) -> bool:
    """True for an answer that only repeated an earlier one, which is there itself, or is no longer to be used."""
    return answer.startswith(tuple(_RECALLS.values()))


def said_before(answer: str, language: Language) -> str:
    """An answer that was given before, given again as such."""
    again = f"{_RECALLS[language]}{shortened(answer.replace(_QUOTES[language], ''))}"
    return again if again.endswith(("”", "”。")) else sentence(again, language)


def shortened(text: str) -> str:
    """`text` cut at a word when it is too long to be listened to."""
    if len(text) <= LONGEST_QUOTE:
        return text
    cut = text[:LONGEST_QUOTE]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;，；") + "…"


def sentence(text: str, language: Language) -> str:
    """`text` with a full stop, unless it ends in an end mark already."""
    text = typeset(text.strip())
    if text.endswith((".", "!", "?", "。", "！", "？", "…")):
        return text
    return f"{text}。" if language == "zh" else f"{text}."


def unsolved(task: str, language: Language) -> str:
    """That the answer to a task does not stand in the document, with what the task asks."""
    if language == "zh":
        return f"我在文件里找不到答案。题目是：“{typeset(task)}”"
    return f"I cannot find the answer in the document. It asks: “{typeset(task)}”"


def yes(text: str, language: Language) -> str:
    """A yes with the words it rests on."""
    return f"是的。{quoted(text, language)}" if language == "zh" else f"Yes. {quoted(text, language)}"


def no(text: str, language: Language) -> str:
    """A no with the words it rests on."""
    return f"不。{quoted(text, language)}" if language == "zh" else f"No. {quoted(text, language)}"


def on_condition(text: str, language: Language) -> str:
    """Neither yes nor no: the words that say on what it depends."""
    return f"有条件。{quoted(text, language)}" if language == "zh" else f"Only on a condition. {quoted(text, language)}"


def answered(verdict: str, text: str, language: Language) -> str:
    """The words that a verdict rests on, led in by it: "yes", "no" or "condition"; by any other, they stand alone."""
    put = {"yes": yes, "no": no, "condition": on_condition}.get(verdict, quoted)
    return put(text, language)


def field_is(field: Field, asked: str, value: str, language: Language) -> str:
    """The statement that a field has a value, for example "The total is $420.00."."""
    if language == "zh":
        name = asked if has_ideographs(asked) and asked in field.labels else spoken_name(field, language)
        return sentence(f"{name}是{value}", language)
    phrase = asked in ("born", "dated", "issued", "delivered", "begins", "starts") or asked.startswith(
        ("without", "before", "excluding", "sum ", "hand ", "pay ", "submit")
    )
    name = asked if asked in field.labels and not phrase else spoken_name(field, language)
    if name in _SAID_DIFFERENTLY:
        return sentence(_SAID_DIFFERENTLY[name].format(value), language)
    return sentence(f"The {_INITIALS.sub(lambda found: found[0].upper(), name)} is {value}", language)


def spoken_name(field: Field, language: Language) -> str:
    """What the field is called in an answer."""
    wants_chinese = language == "zh"
    return next((label for label in field.labels if has_ideographs(label) == wants_chinese), field.name)


_INITIALS = re.compile(r"\b(?:vat|gst|dob|po|id|url)\b")
"""Initials, which documents write in capitals."""

_SAID_DIFFERENTLY = {
    "from": "It is from {}",
    "to": "It is addressed to {}",
    "recipient": "It is addressed to {}",
    "bill to": "It is billed to {}",
    "billed to": "It is billed to {}",
    "sold to": "It was sold to {}",
    "ship to": "It is shipped to {}",
    "invoice to": "It is invoiced to {}",
    "signed by": "It was signed by {}",
    "written by": "It was written by {}",
    "sent by": "It was sent by {}",
    "issued by": "It was issued by {}",
    "sender": "It was sent by {}",
    "signed": "It was signed by {}",
    "iban": "The IBAN is {}",
    "due": "It is due on {}",
    "due by": "It is due by {}",
    "deadline": "The deadline is {}",
    "opening hours": "The opening hours are {}",
    "hours": "The hours are {}",
}
