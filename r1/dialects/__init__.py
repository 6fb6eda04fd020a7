"""How an upstream is spoken to: one file a dialect, each turning its wire shapes into `Piece` and nothing else.

A dialect does no input or output and keeps no state, so a new one is a class with these members and a line in
`dialect_named`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import httpx

from r1.options import DialectName, R1Options
from r1.profiles import Profile
from r1.request import Request
from r1.results import Status, Usage


class Piece(NamedTuple):
    """What one event of the stream says, or a whole reply that came at once. A tuple, since one is made per token."""

    thought: str = ""
    """From a field of its own."""
    text: str = ""
    """From the text channel; may still hold thoughts between tags."""
    separates: bool = False
    """True when the upstream promises that thoughts never stand in the text channel."""
    finish_reason: str | None = None
    usage: Usage | None = None
    served_by: str = ""


class Dialect(Protocol):
    """One API that an R1 may be served by."""

    infer_path: str
    """Where a prompt is posted, after the base URL."""
    status_path: str
    """Where the server says whether it is there."""

    def auth(self, options: R1Options) -> httpx.Auth:
        """What puts the credentials on a request."""
        ...

    def body(self, request: Request, profile: Profile) -> dict[str, Any]:
        """The JSON of an infer request, always streaming, without stop sequences."""
        ...

    def read(self, event: Mapping[str, Any]) -> Piece:
        """What an event says. Raises `KeyError`, `TypeError` or `ValueError` for one that is none of this dialect's."""
        ...

    def read_status(self, reply: Mapping[str, Any]) -> Status:
        """What the reply of `status_path` says. Raises as `read` does."""
        ...


def dialect_named(name: DialectName) -> Dialect:
    """The dialect of that name."""
    from r1.dialects.guide import GuideDialect
    from r1.dialects.ollama import OllamaDialect
    from r1.dialects.openai import OpenAIDialect

    if name == "ollama":
        return OllamaDialect()
    return OpenAIDialect() if name == "openai" else GuideDialect()
