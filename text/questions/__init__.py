"""The questions of a document: a worksheet, an exam, a form, an e-mail. English and Chinese."""

from __future__ import annotations

from text.questions.finding import find_questions
from text.questions.found import BLANK, FoundQuestion, Kind, Option

__all__ = ["BLANK", "FoundQuestion", "Kind", "Option", "find_questions"]
