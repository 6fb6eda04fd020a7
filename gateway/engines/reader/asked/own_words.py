"""A question in the page's own words: what the page calls otherwise is put as the page calls it.

"How much is a round trip" becomes "How much is a return" where the page says so. It is asked when the question as it
was put finds nothing.
"""

from __future__ import annotations

import re

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.glosses import is_used
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.words.lexicon import longest_chinese, longest_english, senses_of_chinese, senses_of_english
from gateway.engines.reader.words.synonyms import CHINESE_STOP, STOP_WORDS
from text.script import has_ideographs

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
SHORTEST_SIGNS = 2
"""A single Chinese sign is part of many words."""


def in_own_words(study: Study, question: Question) -> Question | None:
    """`question` with the words that the page lacks in the page's; None when there is nothing to put otherwise."""
    put = _chinese(study, question.text) if question.language == "zh" else _english(study, question.text)
    return analyse(put) if put != question.text else None


def _english(study: Study, text: str) -> str:
    found = list(_WORD.finditer(text))
    words = tuple(word[0].lower() for word in found)
    said: list[str] = []
    place = end = 0
    while place < len(found):
        length = longest_english(words, place)
        start = found[place].start()
        said.append(text[end:start])
        end = found[place + max(length, 1) - 1].end()
        phrase = text[start:end]
        silent = length == 0 or (length == 1 and words[place] in STOP_WORDS)
        said.append(phrase if silent else _english_of_page(study, phrase))
        place += max(length, 1)
    return "".join(said) + text[end:]


def _english_of_page(study: Study, phrase: str) -> str:
    if is_used(study, phrase.lower()):
        return phrase
    options = (option for sense in senses_of_english(phrase) for option in sense.english)
    return next((option for option in options if is_used(study, option)), phrase)


def _chinese(study: Study, text: str) -> str:
    said: list[str] = []
    place = 0
    while place < len(text):
        word = longest_chinese(text, place)
        if len(word) < SHORTEST_SIGNS or not has_ideographs(word) or word in CHINESE_STOP:
            said.append(text[place])
            place += 1
            continue
        said.append(_chinese_of_page(study, word))
        place += len(word)
    return "".join(said)


def _chinese_of_page(study: Study, word: str) -> str:
    page = study.all_words.text
    if word in page:
        return word
    options = [option for sense in senses_of_chinese(word) for option in sense.chinese if len(option) >= SHORTEST_SIGNS]
    return max((option for option in options if option in page), key=len, default=word)
