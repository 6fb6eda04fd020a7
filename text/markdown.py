"""Markdown as it is said: the marks go, the words stay."""

from __future__ import annotations

import re

_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}(?:\s\"[^\"]{0,200}\")?\)")
_REFERENCE = re.compile(r"\[([^\[\]]{1,300})\]\[[^\[\]]{0,100}\]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]]{1,40}\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_HTML_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]{0,200})?/?>")
_LINE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?)?", re.MULTILINE)
_CLOSING_HASHES = re.compile(r"[ \t]#{1,6}[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]?){3,200}$", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t:|-]{3,400}$", re.MULTILINE)
_STRONG = re.compile(r"\*{2,3}|~~|`+|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)")
_STAR = re.compile(r"(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])|(?<=[^\W\d_])\*(?=[^\W\d_])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
_BOXED = re.compile(r"\\(?:boxed|text|mathrm|mathbf)\s?\{([^{}]{0,300})\}")
_FRACTION = re.compile(r"\\d?frac\s?\{([^{}]{0,100})\}\s?\{([^{}]{0,100})\}")
_MATH_MARKS = re.compile(r"\\[()\[\]]|\$\$")
_MATH_WORDS = {"\\times": " × ", "\\cdot": " × ", "\\div": " ÷ ", "\\approx": " ≈ ", "\\leq": " ≤ ", "\\geq": " ≥ "}
_MATH_WORD = re.compile(r"\\(?:times|cdot|div|approx|leq|geq)(?![A-Za-z])")


def plain(text: str) -> str:
    """`text` without its Markdown (and the little LaTeX that reasoning models write), on one line.

    Links and images keep their words and lose their address, table cells are set off by commas, rules vanish. Marks
    that are no Markdown stay: `snake_case`, `2 * 3`, `a[1]`. Linear in the length of `text`.
    """
    if "\\" in text:
        text = _without_latex(text)
    text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _REFERENCE.sub(r"\1", _FOOTNOTE.sub("", text))
    text = _AUTOLINK.sub(r"\1", text)
    text = _HTML_TAG.sub(" ", text)
    text = _TABLE_RULE.sub("", _RULE.sub("", text))
    if "|" in text:
        text = "\n".join(map(_cells, text.split("\n")))
    text = _CLOSING_HASHES.sub("", _LINE_MARKS.sub("", text))
    text = _STAR.sub("", _STRONG.sub("", text))
    return " ".join(text.split())


def _without_latex(text: str) -> str:
    text = _MATH_MARKS.sub("", _FRACTION.sub(r"\1/\2", _BOXED.sub(r"\1", text)))
    text = _MATH_WORD.sub(lambda match: _MATH_WORDS[match.group()], text)
    return _ESCAPE.sub(r"\1", text)


def _cells(line: str) -> str:
    if not line.lstrip().startswith("|"):
        return line
    return ", ".join(cell.strip() for cell in line.split("|") if cell.strip())
