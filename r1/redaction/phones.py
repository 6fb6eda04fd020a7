"""Finds telephone numbers: shapes first, then `phonenumbers`, because shapes are cheap and documents full of numbers.

Taken are

- a number with its country code (`+86 138 0013 8000`), however it is grouped;
- a number within one of the regions, if it is valid there and its groups are those that the region writes;
- in one piece only if it begins with 0 and has at least ten digits, or is a Chinese mobile number, because ten digits
  of any other beginning are as likely an order number;
- any number of six digits or more directly after a label such as "Phone:" or 电话, so local numbers too.

Left alone are dates, times, amounts (a currency or a unit beside it, decimals), what is glued to letters (FB-2047), and
what follows a label such as "invoice number".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from r1.errors import RedactionError
from r1.redaction.reading import Span, covered, line_before

_DATE = re.compile(
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])(?![-./]?[0-9])"
    r"|(?:0?[1-9]|[12][0-9]|3[01])([-./])(?:0?[1-9]|[12][0-9]|3[01])\2(?:19|20)[0-9]{2}(?![-./]?[0-9]))"
)
_RUN = re.compile(r"(?:\+ ?)?\(?[0-9]++(?:[ ().\-/]{1,3}[0-9]++){0,12}+")
_GROUP = re.compile("[0-9]+")
_LONGEST_GROUP = 15
"""Digits of a whole number, by ITU-T E.164."""
_CURRENCY = "$€£¥￥₽₩₹"
_NOT_BEFORE = re.compile(rf"(?:[A-Za-z0-9_#{_CURRENCY}][-./]?|[0-9],|[%{_CURRENCY}] )$|/$")
_NOT_AFTER = re.compile(
    rf" ?[%‰°{_CURRENCY}]|,[0-9]{{1,3}}(?![0-9])|[A-Za-z_]|[:.,][0-9]"
    r"| ?(?:元|块|万|亿|千|公里|米|吨|年|月|人|USD|EUR|GBP|CNY|RMB|kg|km|dollars?|euros?|pounds?|yuan)"
)
_EXTENSION = re.compile(r"(?:x|ext)\.?[ ]?[0-9]", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:(?:\b(?:tele)?phone|\btel|\bmobile|\bcell|\bfax|\bhandy|\bwhatsapp|\bhotline)(?:[ ]?(?:numbers?|no|nr))?\.?"
    r"|\bT(?=:)|\b(?:call|dial|ring|text|reach)(?:[ ](?:me|us|him|her|them|back|at|on)){0,2}"
    r"|电话|手机|座机|传真|热线|联系方式|致电|拨打)(?:号码|号)?(?:[ ]?(?:is|是|为))?[ ]{0,2}[:(]?[ ]{0,3}$",
    re.IGNORECASE,
)
_FIRM_LABEL = re.compile(r"[:.(\u4e00-\u9fff]|\b(?:numbers?|no|nr|is)\b", re.IGNORECASE)
_LOCAL = re.compile(r"\(?[0-9]{3}[-.][0-9]{4}")
"""What a label that is also an ordinary word ("call 555-0118") makes a telephone number."""
_OTHER_LABEL = re.compile(
    r"(?:invoice|order|reference|ref|customer|article|item|part|serial|tracking|policy|contract|case|ticket|booking|isbn"
    r"|ean|sku|rechnungs?|bestell|kunden|artikel|facture|发票|订单|合同|单号|编号|流水|票号|货号)"
    r"(?:s|[ -]?(?:numbers?|no|nr|nummer|id|号码|号|代码))?\.?(?:[ ]?(?:is|是|为))?[ ]{0,2}[:#]?[ ]{0,2}#?$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+\.[0-9]{1,2}")
_BARE = re.compile(r"0[0-9]{9,14}|1[3-9][0-9]{9}")
_ALWAYS_ZERO = frozenset({"GB", "DE", "FR"})
"""Regions that write a 0 before every number within the country."""
_FEWEST_LABELLED, _FEWEST = 6, 8
_MOST_LABELLED = 17


def find_phones(text: str, regions: Sequence[str]) -> Iterator[Span]:
    """Telephone numbers; those without a country code of `regions` (ISO 3166). Raises `RedactionError`."""
    known: dict[str, list[Span]] = {}
    for start, end in _runs(text):
        run = text[start:end]
        groups = _GROUP.findall(run)
        digits = sum(map(len, groups))
        if digits < _FEWEST_LABELLED or len(max(groups, key=len)) > _LONGEST_GROUP:
            continue
        before = line_before(text, start)
        labelled = digits <= _MOST_LABELLED and _has_label(before, run)
        if not _stands_alone(text, before, end, labelled):
            continue
        if digits >= _FEWEST and (run[0] == "+" or not _OTHER_LABEL.search(before)):
            if run not in known:
                known[run] = _numbers_in(run, regions)
            if known[run]:
                yield from ((start + first, start + last) for first, last in known[run])
                continue
        if labelled and not _AMOUNT.fullmatch(run):
            yield start + (run[0] == "(" and ")" not in run), end


def _runs(text: str) -> Iterator[Span]:
    """Digits with what may stand between those of one number; a date ends them."""
    for found in _RUN.finditer(text):
        if found.end() - found.start() < _FEWEST_LABELLED:
            continue
        dates = [date.span() for date in _DATE.finditer(found[0])]
        if dates:
            for part in _RUN.finditer(covered(found[0], dates)):
                yield found.start() + part.start(), found.start() + part.end()
        else:
            yield found.span()


def _has_label(before: str, run: str) -> bool:
    label = _LABEL.search(before)
    return label is not None and (_FIRM_LABEL.search(label[0]) is not None or _LOCAL.fullmatch(run) is not None)


def _stands_alone(text: str, before: str, end: int, labelled: bool) -> bool:
    if not labelled and _NOT_BEFORE.search(before):
        return False
    return _NOT_AFTER.match(text, end) is None or _EXTENSION.match(text, end) is not None


def _numbers_in(run: str, regions: Sequence[str]) -> list[Span]:
    """The telephone numbers within one run of digits and their punctuation, which can be several ("... / ...")."""
    groups = _GROUP.findall(run)
    if sum(map(len, groups)) < _FEWEST:
        return []
    numbers = list(_international(run) if run[0] == "+" else _national(run, groups, regions))
    at = 0
    beside: list[Span] = []
    for start, end in [*numbers, (len(run), len(run))] if numbers else []:
        for part in _RUN.finditer(run, at, start):
            beside += ((part.start() + first, part.start() + last) for first, last in _numbers_in(part[0], regions))
        at = end
    return sorted([*numbers, *beside])


def _international(run: str) -> Iterator[Span]:
    import phonenumbers

    for number in phonenumbers.PhoneNumberMatcher(run, None, phonenumbers.Leniency.VALID):
        yield number.start, number.end


def _national(run: str, groups: Sequence[str], regions: Sequence[str]) -> Iterator[Span]:
    """The numbers of the first region that has any: where two know the same number it does not matter which."""
    if not (_BARE.fullmatch(groups[0]) if len(groups) == 1 else _is_grouped_plausibly(run, groups)):
        return
    import phonenumbers

    strict = phonenumbers.Leniency.STRICT_GROUPING
    for region in _likely(run, len(groups), regions):
        if region not in phonenumbers.SUPPORTED_REGIONS:
            raise RedactionError(
                f"telephone region {region} is unknown, so nothing was sent: use codes such as US or CN"
            )
        numbers = [
            (number.start, number.end)
            for number in phonenumbers.PhoneNumberMatcher(run, region, strict)
            if number.end - number.start == len(run) or _is_whole(run[number.start : number.end])
        ]
        if numbers:
            yield from numbers
            return


def _likely(run: str, groups: int, regions: Sequence[str]) -> Sequence[str]:
    """Those of `regions` in which the number can be one: asking costs a tenth of a millisecond each."""
    if groups == 1 and run[0] == "1":
        return [region for region in regions if region == "CN"]
    if run.lstrip("(")[0] == "0" and not run.startswith("011"):
        return [region for region in regions if region != "US"]
    return [region for region in regions if region not in _ALWAYS_ZERO]


def _is_grouped_plausibly(run: str, groups: Sequence[str]) -> bool:
    """False for what only happens to be grouped: thousands, decimals, rows of a table."""
    if _AMOUNT.fullmatch(run):
        return False
    if "." in run and any(mark in run for mark in " /"):
        return False  # "100.50 200.75"
    return max(map(len, groups)) >= 3 or groups[0][0] == "0"


def _is_whole(number: str) -> bool:
    """A part of a run is taken only if it would be taken alone."""
    groups = _GROUP.findall(number)
    return _BARE.fullmatch(number) is not None if len(groups) == 1 else _is_grouped_plausibly(number, groups)
