"""Which of several documents a question is put to first, and what of the conversation was only about documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.engines.reader.page.evidence import Study
from text.document_replies import about_documents
from text.prompt import PromptParts

ADVANTAGE = 1.0
"""Of the development questions, asked while another document is in use, 96 % then get the answer that their own
document gives alone; most others are answered with what the one in use says of the same thing, as they should be."""


def without_requests(parts: PromptParts) -> PromptParts:
    """`parts` without the exchanges that were requests about the documents themselves, such as "use the invoice".

    They say nothing of what stands anywhere, and a follow-up question is about what was asked before them.
    """
    names = list(dict.fromkeys(page.document for page in parts.pages))
    exchanges = tuple(
        (question, answer) for question, answer in parts.exchanges if not about_documents(question, answer, names)
    )
    return parts if len(exchanges) == len(parts.exchanges) else replace(parts, exchanges=exchanges)


def in_use_first(studies: Sequence[Study], document: str) -> list[Study]:
    """The studies, that of `document` in front."""
    return sorted(studies, key=lambda study: study.document.name != document)


def advantage(study: Study, document: str) -> float:
    """What is added to the scores of answers from the study: a little to the point is enough in the document in use."""
    return ADVANTAGE if study.document.name == document else 0.0
