"""From the text of a question, in either language, to what it asks for."""

from __future__ import annotations

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.asked.question_en import analyse_english
from gateway.engines.reader.asked.question_zh import analyse_chinese
from gateway.engines.reader.page.lines import clean
from text.script import language_of


def analyse(text: str) -> Question:
    """`text` as a `Question`. Any text is legal; it may turn out to ask for nothing."""
    cleaned = clean(text).strip()
    return analyse_chinese(cleaned) if language_of(cleaned) == "zh" else analyse_english(cleaned)
