"""Requests about the documents themselves, answered without asking anybody: "use the invoice", 有哪些文件？"""

from __future__ import annotations

from collections import Counter

from pipeline.context import ConversationContext
from pipeline.events import Answer
from text.document_replies import Attached, document_reply
from text.document_requests import DocumentRequest, document_choice, document_request
from text.script import Language, has_ideographs

DOCUMENT_REQUEST = "document_request"
"""Finish reason of such an answer."""


def document_answer(question: str, context: ConversationContext) -> Answer | None:
    """The answer to a request about the documents of `context`, with what the session is to do; None for a question."""
    request = _chosen(question, context) or document_request(question, context.documents, context.document_in_use)
    if request is None:
        return None
    language: Language = "zh" if has_ideographs(question) else "en"
    pages = Counter(page.document for page in context.pages)
    attached = [Attached(name, pages[name]) for name in context.documents]
    return Answer(
        question,
        document_reply(request, attached, context.document_in_use, language),
        finish_reason=DOCUMENT_REQUEST,
        in_use=_in_use(request, context.documents),
        dropped=request.names if request.action == "drop" else (),
    )


def _in_use(request: DocumentRequest, attached: tuple[str, ...]) -> str | None:
    if request.action != "switch" or not request.names:
        return None
    return "" if request.names == attached else request.names[0]


def _chosen(question: str, context: ConversationContext) -> DocumentRequest | None:
    """What was asked for before, when the assistant had to ask which document, and this says which.

    After the documents were listed, or another was put in use, "the second one" is a document too.
    """
    if not context.recent:
        return None
    attached, in_use = context.documents, context.document_in_use
    before = document_request(context.recent[-1].question, attached, in_use)
    return None if before is None else document_choice(question, before, attached, in_use)
