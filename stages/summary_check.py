"""Whether a summary that a model wrote can be believed: each sentence is held against what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.context import Exchange
from stages.summary_entries import Entry, heading_tokens
from text.facts import Evidence, facts_in
from text.markdown import plain
from text.marks import MARK_PATTERN
from text.passages import words_of
from text.script import Language, language_of
from text.statements import is_courtesy, sentences_of
from text.summary import is_heading
from text.tokens import token_weight

LEAST_SHARED = 0.4
"""So many of a sentence's own words must have been said: what shares less is about something else, such as an answer to
a question in the conversation."""
LEAST_KEPT = 0.5
"""So many of an entry's words must stand in the summary for a statement without figures and names to count as kept, and
so many of the answers."""
MOST_FORGOTTEN_SHARE = 0.5
"""So much of the summary what was forgotten may take from what the model wrote."""

_LABEL = re.compile(
    r"^(?:here is (?:a|the) summary[^:]*|(?:the )?(?:conversation )?summary|以下是.{0,8}摘要|摘要|总结)\s*[:：]\s*",
    re.IGNORECASE,
)
_OF_SUMMARIES = frozenset(
    words_of(
        "the a an user assistant they them their he she his her said says told asked asks mentioned wanted wants would"
        " like answered replied confirmed stated noted explained discussed conversation question about that which who"
        " is are was were has have had to of in on at for with and or but by from as it its be been not also then there"
        " this these open still know whether"
    )
)
_CHINESE_OF_SUMMARIES = re.compile(
    "用户|助手|提到|表示|询问|问了?|说了?|告诉|回答|提及|还|并且?|以及|对话|其中|关于|名叫|他的|她的|的|了|是|在|有"
)
_TO_SOMEBODY = re.compile(r"\b(?:I|you|You|your|Your|my|My)\b|[你您我]")
"""A summary speaks of the user; who says "I" or "you" is answering."""


class Source:
    """Everything that a summary of an earlier summary and some exchanges may rest on. What was not heard is no part."""

    def __init__(self, summary: str, exchanges: Sequence[Exchange]) -> None:
        said = [summary]
        for exchange in exchanges:
            said += [exchange.question, exchange.answer, *exchange.documents]
            said += [f"{cited.document} p{cited.page} {cited.quote}" for cited in exchange.citations]
        text = "\n".join(said)
        self.evidence = Evidence(text)
        self.words = frozenset(words_of(text))
        self.languages: frozenset[Language] = frozenset(map(language_of, filter(None, said)))


def checked(reply: str, source: Source) -> list[str]:
    """The sentences of `reply` that can be believed, without Markdown and marks; repeated ones once."""
    if language_of(reply) not in source.languages:
        return []
    text = re.sub(rf"\s*{MARK_PATTERN}", "", reply)
    lines = (plain(line) for line in text.split("\n") if not is_heading(line))
    sentences = [sentence for line in lines for sentence in sentences_of(_LABEL.sub("", line))]
    return [sentence for sentence in dict.fromkeys(sentences) if _holds(sentence, source)]


def _holds(sentence: str, source: Source) -> bool:
    if is_courtesy(sentence) or sentence.endswith(("?", "？")) or _TO_SOMEBODY.search(sentence):
        return False
    if source.evidence.lacks(facts_in(sentence)):
        return False
    own = _own_words(sentence)
    return not own or sum(word in source.words for word in own) >= LEAST_SHARED * len(own)


def _own_words(sentence: str) -> list[str]:
    """Those of its words that are about something."""
    return [word for word in words_of(_CHINESE_OF_SUMMARIES.sub(" ", sentence)) if word not in _OF_SUMMARIES]


def lost(entries: Sequence[Entry], sentences: Sequence[str]) -> list[Entry]:
    """Those of `entries` that `sentences` do not tell.

    Answers are missed only when most of them are gone: a summary may choose among them, but not consist of one.
    """
    if not sentences:
        return list(entries)
    text = " ".join(sentences)
    evidence, words = Evidence(text), frozenset(words_of(text))
    missing = [entry for entry in entries if not _tells(evidence, words, entry)]
    answered = sum(not entry.told for entry in entries)
    missed = sum(not entry.told for entry in missing)
    chosen = answered - missed >= LEAST_KEPT * answered
    return [entry for entry in missing if (entry.told and entry.rank) or not (entry.told or chosen)]


def _tells(evidence: Evidence, words: frozenset[str], entry: Entry) -> bool:
    if evidence.lacks(facts_in(entry.bare)):
        return False
    own = _own_words(entry.bare)
    shared = sum(word in words for word in own)
    return shared >= (LEAST_KEPT if not entry.facts else LEAST_KEPT / 2) * len(own)


def prose_within(sentences: Sequence[str], forgotten: Sequence[Entry], longest_tokens: int) -> str:
    """As many of `sentences`, from the first, as fit beside what was forgotten, which may take its share at most."""
    headings = sum(map(heading_tokens, {entry.told for entry in forgotten}))
    beside = min(headings + sum(entry.weight for entry in forgotten), MOST_FORGOTTEN_SHARE * longest_tokens)
    left = longest_tokens - beside
    kept: list[str] = []
    for sentence in sentences:
        left -= token_weight(f"{sentence} ")
        if left < 0:
            break
        kept.append(sentence)
    joint = "" if language_of("".join(kept)) == "zh" else " "
    return joint.join(kept)
