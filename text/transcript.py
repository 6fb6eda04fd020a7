"""A conversation of roles and texts as one prompt, for models that are asked with a prompt.

Answer in French.            what a system message says, first
User: What is the total?     only where there is more than one turn
Assistant: It is $420.
User: And the tax?
Assistant:
"""

from __future__ import annotations

from collections.abc import Sequence

_SPEAKERS = {"user": "User", "assistant": "Assistant", "tool": "Tool"}


def transcript(turns: Sequence[tuple[str, str]]) -> str:
    """The prompt for `turns`, each a role ("system", "developer", "user", "assistant", "tool") and a text.

    A single user's turn stays as it is. Further lines of a text are indented, so that none passes for another's turn.
    """
    told = [text for role, text in turns if role not in _SPEAKERS]
    said = [(role, text) for role, text in turns if role in _SPEAKERS]
    if len(said) == 1 and said[0][0] == "user":
        return "\n\n".join([*told, said[0][1]])
    lines = [f"{_SPEAKERS[role]}: {_indented(text)}" for role, text in said]
    return "\n".join([*(f"{text}\n" for text in told), *lines, "Assistant:"])


def _indented(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\n  ")
