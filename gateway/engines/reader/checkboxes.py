"""Boxes that are ticked: "[x] Advanced" for "which kind is ticked"."""

from __future__ import annotations

import re

from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.likeness import likeness, sought_of
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.question import Question
from gateway.engines.reader.wording import Wording

_BOX = re.compile(r"(?P<box>\[ ?[xXvV✓✔×]? ?\]|\( ?[xX✓✔] ?\)|[☐☑☒✓✔□■])\s*(?P<label>[^\[\]☐☑☒✓✔□■]+)")
_ASKS = re.compile(
    r"\b(?:tick(?:ed)?|check(?:ed)?|mark(?:ed)?|crossed|select(?:ed)?|chosen|chose|box)\b|勾|选中|打钩|选择",
    re.IGNORECASE,
)


def answer_box(study: Study, question: Question) -> Finding | None:
    """The labels of the ticked boxes on the line that the question means; None when it asks for none, or has none."""
    asked = sought_of(study, question)
    best: tuple[float, Finding] | None = None
    for line in study.document.lines:
        boxes = list(_BOX.finditer(line.text))
        ticked = [found["label"].strip(" ,;") for found in boxes if re.search(r"[xXvV✓✔×☑☒■]", found["box"])]
        if not ticked or len(boxes) < 2:
            continue
        key = Wording.of(line.text[: boxes[0].start()].strip(" :"))
        share = likeness(asked, key, ()).share if key.text else 0.0
        if not (_ASKS.search(question.text) or share >= 0.75):
            continue
        said = sentence(("、" if question.language == "zh" else ", ").join(ticked), question.language)
        if best is None or share > best[0]:
            best = (share, Finding(said, (line,), 3.0, ticked[0]))
    return best[1] if best else None
