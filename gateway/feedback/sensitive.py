"""Words that no model is to learn: lists in files, matched with an eye to where words begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import regex

from gateway.errors import GatewayError
from gateway.feedback.units import comparable

SHIPPED = tuple(Path(__file__).parent / "words" / f"{language}.txt" for language in ("en", "zh"))
"""A small beginning in English and Chinese. The form of a list stands at the top of the English one."""
LARGEST_LIST = 4 * 1024 * 1024
"""Bytes."""

_DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
_CJK = regex.compile(rf"[{_DENSE}]")
# A word of letters may stand in Chinese without a space.
_NO_WORD_BEFORE, _NO_WORD_AFTER = rf"(?<![\p{{L}}\p{{N}}--[{_DENSE}]])", rf"(?![\p{{L}}\p{{N}}\p{{M}}--[{_DENSE}]])"


class SensitiveWords:
    """Finds listed words in a text. Immutable; threads may share one.

    Words of letters match whole words only ("shit" not in "shiitake"); words in Chinese, which has no spaces, match
    anywhere but inside a word that the list calls innocent ("!体操你"). Case, width and marks between do not matter.
    """

    def __init__(self, words: Iterable[str]) -> None:
        whole, beginnings, dense, innocent = set(), set(), set(), set()
        for word in words:
            entry = comparable(word.removeprefix("!").removesuffix("*"))
            if not entry:
                continue
            if word.startswith("!"):
                innocent.add(entry)
            elif _CJK.search(entry):
                dense.add(entry)
            elif word.endswith("*"):
                beginnings.add(entry)
            else:
                whole.add(entry)
        self._count = len(whole | beginnings | dense)
        self._words = regex.compile(
            rf"{_NO_WORD_BEFORE}(?:\L<whole>{_NO_WORD_AFTER}|\L<beginnings>)|\L<dense>",
            regex.VERSION1,
            whole=whole or {"\0"},
            beginnings=beginnings or {"\0"},
            dense=dense or {"\0"},
        )
        self._innocent = regex.compile(r"\L<innocent>", innocent=innocent or {"\0"})

    def __len__(self) -> int:
        return self._count

    @staticmethod
    def read(files: Sequence[Path] = SHIPPED) -> SensitiveWords:
        """The words of `files` together. Raises `GatewayError` for one that cannot be read."""
        return SensitiveWords(word for file in files for word in _lines(file))

    def found_in(self, text: str) -> bool:
        """Whether a listed word stands in `text`. Linear time."""
        reading = comparable(text)
        spared = [found.span() for found in self._innocent.finditer(reading, overlapped=True)]
        return any(
            not any(start <= found.start() and found.end() <= end for start, end in spared)
            for found in self._words.finditer(reading, overlapped=True)
        )


def _lines(file: Path) -> list[str]:
    try:
        if file.stat().st_size > LARGEST_LIST:
            raise GatewayError(f"{file}: larger than {LARGEST_LIST >> 20} MiB; name a list of words, one a line")
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise GatewayError(f"{file}: this is no UTF-8 text; save it as plain text with one word a line") from None
    except OSError as error:
        raise GatewayError(f"{file}: this cannot be read ({error.strerror}); name a list of words") from error
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
