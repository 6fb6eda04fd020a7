"""Finds national identity and tax numbers of persons.

A number whose check digit many other numbers of its length would have too (one in ten or eleven) is taken only after
its name: the German, Dutch and Polish numbers and the British NHS number. After its name the Chinese or American number
is taken even when it is miswritten.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from r1.redaction.reading import Span, joined, line_before

_AFTER = r"(?:[ ]?(?:number|no|nr|code|card|号码|号))?[^0-9A-Za-z\n]{0,4}(?:(?:is|is:|lautet)[ ])?$"


def _label(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{names}){_AFTER}", re.IGNORECASE)


def _is_chinese(number: str) -> bool:
    from stdnum.cn import ric

    digits = number.replace(" ", "").upper()
    return digits[-1] == ric.calc_check_digit(digits) and _is_birth_date(digits[6:14])


def _is_birth_date(digits: str) -> bool:
    try:
        born = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1880 <= born.year <= 2100


def _is_american(number: str) -> bool:
    from stdnum.us import ssn

    return ssn.is_valid(number)


def _is_french(number: str) -> bool:
    from stdnum.fr import nir

    return nir.is_valid(number)


def _is_spanish(number: str) -> bool:
    from stdnum.es import dni, nie

    return dni.is_valid(number) or nie.is_valid(number)


def _is_italian(number: str) -> bool:
    from stdnum.it import codicefiscale

    return codicefiscale.is_valid(number)


def _is_german(number: str) -> bool:
    from stdnum.de import idnr

    return idnr.is_valid(number)


def _is_dutch(number: str) -> bool:
    from stdnum.nl import bsn

    return bsn.is_valid(number)


def _is_polish(number: str) -> bool:
    from stdnum.pl import pesel

    return pesel.is_valid(number)


def _is_of_the_nhs(number: str) -> bool:
    from stdnum.gb import nhs

    return nhs.is_valid(number)


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})(?![A-Za-z0-9])")


_CHECKED: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (_shape(r"[0-9]{6} ?[0-9]{8} ?[0-9]{3}[0-9Xx]"), _is_chinese),
    (_shape(r"[0-9]{3}-[0-9]{2}-[0-9]{4}"), _is_american),
    (
        _shape(r"[1-478] ?[0-9]{2} ?(?:0[1-9]|1[0-2]|[2-4][0-9]) ?[0-9][0-9AB] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}"),
        _is_french,
    ),
    (_shape(r"(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-Z]"), _is_spanish),
    (
        # Britain's national insurance number has no check digit, but a shape of its own (HMRC, NIM39110).
        _shape(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]"),
        lambda _number: True,
    ),
)

_ITALIAN = _shape(r"[A-Za-z]{6}[0-9L-NP-Va-z]{2}[A-Za-z][0-9L-NP-Va-z]{2}[A-Za-z][0-9L-NP-Va-z]{3}[A-Za-z]")

_LABELLED: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[str], bool]], ...] = (
    (_shape(r"[0-9]{17}[0-9Xx]|[0-9]{15}"), _label("身份证|公民身份|ID card"), lambda _number: True),
    (
        _shape(r"[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4}"),
        _label(r"\bSSN|\bsocial security|社会安全"),
        lambda _number: True,
    ),
    (
        _shape(r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}"),
        _label(r"steuer-?id|steueridentifikationsnummer|steuerliche identifikationsnummer|\bid-?nr|\btax id"),
        _is_german,
    ),
    (_shape(r"[0-9]{9}"), _label(r"\bBSN|burgerservicenummer"), _is_dutch),
    (_shape(r"[0-9]{11}"), _label(r"\bPESEL"), _is_polish),
    (_shape(r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}"), _label(r"\bNHS"), _is_of_the_nhs),
)


_ZONE = re.compile(r"[0-9](?:[ -]?[0-9AB]){5,}+")
"""Where digits are enough for any of them; the text outside is not looked at."""
_AROUND = 4
"""Characters that a number may have before and after its digits, and one more to see that it ends there."""


def find_national_ids(text: str) -> list[Span]:
    """National numbers of China, the United States, Germany, France, Spain, Italy, Britain, the Netherlands, Poland."""
    spans = [found.span() for found in _ITALIAN.finditer(text) if _is_italian(found[0])]
    for zone in _ZONE.finditer(text):
        place = max(0, zone.start() - _AROUND), zone.end() + _AROUND
        for shape, is_one in _CHECKED:
            spans += (found.span() for found in shape.finditer(text, *place) if is_one(found[0]))
        for shape, label, is_one in _LABELLED:
            spans += (
                found.span()
                for found in shape.finditer(text, *place)
                if label.search(line_before(text, found.start())) and is_one(found[0])
            )
    return joined(spans)
