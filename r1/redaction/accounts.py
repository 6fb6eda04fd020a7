"""Finds the numbers of bank cards and of bank accounts (IBAN)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from r1.redaction.reading import Span

_CARD = re.compile(
    r"(?<![A-Za-z0-9])(?:[0-9]{14,19}"
    r"|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?"
    r"|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5}"
    r"|[0-9]{6}([ -])[0-9]{10,13})(?![A-Za-z0-9])"
)
_NETWORKS = re.compile(
    r"4(?:[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}"
    r"|35[0-9]{14,17}|6[0-9]{15,18}|5[06-8][0-9]{14,17}|9558[0-9]{15}"
)
"""Number ranges of the card networks (ISO/IEC 7812 issuer numbers, as the networks publish them) and their lengths."""


def find_bank_cards(text: str) -> Iterator[Span]:
    """Card numbers of 14 to 19 digits, in one piece or grouped, of a known network and with the right check digit."""
    at = 0
    while found := _CARD.search(text, at):
        start, end = found.span()
        at = _first_group(text, start, end)
        shorter = max(found[0].rfind(" "), found[0].rfind("-"))
        for last in (end, start + shorter) if shorter > 0 else (end,):
            if _is_card(text[start:last]):
                yield start, last
                at = last
                break


def _first_group(text: str, start: int, end: int) -> int:
    while start < end and text[start] not in " -":
        start += 1
    return start


def _is_card(number: str) -> bool:
    from stdnum import luhn

    digits = number.replace(" ", "").replace("-", "")
    return _NETWORKS.fullmatch(digits) is not None and len(set(digits)) > 1 and luhn.is_valid(digits)


_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9]{4})")


def find_ibans(text: str) -> Iterator[Span]:
    """IBANs of a known country, of its length and with the right check digits (ISO 13616), grouped or not."""
    behind = 0
    for found in _IBAN_START.finditer(text):
        length = _iban_length(found[0][:2].upper())
        if not length or found.start() < behind:
            continue
        end = _end_of(text, found.start(), length)
        if end and _is_iban(text[found.start() : end]):
            behind = end
            yield found.start(), end


def _end_of(text: str, start: int, length: int) -> int:
    """Where `length` letters and digits from `start` end, single separators between them; 0 if they do not."""
    at, count = start, 0
    while count < length:
        if at < len(text) and text[at] in " -" and count:
            at += 1
        if at >= len(text) or not (text[at].isascii() and text[at].isalnum()):
            return 0
        at += 1
        count += 1
    return 0 if at < len(text) and text[at].isascii() and text[at].isalnum() else at


def _is_iban(number: str) -> bool:
    from stdnum import iban

    return iban.is_valid(number, check_country=False)


@cache
def _iban_length(country: str) -> int:
    """Characters of the country's IBANs; 0 when it has none. Cached: 676 codes at most."""
    from stdnum import numdb

    properties = numdb.get("iban").info(f"{country}00")[0][1]
    return 4 + sum(int(part) for part in re.findall(r"([0-9]+)!", properties["bban"])) if "bban" in properties else 0
