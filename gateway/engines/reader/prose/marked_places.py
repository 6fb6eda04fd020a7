"""Which room, stand, platform or bay: the number or letter that a page gives such a place."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.synonyms import STOP_WORDS
from text.passages import stem

_NOUNS = r"rooms?|stands?|platforms?|bays?|gates?|tracks?|piers?|classrooms?|desks?|counters?|windows?|wards?|halls?"
_ASKED = re.compile(
    rf"\b(?:which|what)(?: (?:is the|number))? (?P<en>{_NOUNS})\b"
    r"|(?:几号|哪个|哪间|哪一?个|什么)(?P<zh>教室|房间|站台|窗口|诊室|柜台|会议室)",
    re.IGNORECASE,
)
_OF_ZH = {"教室": "room|classroom", "房间": "room", "站台": "platform|stand|bay", "窗口": "window|counter|desk",
          "诊室": "room", "柜台": "desk|counter", "会议室": "room"}  # fmt: skip


def answer_marked_place(study: Study, question: Question) -> Finding | None:
    """The number or letter for "which room": the one whose line says most of what is asked; None without one."""
    asked = _ASKED.search(question.text)
    if asked is None:
        return None
    noun = re.sub(r"s$", "", asked["en"].lower()) if asked["en"] else ""
    form = (
        rf"(?:{noun or _OF_ZH[asked['zh']]}) (?:no\.? ?)?(?-i:[A-Z]?\d{{1,4}}[A-Za-z]?|[A-Z])(?![\w])"
        rf"|[A-Z]?\d{{1,4}}号?{asked['zh'] or '(?!)'}"
    )
    words = {stem(word) for word in re.findall(r"[a-z]{3,}", question.text.lower()) if word not in STOP_WORDS}
    words -= {stem(noun), "which", "what", "go", "held", "take"}
    told: list[tuple[int, str, int]] = []
    for line in study.document.lines:
        for found in re.finditer(form, line.text, re.IGNORECASE):
            around = " ".join(one.text for one in (line, *study.document.before(line)))
            said = {stem(word) for word in re.findall(r"[a-z]{3,}", around.lower())}
            told.append((len(words & said), found[0], line.index))
    if not told:
        return None
    most = max(share for share, _, _ in told)
    best = {name.lower(): (name, index) for share, name, index in told if share == most}
    if len(best) != 1 or (words and not most):
        return None
    name, index = next(iter(best.values()))
    return Finding(sentence(name, question.language), (study.document.lines[index],), 2.5, name)
