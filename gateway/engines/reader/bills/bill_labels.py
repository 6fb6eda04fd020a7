"""What a bill states by label.

A label stands before a colon, in the cell before its value, over its value (as heads stand over columns), or before a
code without any mark ("INVOICE 20718", "Tel. 01632 960255").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gateway.engines.reader.bills.bill_parts import PRICE, SUM, Stated, is_price, parted, plain_sum
from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.words.meanings import is_form, meant_by
from gateway.engines.reader.words.trade_words import ATTRIBUTES, LABELS
from text.script import has_ideographs

LONGEST_LABEL_WORDS = 5
LONGEST_LABEL_ZH = 12
LONGEST_RUN_ZH = 8
LINES_AROUND = 2
LINES_UNDER_HEADS = 3
"""So many lines under heads over columns may hold their values."""
_KNOWN = frozenset(line.partition(":")[0] for line in f"{LABELS}\n{ATTRIBUTES}".splitlines())
_COLON = re.compile(r"(?<!\d):(?!//)|(?<=\d):(?!\d)")
_KEY = re.compile(
    r"(?:[A-Z][\w./'#-]*(?: (?:[a-z]{2,}|[A-Z][\w./'#-]*|no\.?)){0,3}"
    r"|[\u3400-\u9fff]{2,8}(?:\([^)]*\))?)$"
)
_CODE = re.compile(
    r"(?<![\w])(?P<label>(?:VAT|Tax|GST) (?:[Rr]eg(?:istration)?\.?|ID|id|[Nn]umber"
    r"|[Nn]o\.)(?: (?:[Nn]o\.?|[Nn]umber))?|Invoice|INVOICE|Receipt|RECEIPT"
    r"|Bill|License|Licence|Job(?: card)?|Work [Oo]rder|Order|Table|Till|Pump|No\.|Ref\.?|Serial|Model"
    r"|[Mm]odel|[Ss]erial|[Rr]egistration|[Rr]eg\.?|Tel(?:ephone|\.)?|Phone|Mobile"
    r"|Fax|Odometer|Mileage|Account|Member(?:ship)?|Card|Ticket|Check)"
    r"(?P<number> (?:[Nn]o\.?|[Nn]umber|NO\.?|#)"
    r"| ?#)? (?P<value>(?:[A-Z]{1,3}[ -]?)?[\dA-Z(+][\dA-Z()+ .,/-]*\d[\dA-Z-]*"
    r"(?: (?!VAT|GST|TAX|NIF|TEL|FAX)[A-Z]{2,3}(?![\w]))?)",
)
_FIRST_GROUP, _GROUP = re.compile(r"\d{4}(?: \d{2,4})*"), re.compile(r"\d{2,4}(?: \d{2,4})*")
"""Of the digits of a bank account, which may stand far enough apart to be taken for cells."""
_NUMBERED = frozenset("order job table card account member ticket check".split())
"""Words that are labels of a number when one stands behind them."""
_SHEET = re.compile(r"\b(?:invoice|receipt|bill)\b", re.IGNORECASE)


def stated_in(document: SourceDocument, apart: frozenset[SourceLine]) -> Iterator[Stated]:
    """Everything that `document` states by label outside the lines `apart`."""
    for line in document.lines:
        if line in apart:
            continue
        found = (*_by_colons(line), *_by_cells(line), *_by_code(line, document), *_below(line, document))
        for one in found or tuple(_listed(line, document)):
            yield Stated(one.label, plain_sum(one.value), one.line)


def _by_colons(line: SourceLine) -> Iterator[Stated]:
    for at, cell in enumerate(line.cells):
        places = [found.start() for found in _COLON.finditer(cell)]
        starts = [
            _key_start(cell, before + 1 if number else 0, place)
            for number, (before, place) in enumerate(zip([0, *places], places, strict=False))
        ]
        for number, place in enumerate(places):
            if starts[number] is None:
                continue
            end = next((start for start in starts[number + 1 :] if start is not None), len(cell))
            label, value = cell[starts[number] : place].strip(" ·•+*-“"), cell[place + 1 : end].strip()
            if end == len(cell) and (not value or re.search(r"路|街|道|\d$", value)):
                value += (
                    next(iter(line.cells[at + 1 : at + 2]), "") if _goes_on(line.cells[at + 1 : at + 2], value) else ""
                )
            groups = line.cells[at + 1 :] if end == len(cell) and _FIRST_GROUP.fullmatch(value) else ()
            if groups and all(_GROUP.fullmatch(group) for group in groups):
                value = " ".join((value, *groups))
            if value and _is_label(label):
                yield Stated(label, value.strip(" ;；,"), line)


def _goes_on(following: Sequence[str], value: str) -> bool:
    """True when the cell after a value, or after a label without one, belongs to it."""
    return bool(following) and ":" not in following[0] and (not value or has_ideographs(following[0][:1]))


def _key_start(cell: str, begin: int, place: int) -> int | None:
    """Where the label before the colon at `place` begins; None for what is no label behind other words."""
    text = cell[begin:place]
    if not has_ideographs(text[-1:]):
        key = _KEY.search(text)
        if not begin:
            return key.start() if key and len(text.split()) > LONGEST_LABEL_WORDS else 0
        return begin + key.start() if key else None
    run = re.search(r"[\u3400-\u9fff]+$", text)
    if run is None:
        return None
    for at in range(run.start(), len(text) - 1):
        if is_form(text[at:]):
            return begin + at
    return begin + run.start() if begin and len(run[0]) <= LONGEST_RUN_ZH else None if begin else 0


def _is_label(label: str) -> bool:
    if has_ideographs(label):
        return len(label) <= LONGEST_LABEL_ZH
    return 0 < len(label.split()) <= LONGEST_LABEL_WORDS and re.search(r"[^\W\d_]", label) is not None


def _by_cells(line: SourceLine) -> Iterator[Stated]:
    """A label in one cell, its value in the next; a sum at the end of its line."""
    cells = line.cells
    if len(cells) >= 2 and is_price(cells[-1]) and not (len(cells) == 2 and cells[0].endswith(":")):
        yield Stated(" ".join(cells[:-1]).rstrip(":"), cells[-1], line)
    elif len(cells) == 1 and (parts := parted(line)) is not None and SUM.match(parts[0]):
        yield Stated(parts[0], parts[-1], line)
    for cell in cells:
        summed = re.fullmatch(rf"(?P<label>[^:]*?[^\W\d_][^:]*?):? (?P<value>{PRICE.pattern})", cell, re.IGNORECASE)
        if summed and len(cells) > 1 and SUM.match(summed["label"]):
            yield Stated(summed["label"], summed["value"].strip(), line)
    for label, value in pairwise(cells):
        if ":" not in label and _is_known(label) and not _is_known(value) and not is_price(value) and ":" not in value:
            yield Stated(label, value, line)


def _listed(line: SourceLine, document: SourceDocument) -> Iterator[Stated]:
    """A line of two cells among others of two: a label and what it states, though no bill is known to call it so."""
    around = (*document.before(line, LINES_AROUND), *document.after(line, LINES_AROUND))
    if _is_pair(line) and any(_is_pair(near) for near in around):
        yield Stated(line.cells[0], line.cells[1], line)


def _is_pair(line: SourceLine) -> bool:
    return len(line.cells) == 2 and _is_label(line.cells[0]) and re.search(r"[\d:]", line.cells[0]) is None


def _is_known(cell: str) -> bool:
    """True for a cell that is a label and nothing else."""
    text = cell.strip(" :.*")
    if not _is_label(text) or re.search(r"\d", text) or len(text) > 28:
        return False
    meant = meant_by(text)
    return bool(meant.keys & _KNOWN) and not meant.keys - _KNOWN and not any(len(run) > 2 for run in meant.runs)


def _by_code(line: SourceLine, document: SourceDocument) -> Iterator[Stated]:
    for cell in line.cells:
        for found in _CODE.finditer(cell):
            label = found["label"].strip(" .")
            if label.lower() == "no":
                label = "invoice number" if _is_sheet_number(line, document) else ""
            elif _SHEET.fullmatch(label) or label.lower() in (
                "order",
                "job",
                "table",
                "card",
                "account",
                "member",
                "ticket",
                "check",
            ):
                label = f"{label} number"
            if label:
                yield Stated(label, _whole_code(found, line, document), line)


def _whole_code(found: re.Match[str], line: SourceLine, document: SourceDocument) -> str:
    """The code, with its rest from the next line when it breaks off at a hyphen."""
    value = found["value"].strip()
    rest = found.string[found.end() :]
    if rest != "-" and not (value.endswith("-") and not rest):
        return value
    below = next(iter(document.after(line)), None)
    return f"{value.rstrip('-')}-{below.text}" if below and re.fullmatch(r"[\dA-Z][\dA-Z-]*", below.text) else value


def _is_sheet_number(line: SourceLine, document: SourceDocument) -> bool:
    """True for a bare "No." beside or under the name of the sheet."""
    return any(_SHEET.search(near.text) for near in (*document.before(line, 2), line))


def _beside(line: SourceLine, at: int, document: SourceDocument) -> bool:
    """True for a first label over its value, where labels with values stand beside both."""
    below = next(iter(document.after(line)), None)
    return (
        at == 0
        and below is not None
        and len(line.cells) == 3 == len(below.cells)
        and _is_label(line.cells[1])
        and not _is_known(line.cells[2])
        and _is_label(below.cells[1])
        and not _is_known(below.cells[0])
    )


def _below(line: SourceLine, document: SourceDocument) -> Iterator[Stated]:
    """Labels that stand over their values: alone in their cells, the values in the same cells of the lines below."""
    known = [at for at, cell in enumerate(line.cells) if _is_known(cell)]
    if not known or (len(line.cells) == 1 and len(line.text.split()) > 3):
        return
    whole = len(known) == len(line.cells)
    for at in known:
        if not whole and at != len(line.cells) - 1 and not _beside(line, at, document):
            continue
        parts: list[str] = []
        for below in document.after(line, LINES_UNDER_HEADS if whole else 1):
            cells = below.cells
            if len(cells) == len(line.cells):
                cell = cells[at]
            elif parts and len(cells) == 1:
                break
            elif at == len(line.cells) - 1 or len(cells) < len(line.cells):
                cell = (
                    cells[-1]
                    if at == len(line.cells) - 1 and (len(cells) > 1 or len(line.cells) == 1)
                    else cells[0]
                    if at == 0
                    else ""
                )
            else:
                break
            if not cell or ":" in cell or _is_known(cell) or is_price(cell):
                break
            parts.append(cell)
            if not whole or len(line.cells) == 1:
                break
        if parts:
            yield Stated(line.cells[at].strip(" :"), ", ".join(parts), line)
