"""Where a sentence ends in a text that is still arriving.

The text is taken one character at a time, so how it was cut into chunks cannot matter. A mark makes a *possible end*;
what follows it, or that nothing follows, decides. Each possible end carries its doubt: what could still show that
the sentence goes on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from text.abbreviations import ABBREVIATIONS, CALENDAR, NUMBERED, STARTERS, TITLES
from text.markdown import plain
from text.script import language_of

CODE_NOTICE = {"en": "A block of code, not read aloud.", "zh": "此处有一段代码，不朗读。"}
"""Said in place of a fenced block of code, by language."""

_LATIN_MARKS = frozenset(".!?…")
_CJK_MARKS = frozenset("。！？；｡")
_MARKS = _LATIN_MARKS | _CJK_MARKS
_QUOTES = frozenset("\"”’'」』»")
_ENCLOSING = _QUOTES | frozenset(")]}）】》")
_CLOSERS = _ENCLOSING | frozenset("*_~`")
_OPENERS = "([{（【《“‘「『«\"'*_~`"
_CLOSING = "".join(_CLOSERS)
_CLAUSE_MARKS = frozenset(",;:—–")
_CJK_CLAUSE_MARKS = frozenset("，、：；）")
_MAX_WORD = 2000
"""A "word" longer than this is cut after all, so that memory stays bounded."""

_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|[^\W\d_]")
_BLOCK_LINE = re.compile(r"\s*(?:>\s*)*(?:#{1,6}\s|[-*+•]\s|\d{1,3}[.)]\s|\|)")
_ITEM_NUMBER = re.compile(r"[\s>#*_+-]*\d{1,3}")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})[^`]*")
_MAX_FENCE_LINE = 80
"""A longer line in a block of code does not close it."""
_STRAY_CLOSERS = re.compile(r"\s*[\"”’'」』»)\]}）】》*_~`.!?…。！？；｡]+(?=\s|$)")
"""What is left of the marks behind a sentence that was given out already."""


class _Doubt(Enum):
    """What could still show that a possible end is none."""

    GLUED = "a letter or digit may follow at once, as in a file name"
    TOKEN = "the mark may belong to a number or an address until a space follows"
    CASE = "a small letter may follow: the sentence goes on"
    LINE = "the next line may go on with a small letter"
    TITLE = "no end at all if anything follows on the line"
    NUMBERED = "a number may follow"
    WORD = "the next word must be one that begins sentences"


class _Verdict(Enum):
    CUT = "it is an end"
    KEEP = "still open"
    DROP = "it is none"


@dataclass(slots=True)
class _PossibleEnd:
    position: int
    """Where in the pending text the sentence would end."""
    mark: str
    doubt: _Doubt
    address: bool = False
    """The mark stands in a URL or an e-mail address."""
    spaced: bool = False
    """White space has followed."""
    next_word: str = ""
    """What has come of the word behind it; kept for `_Doubt.WORD`."""


@dataclass(frozen=True, slots=True)
class CutLimits:
    """How long a piece may become without an end. Latin characters count 1, CJK characters 3."""

    first: int = 120
    """For the first piece, shorter so that speech begins soon."""
    later: int = 240


class SentenceCutter:
    """Cuts streaming text into pieces that can be spoken, without Markdown.

    Any chunking of the same text gives the same pieces, provided `settle` and `expire` are not called in between.
    Every letter and digit of the text comes back exactly once, in order, save for link targets and fenced code
    (which is announced by `CODE_NOTICE`). Linear in the length of the text.
    """

    def __init__(self, limits: CutLimits = CutLimits()) -> None:
        self._limits = limits
        self._line = 0
        """Where in the pending text the last line begins; negative when that part has been given out."""
        self._limit = limits.first
        self._pieces: list[str] = []
        self._fence = ""
        self._code_line = ""
        self._language = "en"
        self._restart("")

    @property
    def pending(self) -> bool:
        """True when there is text that has not been given out yet."""
        return bool(self._text.strip())

    @property
    def in_doubt(self) -> bool:
        """True when the pending text holds a possible end that it makes sense to speak up to."""
        return self._end is not None and self._end.doubt is not _Doubt.TITLE

    @property
    def can_settle(self) -> bool:
        """True when `settle` would complete a piece."""
        return self._end is not None and self._end.doubt is _Doubt.GLUED

    def feed(self, text: str) -> list[str]:
        """The pieces that `text` completes."""
        for character in text:
            if self._fence:
                self._step_in_code(character)
            else:
                self._step(character)
        return self._take_pieces()

    def settle(self) -> list[str]:
        """To be called when nothing more has arrived: a mark behind a plain word is then taken as an end."""
        if self._end is not None and self.can_settle:
            self._cut(self._end.position)
        return self._take_pieces()

    def expire(self) -> list[str]:
        """To be called when nothing has arrived for long: gives out what is pending.

        All of it up to a possible end, else up to the last word, which may be incomplete; that goes with the next call.
        """
        if self._end is not None:
            self._cut(self._end.position)
        elif self.pending:
            self._cut(self._last_boundary(clauses=False) or len(self._text))
        return self._take_pieces()

    def end(self) -> list[str]:
        """To be called at the end of the text: the pieces that are left."""
        if self._end is not None and self._end.next_word in STARTERS:
            self._cut(self._end.position)
        self._cut(len(self._text))
        self._fence = ""
        return self._take_pieces()

    def _take_pieces(self) -> list[str]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def _restart(self, rest: str) -> None:
        """Begin the next piece with `rest`."""
        self._text = rest
        self._weight = sum(map(_weight, rest))
        self._token = max(rest.rfind(" "), rest.rfind("\n")) + 1
        self._solid = False
        """No boundary was found in it: not worth another look before a space has come."""
        self._end: _PossibleEnd | None = None
        self._forget_pairs()

    def _forget_pairs(self) -> None:
        self._open = 0
        self._square = 0
        self._in_quote = False

    def _cut(self, position: int) -> None:
        piece, rest = self._text[:position], self._text[position:]
        self._line -= position
        self._restart(rest)
        if not any(map(str.isalnum, piece)):
            return
        stray = _STRAY_CLOSERS.match(piece)
        spoken = plain(piece[stray.end() :] if stray else piece)
        if any(map(str.isalnum, spoken)):
            self._pieces.append(spoken)
            self._limit = self._limits.later
            self._language = language_of(spoken)

    def _step(self, character: str) -> None:
        end = self._end
        if end is not None:
            verdict = _judge(end, character)
            if verdict is _Verdict.KEEP:
                self._keep(end, character)
                return
            if verdict is _Verdict.CUT:
                self._cut(end.position)
            self._end = None
        if character == "\n":
            self._end_line()
            return
        if character in _MARKS:
            self._end = self._possible_end(character)
        elif self._line < 0 and character.isspace() and _STRAY_CLOSERS.fullmatch(self._text):
            self._line -= len(self._text)
            self._restart("")
        self._append(character)
        self._follow_pairs(character)
        self._limit_length()

    def _keep(self, end: _PossibleEnd, character: str) -> None:
        self._append(character)
        if not end.spaced and not end.next_word:
            end.position = len(self._text)
        if character == "\n":
            self._line = len(self._text)
        elif character == '"':
            self._in_quote = False
        else:
            self._follow_pairs(character)
        self._limit_length()

    def _append(self, character: str) -> None:
        self._text += character
        self._weight += _weight(character)
        if character.isspace() or _is_wide(character):
            self._token = len(self._text)

    def _follow_pairs(self, character: str) -> None:
        if character == '"':
            inches = self._text[-2:-1].isdigit() and not self._in_quote
            self._in_quote = not self._in_quote and not inches
        elif character in "([{（【《「『“«":
            self._open += 1
            self._square += character == "["
        elif character in ")]}）】》」』”»":
            self._open = max(0, self._open - 1)
            self._square = max(0, self._square - (character == "]"))

    def _end_line(self) -> None:
        """Take a line end that no possible end has dealt with."""
        line = self._text[max(self._line, 0) :]
        fence = _FENCE.fullmatch(line) if self._line >= 0 else None
        if fence is not None:
            self._cut(self._line)
            self._restart("")
            self._fence, self._code_line = fence.group(1), ""
            self._pieces.append(CODE_NOTICE[self._language])
        elif not line.strip() or (self._line >= 0 and _BLOCK_LINE.match(line)):
            self._cut(len(self._text))
            self._line = 0
        else:
            self._end = _PossibleEnd(len(self._text), "\n", _Doubt.LINE, spaced=True)
            self._append("\n")
            self._line = len(self._text)
        self._forget_pairs()

    def _step_in_code(self, character: str) -> None:
        if character == "\n":
            line = self._code_line.strip()
            if line.startswith(self._fence) and not line.strip(self._fence[0]):
                self._fence = ""
                self._line = 0
            self._code_line = ""
        elif len(self._code_line) < _MAX_FENCE_LINE:
            self._code_line += character

    def _possible_end(self, mark: str) -> _PossibleEnd | None:
        token = self._text[self._token :].strip(_OPENERS + _CLOSING)
        line = self._text[self._line :] if self._line >= 0 else ""
        if self._square or line.lstrip().startswith("|") or (mark == "." and _ITEM_NUMBER.fullmatch(line)):
            return None
        address = "://" in token or "@" in token or token.startswith("www.")
        doubt = _Doubt.TOKEN if address else _doubt(mark, token, self._text)
        if doubt is _Doubt.GLUED and mark in _LATIN_MARKS and (self._open or self._in_quote):
            doubt = _Doubt.CASE
        return _PossibleEnd(len(self._text) + 1, mark, doubt, address)

    def _limit_length(self) -> None:
        if self._weight <= self._limit or (self._solid and self._token < len(self._text) and self._weight <= _MAX_WORD):
            return
        if self._end is not None:
            self._cut(self._end.position)
            return
        boundary = self._last_boundary(clauses=True)
        self._solid = not boundary
        if boundary or self._weight > _MAX_WORD:
            self._cut(boundary or len(self._text))

    def _last_boundary(self, clauses: bool) -> int:
        """Where the pending text can be cut: behind its last clause if asked and not too early, else its last word."""
        text, word = self._text, 0
        for position in range(len(text) - 1, 0, -1):
            before, after = text[position - 1], text[position]
            between_wide = _is_wide(before) and _is_wide(after) and after not in _CJK_CLAUSE_MARKS
            if not between_wide and not (after.isspace() and not before.isspace()):
                continue
            word = word or position
            if not clauses:
                break
            if before in _CJK_CLAUSE_MARKS or before in _CLAUSE_MARKS:
                return position if position > len(text) * 0.4 else word
        return word


def _weight(character: str) -> int:
    return 3 if _is_wide(character) else 1


def _is_wide(character: str) -> bool:
    """True from the CJK radicals on: ideographs, kana, Hangul, full-width marks."""
    return character >= "\u2e80"


def _doubt(mark: str, token: str, before: str) -> _Doubt:
    """The doubt about a mark behind `token`, the last word of `before`."""
    if mark in _CJK_MARKS:
        return _Doubt.GLUED
    if mark == "…":
        return _Doubt.CASE
    if mark != ".":
        return _Doubt.TOKEN if "." in token else _Doubt.GLUED
    if not token:
        return _Doubt.GLUED if before.strip() else _Doubt.TOKEN
    word = token.lower()
    if word in TITLES:
        return _Doubt.TITLE
    if word in NUMBERED:
        return _Doubt.NUMBERED
    dated = word in CALENDAR and token[0].isupper()
    if dated or word in ABBREVIATIONS or _ACRONYM.fullmatch(token):
        return _Doubt.WORD
    if token[-1].isdigit() or "." in token or "_" in token:
        return _Doubt.TOKEN
    return _Doubt.GLUED


def _judge(end: _PossibleEnd, character: str) -> _Verdict:
    """What `character`, the next one, says of a possible end."""
    if end.next_word:
        if character.isalpha() or character in "'’":
            end.next_word += character
            return _Verdict.KEEP
        return _Verdict.CUT if end.next_word in STARTERS else _Verdict.DROP
    if end.spaced:
        return _judge_spaced(end, character)
    if character in _MARKS or character in _CLOSERS:
        ellipsis = character == end.mark == "."
        closed = character in _ENCLOSING and end.mark in _LATIN_MARKS and end.doubt is not _Doubt.TITLE
        if ellipsis or closed:
            end.doubt = _Doubt.CASE
        elif character in _CJK_MARKS:
            end.doubt = _Doubt.GLUED
        return _Verdict.KEEP
    if character.isspace():
        if end.doubt is _Doubt.TITLE:
            return _Verdict.DROP
        if end.doubt in (_Doubt.GLUED, _Doubt.TOKEN) or character == "\n":
            return _Verdict.CUT
        end.spaced = True
        return _Verdict.KEEP
    return _judge_glued(end, character)


def _judge_glued(end: _PossibleEnd, character: str) -> _Verdict:
    """`character` follows the mark without a space."""
    if end.mark in _CJK_MARKS:
        return _Verdict.CUT
    if _is_wide(character):
        return _Verdict.DROP if end.doubt in (_Doubt.TITLE, _Doubt.WORD) else _Verdict.CUT
    if character.isalnum() and end.mark != "." and not end.address and end.doubt is _Doubt.GLUED:
        return _Verdict.CUT
    return _Verdict.DROP


def _judge_spaced(end: _PossibleEnd, character: str) -> _Verdict:
    """`character` is the first behind the white space behind the mark, or more white space."""
    if character == "\n":
        return _Verdict.CUT
    if character.isspace():
        return _Verdict.KEEP
    if end.doubt is _Doubt.LINE:
        return _Verdict.DROP if character.islower() else _Verdict.CUT
    if end.doubt is _Doubt.NUMBERED:
        return _Verdict.DROP if character.isdigit() else _Verdict.CUT
    if character.islower() or character in ",;:-–—&":
        return _Verdict.DROP
    if end.doubt is _Doubt.WORD:
        if character.isalpha() and not _is_wide(character):
            end.next_word = character
            return _Verdict.KEEP
        return _Verdict.DROP if character.isdigit() or _is_wide(character) else _Verdict.CUT
    return _Verdict.CUT
