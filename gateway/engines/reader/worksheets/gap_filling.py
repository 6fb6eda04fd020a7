"""What goes in a gap of a worksheet's sentence: the words that stand there in the text, or a word of a box."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.words.synonyms import STOP_WORDS
from gateway.engines.reader.words.values import MONTHS, WEEKDAYS
from gateway.engines.reader.worksheets.sheets import Item, Sheet
from text.passages import stem
from text.script import has_ideographs

GAP = re.compile(r"_{2,}[.:]?|[(]\s*[)]|(?<=\s):$")
"""The last is a line with a full stop behind it, as it may be read."""
LEAST_BOX, MOST_BOX = 3, 12
"""Words."""
_ADJACENT = 1.0
_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    be:was become:became begin:began bite:bit blow:blew break:broke bring:brought build:built buy:bought catch:caught
    choose:chose come:came cut:cut do:did draw:drew drink:drank drive:drove eat:ate fall:fell feel:felt fight:fought
    find:found fly:flew forget:forgot get:got give:gave go:went grow:grew have:had hear:heard hide:hid hit:hit hold:held
    keep:kept know:knew leave:left lose:lost make:made meet:met pay:paid put:put read:read ride:rode ring:rang rise:rose
    run:ran say:said see:saw sell:sold send:sent shake:shook shine:shone sing:sang sink:sank sit:sat sleep:slept
    speak:spoke spend:spent stand:stood steal:stole swim:swam take:took teach:taught tell:told think:thought throw:threw
    wake:woke wear:wore win:won write:wrote
    """.split()
)


def filled(item: Item, sheet: Sheet, told: Sequence[str], box: Sequence[str]) -> str | None:
    """What the gaps of the item hold, told by sentences of the text and the words of a box; None without proof."""
    if item.section is not None and re.search(r"past (?:tense|form)|simple past", item.section.title, re.IGNORECASE):
        return _past(item.text)
    gaps = list(GAP.finditer(item.text))
    if not gaps:
        return None
    if has_ideographs(item.text):
        found = [_in_chinese(item.text, gap, told) for gap in gaps]
        return "，".join(word for word in found if word) if all(found) else None
    if len(gaps) > 1:
        return None
    before, after = item.text[: gaps[0].start()], item.text[gaps[0].end() :]
    return _from_box(before, after, told, box) if box else _beside(before, after, told)


def box_of(item: Item, sheet: Sheet, lines: Sequence[str]) -> tuple[str, ...]:
    """The words of the box that stands under the heading of the item's section."""
    if item.section is None or not re.search(r"\bbox\b|方框|框里", item.section.line.text, re.IGNORECASE):
        return ()
    first = next((its.lines[0].index for its in sheet.of(item.section)), 0)
    for text in reversed(lines[item.section.line.index + 1 : first]):
        words = [word.strip() for word in re.split(r"[\s,;|/，、；]+", text) if word.strip()]
        if LEAST_BOX <= len(words) <= MOST_BOX and not text.endswith((".", "。")):
            return tuple(words)
    return ()


def _past(text: str) -> str | None:
    found = re.match(r"[^a-z]*([a-z]+)\b", text, re.IGNORECASE)
    if found is None:
        return None
    verb = found[1].lower()
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if re.fullmatch(r"[^aeiou]+[aeiou][bdgmnprt]", verb) else f"{verb}ed"


def _content(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"[a-z]{3,}", text.lower()) if word not in STOP_WORDS}


def _from_box(before: str, after: str, told: Sequence[str], box: Sequence[str]) -> str | None:
    """The word of the box whose sentence of the text says most of the rest, or says it right beside the word."""
    asked = _content(f"{before} {after}")
    left, right = _last_word(before), _first_word(after)
    scored = []
    weights = {
        word: 1 / sum(word in _content(sentence) for sentence in told) for word in asked & _content(" ".join(told))
    }
    for word in box:
        best = 0.0
        for sentence in told:
            if re.search(rf"\b{re.escape(word)}\b", sentence, re.IGNORECASE) is None:
                continue
            near = _stands_beside(word, left, right, sentence)
            share = sum(weights.get(said, 0.0) for said in asked & _content(sentence))
            best = max(best, share + (_ADJACENT if near else 0.0))
        scored.append((best, word))
    scored.sort(reverse=True)
    return scored[0][1] if scored[0][0] > 0 and (len(scored) < 2 or scored[1][0] < scored[0][0]) else None


def _stands_beside(word: str, left: str, right: str, sentence: str) -> bool:
    forms = ([rf"\b{re.escape(left)} {re.escape(word)}\b"] if len(left) > 3 else []) + (
        [rf"\b{re.escape(word)} {re.escape(right)}\b"] if len(right) > 3 else []
    )
    return any(re.search(form, sentence, re.IGNORECASE) for form in forms)


def _last_word(text: str) -> str:
    found = re.search(r"([\w'’-]+)\W*$", text)
    return found[1] if found else ""


def _first_word(text: str) -> str:
    found = re.match(r"\s*([\w'’-]+)", text)
    return found[1] if found else ""


def _beside(before: str, after: str, told: Sequence[str]) -> str | None:
    """Without a box: a number before the same noun, a month or a day where one is asked for, a name after "called"."""
    lead = re.findall(r"[\w'’-]+", before)
    for length in range(min(6, len(lead)), 1, -1):
        form = rf"\b{' '.join(map(re.escape, lead[-length:]))} ([\w'’-]+)"
        words = {found[1].lower() for text in told for found in re.finditer(form, text, re.IGNORECASE)}
        if words:
            return words.pop() if len(words) == 1 and not words & STOP_WORDS else None
    noun = _first_word(after)
    if len(noun) > 2:
        counted = {
            found[1] for text in told for found in re.finditer(rf"([\w-]+) {re.escape(noun)}\b", text, re.IGNORECASE)
        }
        numbers = {word for word in counted if word[0].isdigit()} or counted
        if len(numbers) == 1:
            return numbers.pop()
    for kind, names in (("month", MONTHS), ("day", WEEKDAYS)):
        if re.search(rf"\b{kind}\b(?: of| was)?\W*$", before, re.IGNORECASE):
            asked = _content(before)
            near = [text for text in told if asked & _content(text)] or told
            said = {name for name in names for text in near if re.search(rf"\b{name}\b", text, re.IGNORECASE)}
            return said.pop().capitalize() if len(said) == 1 else None
    if re.search(r"\b(?:called|named)(?: the)?\W*$", before, re.IGNORECASE):
        asked = _content(before)
        best = max(told, key=lambda text: len(asked & _content(text)), default="")
        found = re.search(r"\b(?:called|named) (?:the )?((?:[A-Z][\w'’-]+ ?)+)", best)
        return found[1].strip() if found and asked & _content(best) else None
    return None


def _in_chinese(text: str, gap: re.Match[str], told: Sequence[str]) -> str | None:
    """The words of the text up to the next mark, after as much as is said before the gap, or up to what follows it."""
    before = re.split(r"[，。,:：；_\s)）]", text[: gap.start()].rstrip())[-1]
    after = re.split(r"[，。,；_\s(（]", text[gap.end() :].strip())[0]
    for length in range(min(6, len(before)), 1, -1):
        lead = before[-length:]
        ending = re.escape(after[:3]) if len(after) > 1 else r"[，。,；;！!”]"
        found = {
            one[1]
            for sentence in told
            for one in re.finditer(rf"{re.escape(lead)}[，,]?([^，。,；;！!”\s]{{1,10}}?)(?:{ending}|$)", sentence)
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return None
