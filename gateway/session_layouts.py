"""How an engine is told what was said before in a session: one function a layout.

An API's caller says itself how it wants to be answered, so a session adds what was said and nothing else. The
instructions of `text.prompt` are the voice assistant's, and ask for an answer that is to be spoken.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from text.prompt import PromptParts, build_prompt

Exchanges = tuple[tuple[str, str], ...]
"""Question and answer, oldest first."""
SessionLayout = Callable[[str, Exchanges], str]
"""From a question and what was said before it to a prompt."""

_INDENT = "  "
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def plain_layout(question: str, exchanges: Exchanges) -> str:
    """For a model: the conversation line by line, then the question as it came.

    The further lines of what was said are indented, so that nothing in it passes for another's words. It grows at its
    end, so that a server's prefix cache keeps hitting.
    """
    said = "\n".join(f"User: {_indented(asked)}\nAssistant: {_indented(answer)}" for asked, answer in exchanges)
    return f"Conversation so far:\n{said}\n\nReply to the user's next message:\n{question}"


def reader_layout(question: str, exchanges: Exchanges) -> str:
    """For the reader, which takes prompts apart by the layout of `text.prompt` and heeds no instructions."""
    return build_prompt(PromptParts(question, exchanges=exchanges))


def _indented(text: str) -> str:
    return f"\n{_INDENT}".join(_LINE_BREAK.split(text))
