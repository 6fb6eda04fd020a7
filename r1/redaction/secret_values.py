"""Finds what gives access: keys, tokens and passwords, by their own form or by the label before them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from r1.redaction.reading import COVERED, Span, joined, line_before

_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = re.compile(rf"(?:[\s>|{COVERED}]*+[A-Za-z0-9+/=]{{16,}}+)*+")
_LONGEST_KEY = 20_000
"""Characters; an RSA key of 8192 bits has 6,400."""

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"eyJ[A-Za-z0-9_-]{5,}+\.[A-Za-z0-9_-]{5,}+(?:\.[A-Za-z0-9_-]++){0,3}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|LTAI[A-Za-z0-9]{12,}+|AKID[A-Za-z0-9]{13,}+|AIza[A-Za-z0-9_-]{30,}+"
    r"|(?:gh[opusr]_|github_pat_|glpat-|hf_|npm_|pypi-|gsk_|xai-|r8_|shpat_|dop_v1_|ya29\.|SG\.|xox[abeoprs]-"
    r"|[spr]k_(?:live|test)_|whsec_)[A-Za-z0-9_.-]{10,}+"
    r"|sk-(?=[A-Za-z_-]{0,64}[0-9])[A-Za-z0-9_-]{16,}+)"
)
"""Forms that their makers document: RFC 7519, AWS, Alibaba, Tencent, Google, GitHub, GitLab, Slack, Stripe and more."""

_SCHEME = re.compile(r"(?:\bBearer|\bAuthorization: ?[A-Za-z]{2,20})[ ]{1,3}([A-Za-z0-9._~+/=-]{6,}+)", re.IGNORECASE)

_SEPARATOR = re.compile(r"[:=是为]|(?<=[ \t])is(?=[ \t])")
_GAP = re.compile(r"[=>]{0,2}[ \t]{0,3}")
_STRONG = re.compile(
    r"(?:pass ?(?:word|phrase|code)|passwd|pwd|secret|(?:api|access|private|auth)[_ -]?key(?:[_ -]?id)?"
    r"|(?:access|auth|refresh|id|session|bot)[_ -]?token|credentials?|passwort|kennwort|mot de passe|contraseña"
    r"|密码|口令|密钥|秘钥|令牌)$",
    re.IGNORECASE,
)
_WEAK = re.compile(r"(?:(?<![A-Za-z0-9])(?:key|token|auth|pass|sig|signature|license|licence))$", re.IGNORECASE)
_DIGITS = re.compile(r"(?:(?<![A-Za-z])(?:PIN(?:[ -]?code)?|CV[VC]2?|OTP)|验证码|校验码|安全码)$", re.IGNORECASE)
_QUOTED = re.compile(r"\"([^\"\n]{1,512})\"|'([^'\n]{1,512})'|`([^`\n]{1,512})`")
_NO_PART = rf"\s\"'`\u2018-\u201f\u3001-\u303f\u4e00-\u9fff\uff01-\uff65{COVERED}"
_VALUE = re.compile(rf"(?:[^;&{_NO_PART}]|[;&](?![A-Za-z_][\w ]{{0,30}}=))++")
"""Up to white space, a quote, Chinese text, or the next field of a connection string."""
_URL_VALUE = re.compile(rf"[^&{_NO_PART}]++")
_LABEL_ENDS = tuple(
    "word passwd phrase pwd secret key id token credential credentials passwort kennwort passe contraseña 密码 口令"
    " 密钥 秘钥 令牌 auth pass sig signature license licence pin code cvv cvv2 cvc cvc2 otp 验证码 校验码"
    " 安全码".split()
)
"""How the labels below can end: asked first, because nearly every colon follows something else."""
_CLOSING = ".,;:!?)]}>"
_NO_VALUES = frozenset(
    "required optional none null nil true false hidden unknown forgotten protected reset changed the your my a an not"
    " must should incorrect wrong invalid expired missing empty str string int integer bool boolean bytes text any see"
    " please needed set unset yes no and or for".split()
)
"""Words that follow a label in prose, in a form or in program code."""
_REFERENCES = re.compile(
    r"\$?\{|\$[A-Z_]+$|%[({s]|\*+$|\.{3}|…|(?:self|os|process|config|settings|env|environ|getpass|request)\b[.\[(]"
)
"""A value that only says where the secret is, or hides it already."""
_LONG = 48
"""Characters from which a value without space after a label is taken, whatever it looks like."""
_SHORTEST_REPEATED = 6


def find_secrets(text: str) -> list[Span]:
    """Private keys, tokens, credentials of a header, values after a label, and the same values wherever they recur."""
    spans = [*_private_keys(text), *(found.span() for found in _TOKEN.finditer(text))]
    spans += (found.span(1) for found in _SCHEME.finditer(text) if _looks_random(found[1]))
    spans += _labelled(text)
    if not spans:
        return []
    return joined([*spans, *_repeated(text, {text[start:end] for start, end in spans})])


def _private_keys(text: str) -> Iterator[Span]:
    ends = [found.end() for found in _KEY_END.finditer(text)]
    behind = 0
    for begin in _KEY_BEGIN.finditer(text):
        if begin.start() < behind:
            continue
        index = bisect_left(ends, begin.end())
        body = _KEY_BODY.match(text, begin.end())
        whole = index < len(ends) and ends[index] - begin.start() <= _LONGEST_KEY
        behind = ends[index] if whole else body.end() if body else begin.end()
        yield begin.start(), behind


def _labelled(text: str) -> Iterator[Span]:
    at = 0
    while separator := _SEPARATOR.search(text, at):
        at = separator.end()
        before = _label_before(text, separator.start())
        wanted = _wanted(before) if before.lower().endswith(_LABEL_ENDS) else ""
        if not wanted:
            continue
        gap = _GAP.match(text, at)
        span = _value_at(text, gap.end() if gap else at, before)
        if span and _is_value(text[slice(*span)], wanted, prose=separator[0] not in ":="):
            yield span
            at = span[1]


def _label_before(text: str, place: int) -> str:
    before = line_before(text, place).rstrip(" \t")
    return before[:-1] if before[-1:] in {'"', "'", "`"} else before


def _wanted(before: str) -> str:
    """What kind of value the label at the end of `before` announces; empty when there is no label."""
    for wanted, label in (("strong", _STRONG), ("weak", _WEAK), ("digits", _DIGITS)):
        if label.search(before):
            return wanted
    return ""


def _value_at(text: str, start: int, before: str) -> Span | None:
    quoted = _QUOTED.match(text, start)
    if quoted:
        return quoted.span(quoted.lastindex or 0)
    found = (_URL_VALUE if "?" in before or "&" in before else _VALUE).match(text, start)
    return (start, start + len(found[0].rstrip(_CLOSING))) if found else None


def _is_value(value: str, wanted: str, *, prose: bool) -> bool:
    if len(value) >= _LONG:
        return True
    if wanted == "digits":
        return re.fullmatch("[0-9]{3,8}", value) is not None
    if not value.strip() or value.lower() in _NO_VALUES or _REFERENCES.match(value):
        return False
    if wanted == "weak":
        return len(value) >= 8 and _looks_random(value)
    return not prose or not value.isalpha()


def _looks_random(value: str) -> bool:
    return any(character.isdigit() for character in value) and any(character.isalpha() for character in value)


def _repeated(text: str, values: Iterable[str]) -> Iterator[Span]:
    """Places where a value stands again as a word of its own, without its label."""
    wanted = {value for value in values if len(value) >= _SHORTEST_REPEATED}
    for found in _VALUE.finditer(text):
        start = found.start()
        word = found[0]
        if word not in wanted:
            word = word.rstrip(_CLOSING)
            start += len(word) - len(word.lstrip("(<[{"))
            word = word.lstrip("(<[{")
        if word in wanted:
            yield start, start + len(word)
