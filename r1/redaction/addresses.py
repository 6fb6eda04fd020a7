"""Finds e-mail addresses, IP addresses, and the user and password inside a URL."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from r1.redaction.reading import COVERED, Span
from text.script import is_cjk

_LONGEST_LOCAL_PART = 64
"""RFC 5321, section 4.5.3.1.1."""

_DOMAIN = re.compile(
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){0,8}"
    r"\.(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{2,59})(?![A-Za-z0-9])"
    r"|@[A-Za-z0-9\u4e00-\u9fff-]{1,30}\.(?:中国|中國|公司|网络|中文网|公益|政务|在线|网址|集团|商标|网店|香港|台湾|新加坡)"
)
_FILE_ENDINGS = frozenset("png jpg jpeg gif svg webp bmp ico css js ts json html xml txt".split())
"""`logo@2x.png` is a file."""
_LOCAL_MARKS = frozenset("._%+'-~")


def find_emails(text: str) -> Iterator[Span]:
    """E-mail addresses (the dot-atom form of RFC 5322, without its rarer marks), also directly beside ideographs."""
    behind = 0
    for domain in _DOMAIN.finditer(text):
        if domain[0].rpartition(".")[2].lower() in _FILE_ENDINGS:
            continue
        start = _local_start(text, domain.start(), behind)
        if start < domain.start():
            behind = domain.end()
            yield start, behind


def _local_start(text: str, end: int, behind: int) -> int:
    """Where the local part that ends at `end` begins. Ideographs belong to it only when there is nothing else."""
    lowest = max(behind, end - _LONGEST_LOCAL_PART)
    start = end
    while start > lowest and _is_local(text[start - 1]) and not is_cjk(text[start - 1]):
        start -= 1
    if start == end:
        while start > lowest and _is_local(text[start - 1]):
            start -= 1
    while start < end and text[start] in _LOCAL_MARKS:
        start += 1
    return start


def _is_local(character: str) -> bool:
    return character.isalnum() or character in _LOCAL_MARKS


_IP_V4 = re.compile(r"(?<![A-Za-z0-9_.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![A-Za-z0-9_]|\.[0-9])")
_IP_V6 = re.compile(r"(?<![A-Za-z0-9_:.])[0-9A-Fa-f:]++(?:\.[0-9]{1,3}){0,3}(?:%[A-Za-z0-9]{1,15})?(?![A-Za-z0-9_])")
_LONGEST_V6 = 64
_VERSION = re.compile(r"(?:\b(?:versions?|ver|v|release|build|firmware)\.?|版本号?)[ :]{0,2}$", re.IGNORECASE)


def find_ip_addresses(text: str) -> Iterator[Span]:
    """IPv4 and IPv6 addresses, without port and prefix length.

    Not taken: the loopback and the unspecified address, which name no machine, four parts of one digit each, which are
    a section or a public resolver, and what follows the word "version".
    """
    spans = [found.span() for found in _IP_V4.finditer(text) if _is_v4(text, found)]
    if text.count(":") > 1:
        for found in _IP_V6.finditer(text):
            start, end = found.span()
            if end - start > _LONGEST_V6 or found[0].count(":") < 2:
                continue
            while end > start and text[end - 1] == ":" and text[end - 2 : end] != "::":
                end -= 1
            if _is_v6(text[start:end]):
                spans.append((start, end))
    behind = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= behind:
            behind = end
            yield start, end


def _is_v4(text: str, found: re.Match[str]) -> bool:
    if len(found[0]) == 7 or _VERSION.search(text, max(0, found.start() - 12), found.start()):
        return False
    try:
        address = ipaddress.IPv4Address(found[0])
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _is_v6(text: str) -> bool:
    if not any(character.isdigit() for character in text):
        return False
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


_USER_INFO = re.compile(rf"(?<=[A-Za-z0-9]://)([^\s/?#\"'<>{COVERED}]{{1,512}})@(?=[A-Za-z0-9\[{COVERED}])")


def find_url_credentials(text: str) -> Iterator[Span]:
    """The user and password of a URL, up to its last `@`. The user `git`, whom everybody is, stays."""
    for found in _USER_INFO.finditer(text):
        if found[1] != "git":
            yield found.span(1)
