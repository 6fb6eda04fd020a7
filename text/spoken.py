"""A text as a voice should get it: figures, signs and addresses in words."""

from __future__ import annotations

import re
import unicodedata

from text.script import Language

_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9.@-])(?:(?P<url>(?:https?://|www\.)[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{1,2000})"
    r"|(?P<mail>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})"
    r"|(?P<host>(?:[A-Za-z0-9-]{1,63}\.){1,4}(?:com|org|net|edu|gov|io|ai|dev|info|eu|uk|de|cn)(?![A-Za-z0-9-])"
    r"(?:/[A-Za-z0-9._~/-]{0,2000})?))"
)
_ADDRESS_SIGNS = {
    "@": " at ",
    ".": " dot ",
    "/": " slash ",
    "-": " dash ",
    "_": " underscore ",
    "+": " plus ",
    "%": " ",
}
_LONGEST_ADDRESS = 40
"""Characters; of a longer address only the host is said."""
_UNSPOKEN = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe00-\ufe0f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b-\x1f\x7f©®™\ud800-\udfff]"
)
"""Pictures, joiners, control characters, halves of characters."""
_DRESSED_UP = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\ufb00-\ufb06\U0001d400-\U0001d7ff]+|[\u2460-\u24ff]")
"""Full-width, ligature, mathematical and circled letters and digits; some voices are silent on them."""
_JOINED_WORDS = re.compile(r"(?<=\w)[_|](?=\w)|\s\|\s")


def spoken(text: str, language: Language) -> str:
    """`text` with numbers, dates, times, money, units, addresses and signs written out in `language`.

    Text without any comes back as it was, but for pictures and doubled spaces. Idempotent in effect: words are left
    alone. Linear in the length of `text`.
    """
    text = _UNSPOKEN.sub(" ", _DRESSED_UP.sub(_undressed, text))
    text = _JOINED_WORDS.sub(" ", _ADDRESS.sub(_address, text))
    if language == "zh":
        from text.spoken_chinese import chinese

        text = chinese(text)
    else:
        from text.spoken_english import english

        text = english(text)
    return " ".join(text.split())


def _undressed(match: re.Match[str]) -> str:
    """As plain letters and digits (Unicode NFKC)."""
    written = match.group()
    plain = unicodedata.normalize("NFKC", written)
    return f" {plain} " if "\u2460" <= written <= "\u24ff" else plain


def _address(match: re.Match[str]) -> str:
    written = match.group()
    address = written.rstrip(".,;:!?)'")
    tail = written[len(address) :]
    bare = re.split(r"[?#]", re.sub(r"^(?:https?://)?(?:www\.)?", "", address), maxsplit=1)[0].rstrip("/")
    if len(bare) > _LONGEST_ADDRESS:
        bare = bare.split("/", 1)[0]
    return " ".join("".join(_ADDRESS_SIGNS.get(character, character) for character in bare).split()) + tail
