"""Lines of receipts that say how many at what price: "Coffee beans 2 x 8.20   16.40"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.lines import SourceLine
from gateway.engines.reader.mentions import TableQuestion
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.question import Question
from gateway.engines.reader.wording import Wording

_UNITS = r"kg|g|l|ml|lbs?|oz|pcs?|pc|m|公斤|千克|斤|克|个|盒|瓶|袋|支|件"
_SUM = r"[$€£¥]? ?\d+(?:[.,]\d{3})*[.,]\d{2}"
_LINE = re.compile(
    rf"^(?P<name>.*?[A-Za-z\u3400-\u9fff].*?) (?P<count>\d+(?:[.,]\d+)?) ?(?P<unit>{_UNITS})? ?[x×*@] ?(?P<each>{_SUM})"
    rf"(?: ?/ ?(?:{_UNITS}))? +(?P<amount>{_SUM})(?: ?[A-Z元€])?$",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:one|each|apiece|single|unit price|per|an? (?:kilo|kg|pound|litre|liter|piece|bag|box|bottle))\b"
    r"|单价|每|一[个盒瓶袋支件公斤]",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\bhow many\b|\bhow much .*\b(?:buy|bought|weigh\w*)\b|\bquantity\b|[买了]?(?:几|多少)(?![钱元])", re.IGNORECASE
)
NAMED = 0.8


@dataclass(frozen=True, slots=True)
class _Piece:
    name: Wording
    count: str
    unit: str
    each: str
    amount: str
    line: SourceLine


def answer_piece(study: Study, question: Question) -> Finding | None:
    """How many of a thing, at what price, or what they come to; None where no such line names it."""
    if question.asks not in ("much", "many", "what"):
        return None
    asked = TableQuestion(study, question)
    named = [piece for piece in _pieces(study) if asked.names(piece.name) >= NAMED]
    if len(named) != 1 or not (question.kinds or _EACH.search(question.text) or _COUNT.search(question.text)):
        return None
    (piece,) = named
    places = [piece.name, Wording.of(f"{piece.unit} {_WEIGHTS if piece.unit else ''}")]
    if any(concept.asked not in _BOUGHT for concept in asked.unexplained(places)):
        return None
    zh = question.language == "zh"
    whole = f"{piece.count} {piece.unit}".strip() if not zh else f"{piece.count}{piece.unit}"
    if _COUNT.search(question.text) and not re.search(r"\b(?:cost|pay|price)\b|钱", question.text):
        value, told = whole, f"{piece.name.text}{'：' if zh else ': '}{whole}"
    elif _EACH.search(question.text):
        value, told = piece.each, f"{piece.name.text}{'：' if zh else ': '}{piece.each}"
        told += f"（{whole}）" if zh else f" each ({whole})" if not piece.unit else f" per {piece.unit} ({whole})"
    else:
        value, told = piece.amount, f"{piece.name.text}{'：' if zh else ': '}{piece.amount}"
        told += f"（{whole} × {piece.each}）" if zh else f" ({whole} × {piece.each})"
    return Finding(sentence(told, question.language), (piece.line,), 3.0, value)


_WEIGHTS = "kilo kilos kilogram kg gram litre liter pound weight"
_BOUGHT = frozenset(
    "bag box bottle pack packet piece buy bought purchased get got cost costs altogether weigh weighed".split()
)


def _pieces(study: Study) -> Iterator[_Piece]:
    for line in study.document.lines:
        found = _LINE.match(line.text)
        if found is not None:
            unit = found["unit"] or ""
            yield _Piece(Wording.of(found["name"]), found["count"], unit, found["each"], found["amount"], line)
