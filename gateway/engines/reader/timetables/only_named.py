"""A permission for some only is none for another: "at Ashby and Corley only" says no to "at Dunmore"."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding
from gateway.engines.reader.phrasing import answered, unquoted

_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|\d+))*)")
_ONLY = re.compile(r"[A-Z][\w'’-]* only\b|\bonly (?:[a-z]+ ){0,3}[A-Z]")


def unless_only_others(question: Question, finding: Finding | None) -> Finding | None:
    """`finding`, turned to no where it says yes of others only than the one that the question names."""
    if finding is None or question.asks != "whether" or not finding.text.startswith("Yes. "):
        return finding
    said = finding.text.removeprefix("Yes. ")
    names = [name for name in _NAME.findall(question.text) if name not in ("I", "I'm")]
    if len(names) != 1 or names[0].lower() in said.lower() or _ONLY.search(said) is None:
        return finding
    return replace(finding, text=answered("no", unquoted(said), question.language))
