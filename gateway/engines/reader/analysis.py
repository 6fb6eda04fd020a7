"""From the text of a question, in either language, to what it asks for."""

from __future__ import annotations

from gateway.engines.reader.lines import clean
from gateway.engines.reader.question import Question
from gateway.engines.reader.question_en import analyse_english
from gateway.engines.reader.question_zh import analyse_chinese
from text.script import language_of


def analyse(text: str) -> Question:
    """`text` as a `Question`. Any text is legal; it may turn out to ask for nothing."""
    cleaned = clean(text).strip()
    return analyse_chinese(cleaned) if language_of(cleaned) == "zh" else analyse_english(cleaned)
