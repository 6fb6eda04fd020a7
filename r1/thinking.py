"""Keeps thoughts out of the answer when a model writes both into one text channel, with or without tags.

Modes: where the text starts, and what is known of the upstream.

    tagged   in the answer; `<think>` opens a thought anywhere
    open     inside a thought, because the prompt's template already opened it; `</think>` ends it
    auto     unknown. A tag decides; until one comes, everything is held back. A reply that ends by itself without any
             tag was an answer; one that was cut off was a thought
    field    the upstream promises that thoughts never stand in the text: it passes unchanged

Tags: `<think>`, `<thinking>`, `<reasoning>`, `<thought>`, `<seed:think>`, in any case; `[THINK]` (Magistral) and
`◁think▷` (Kimi). A block ends at the first closing tag of its own name. Blocks do not nest, because models mention tags
in their thoughts.
"""

from __future__ import annotations

import re
from typing import Literal

from r1.options import ThinkingMode
from r1.results import Delta, Kind

TAG_NAMES = ("think", "thinking", "reasoning", "thought", "seed:think")

_TAG = re.compile(rf"<(/?)((?i:{'|'.join(TAG_NAMES)})) ?>|\[(/?)(THINK)\]|◁(/?)(think)▷", re.ASCII)
_TAGS = (
    *(f"<{slash}{name}{space}>" for name in TAG_NAMES for slash in ("", "/") for space in ("", " ")),
    *("[THINK]", "[/THINK]", "◁think▷", "◁/think▷"),
)
_OPENER = re.compile(r"[<\[◁]")
_STARTS: dict[ThinkingMode, Literal["unknown", "thought", "answer"]] = {
    "auto": "unknown",
    "open": "thought",
    "tagged": "answer",
    "field": "answer",
}


class ThinkSplitter:
    """Sorts a streamed text into thoughts and answer. Any cutting of the same text gives the same two texts.

    It holds back at most what may become a tag (12 characters), and, in mode `auto`, all text before the first tag.
    White space at the start of the answer, of a thought, and after a block that follows white space goes. One splitter
    serves one reply.
    """

    def __init__(self, mode: ThinkingMode = "auto", after: str = "") -> None:
        """`after`: the end of an answer that this text goes on with, so that the space between them stays."""
        self._mode = mode
        self._where = _STARTS[mode]
        self._tail = ""
        self._undecided: list[str] = []
        self._opened_by = ""
        self._last: dict[Kind, str] = {"thought": "", "answer": after[-1:]}
        self._at_start = not after or after[-1].isspace()
        self.stray = False
        """True once a closing tag came where no thought was open: what was taken for answer until then was none."""

    @property
    def thinking(self) -> bool:
        """True while what comes is a thought, or may be one."""
        return self._where == "thought" or bool(self._undecided)

    @property
    def plain(self) -> bool:
        """True of a finished reply that was held back for a thought which it did not have."""
        return self._where == "unknown"

    def feed(self, text: str) -> list[Delta]:
        """What is certain after `text`."""
        if self._mode == "field":
            return [Delta("answer", text)] if text else []
        if self._tail:
            text, self._tail = self._tail + text, ""
        if _OPENER.search(text) is None:
            return self._put(text)
        found: list[Delta] = []
        start = 0
        for tag in _TAG.finditer(text):
            found += self._put(text[start : tag.start()])
            found += self._turn_at(tag)
            start = tag.end()
        self._tail = _beginning_of_tag(text[start:])
        found += self._put(text[start : len(text) - len(self._tail)])
        return found

    def separated(self) -> list[Delta]:
        """The upstream has sent a thought in a field of its own: so the text is answer, from its first character on."""
        if self._where != "unknown":
            return []
        released = self._release("answer")
        self._enter("answer")
        return released

    def finish(self, complete: bool) -> list[Delta]:
        """What was held back. `complete`: the reply ended by itself, rather than being cut off."""
        tail, self._tail = self._tail, ""
        if self._where != "unknown":
            return self._put(tail)
        self._undecided.append(tail)
        return self._release("answer" if complete else "thought")

    def _turn_at(self, tag: re.Match[str]) -> list[Delta]:
        closing, name = bool(tag[1] or tag[3] or tag[5]), (tag[2] or tag[4] or tag[6]).lower()
        self.stray = self.stray or (closing and self._where == "answer")
        if self._where == "thought" and not (closing and self._opened_by in {"", name}):
            if closing or self._opened_by or not self._at_start:
                return self._put(tag[0])
            self._opened_by = name  # `open` mode, and the upstream repeats the opening tag after all
            return []
        released: list[Delta] = []
        if self._where == "unknown":
            # Text before an opening tag was no thought; text before a closing tag that nothing opened was one.
            released = self._release("thought" if closing else "answer")
        self._enter("answer" if closing else "thought")
        self._opened_by = "" if closing else name
        return released

    def _enter(self, where: Kind) -> None:
        if where == self._where:
            return
        self._where = where
        self._at_start = where == "thought" or not self._last["answer"] or self._last["answer"].isspace()

    def _put(self, text: str) -> list[Delta]:
        if self._where != "unknown":
            return self._place(self._where, text)
        if text and (self._undecided or not text.isspace()):
            self._undecided.append(text)
        return []

    def _release(self, kind: Kind) -> list[Delta]:
        text = "".join(self._undecided)
        self._undecided.clear()
        return self._place(kind, text)

    def _place(self, kind: Kind, text: str) -> list[Delta]:
        if self._at_start:
            text = text.lstrip()
            if text and kind == "thought" and not (self._last[kind] or "\n").isspace():
                text = f"\n{text}"
        if not text:
            return []
        self._at_start = False
        self._last[kind] = text[-1]
        return [Delta(kind, text)]


def _beginning_of_tag(text: str) -> str:
    """The end of `text` that may still become a tag."""
    start = max(map(text.rfind, "<[◁"))
    tail = text[start:] if start >= 0 else ""
    wanted = tail.lower() if tail.startswith("<") else tail
    return tail if wanted and any(tag.startswith(wanted) for tag in _TAGS) else ""
