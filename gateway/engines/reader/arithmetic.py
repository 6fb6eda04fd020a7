"""Arithmetic asked in digits or words, English or Chinese: a small recursive-descent calculator.

Only a question that is an expression from end to end is calculated; anything else is left to the other readers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gateway.engines.reader.words.numbers import CHINESE_NUMERALS, chinese_numbers_to_digits, words_to_digits
from text.script import has_ideographs

_NUMBER = r"-?\d+(?:\.\d+)?%?"

_FRAMES_EN = (
    (
        r"^(?:(?:please|can you|could you|tell me|calculate|compute"
        r"|(?:what|how much) do (?:you|i|we) get (?:if|when) (?:you|i|we)|work out|what is|what are|what does|what do"
        r"|how much do|how many do|how many is|how much is"
        r"|how much are|and|then|so)[ ,:]+)+"
    ),
    (
        r"[ ,]*(?:equals? what|is what|equal to|equals?|make|please|=|come to|add up to|give|together|in total"
        r"|altogether)?[ ]*\?*$"
    ),
)
_FRAMES_ZH = (
    r"^(?:请问|请|帮我|算一下|计算一下|计算|算算|那么|那|算|,|，)+",
    r"(?:等于(?:多少|几)?|是(?:多少|几)|得(?:多少|几)|=|呢|\?|？|。)+$",
)

_OPERATORS_EN: tuple[tuple[str, str], ...] = (
    (r"\b(?:plus|added to)\b", "+"),
    (r"\bminus\b|\bless\b", "-"),
    (r"\bmultiplied by\b|\btimes\b|(?<=[\d) ])x(?=[\d( ])|×", "*"),
    (r"\bdivided by\b|\bover\b|÷", "/"),
    (r"\b(?:raised )?to the power (?:of )?|\*\*", "^"),
    (r"\b(?:the )?square of (\d+(?:\.\d+)?)", r"\1^2"),
    (r"\b(?:the )?cube of (\d+(?:\.\d+)?)", r"\1^3"),
    (r"\bsquared\b", "^2"),
    (r"\bcubed\b", "^3"),
    (r"\b(?:the )?square root of\b|√", "sqrt"),
    (r"(?<=\d) ?per ?cent\b", "%"),
    (r"\b(?:the |a |1 )?half (?:of )?\b", "1/2*"),
    (r"\b(?:a |1 )?third of\b", "1/3*"),
    (r"\b(?:a |1 )?(?:quarter|fourth) of\b", "1/4*"),
    (r"\b3 quarters of\b", "3/4*"),
    (r"\b2 thirds of\b", "2/3*"),
    (r"\b(?:twice|(?:the )?double(?: of)?)\b", "2*"),
    (r"\btriple\b", "3*"),
    (r"% of\b", "%*"),
)
_OPERATORS_ZH: tuple[tuple[str, str], ...] = (
    (rf"(?<=%)的|的(?={_NUMBER}%)", "*"),
    (rf"({_NUMBER})的平方根", r"sqrt\1"),
    (r"根号", "sqrt"),
    (r"的平方", "^2"),
    (r"的立方", "^3"),
    (rf"({_NUMBER})的({_NUMBER})次方", r"\1^\2"),
    (rf"({_NUMBER})除({_NUMBER})", r"\2/\1"),
    (r"加上|加", "+"),
    (r"减去|减", "-"),
    (r"乘以|乘上|乘|×", "*"),
    (r"除以|÷", "/"),
    (r"的一半|的1半", "/2"),
)
_SHAPES = (
    (rf"(?:the )?difference between ({_NUMBER}),? and ({_NUMBER})", r"\1-\2"),
    (rf"(?:the )?remainder (?:of|when) ({_NUMBER})(?: is)? divided by ({_NUMBER})", r"\1mod\2"),
    (rf"(?:the )?remainder (?:of|when) ({_NUMBER})(?: is)?/({_NUMBER})", r"\1mod\2"),
    (rf"(?:the )?product of ({_NUMBER}),? and ({_NUMBER})", r"\1*\2"),
    (rf"subtract ({_NUMBER}) from ({_NUMBER})", r"\2-\1"),
    (rf"multiply ({_NUMBER}) (?:and|by|with) ({_NUMBER})", r"\1*\2"),
    (rf"divide ({_NUMBER}) by ({_NUMBER})", r"\1/\2"),
    (rf"({_NUMBER}) and ({_NUMBER})", r"\1+\2"),
    (rf"({_NUMBER})和({_NUMBER})的和", r"\1+\2"),
    (rf"({_NUMBER})与({_NUMBER})的和", r"\1+\2"),
    (rf"({_NUMBER})和({_NUMBER})的差", r"\1-\2"),
    (rf"({_NUMBER})和({_NUMBER})的积", r"\1*\2"),
)
_LISTED = re.compile(
    rf"(?:the )?(?:sum|total|average|mean) of (?P<numbers>{_NUMBER}(?:(?:,? and |, ?| ){_NUMBER})+)"
    rf"|add (?P<added>{_NUMBER}(?:(?:,? and |,? to |, ?){_NUMBER})+)"
)
_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|sqrt|mod|[-+*/^%()])")
_CHINESE_PERCENT = re.compile(rf"百分之([\d{CHINESE_NUMERALS}]+)")
_CURRENCY = re.compile(r"[$€£¥]|\b(?:dollars?|euros?|pounds?|yuan)\b|[元块]")
_NOT_A_SUM = re.compile(r"\d-\d+-\d|\d{3,}-\d|\d+/\d+/\d")
"""A date or a telephone number, not a difference or a quotient."""
_LARGEST_EXPONENT = 64
_LARGEST_RESULT = 10**60

_SPOKEN = {
    "en": {"+": " plus ", "-": " minus ", "*": " times ", "/": " divided by "},
    "zh": {"+": "加", "-": "减", "*": "乘以", "/": "除以"},
}


@dataclass(frozen=True, slots=True)
class Calculation:
    """An expression and what it comes to."""

    expression: str
    """In symbols, without spaces."""
    result: Fraction | None
    """None when it has no value: a division by zero, or too large to say."""


class _NotArithmeticError(Exception):
    """The text is no expression."""


def calculate(question: str, last_number: str = "") -> Calculation | None:
    """The calculation that `question` asks for, or None when it is not one expression from end to end.

    `last_number` (digits) stands for "that" and "it", and before a question that begins with an operator.
    """
    if _NOT_A_SUM.search(question):
        return None
    expression = _symbols(question, last_number)
    if not re.search(r"\d", expression) or not re.search(r"[-+*/^%]|sqrt|mod", expression.lstrip("-")):
        return None
    try:
        return Calculation(expression, _Parser(expression).value())
    except (ZeroDivisionError, OverflowError):
        return Calculation(expression, None)
    except _NotArithmeticError:
        return None


def spoken_result(calculation: Calculation, language: str) -> str:
    """The answer as a sentence, for example "17 times 23 is 391."."""
    if calculation.result is None:
        return "这个算式没有结果。" if language == "zh" else "That has no result."
    exact, written = _written(calculation.result)
    simple = re.fullmatch(r"(\d+(?:\.\d+)?)([-+*/])(\d+(?:\.\d+)?)", calculation.expression)
    share = re.fullmatch(r"(\d+(?:\.\d+)?)%\*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\*(\d+(?:\.\d+)?)%", calculation.expression)
    said = f"{simple[1]}{_SPOKEN[language][simple[2]]}{simple[3]}" if simple else ""
    if share:
        percent, whole = (share[1], share[2]) if share[1] else (share[4], share[3])
        said = f"{whole}的{percent}%" if language == "zh" else f"{percent} percent of {whole}"
    if language == "zh":
        return f"{said or '结果'}{'等于' if exact else '约等于'}{written}。"
    return f"{said or 'That'} is {'' if exact else 'about '}{written}."


def _written(result: Fraction) -> tuple[bool, str]:
    if result.denominator == 1:
        return True, str(result.numerator)
    rounded = f"{float(result):.10f}".rstrip("0").rstrip(".")
    if Fraction(rounded) == result and len(rounded.partition(".")[2]) <= 6:
        return True, rounded
    return False, f"{float(result):.4g}" if abs(result) < 1 else f"{float(result):.3f}".rstrip("0").rstrip(".")


def _symbols(question: str, last_number: str) -> str:
    """The question as an expression in symbols, as far as it is one."""
    text = _CURRENCY.sub("", question.lower()).strip().rstrip(".").strip()
    if has_ideographs(text):
        text = _CHINESE_PERCENT.sub(r"\1%", _framed(text.replace(" ", ""), _FRAMES_ZH))
        text = chinese_numbers_to_digits(text)
        operators, deictic = _OPERATORS_ZH, r"^(?:它|这个数|结果|那个数|再)"
    else:
        text = words_to_digits(text.replace("what's", "what is"))
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.replace("a dozen", "12").replace("dozen", "12"))
        text = _framed(text, _FRAMES_EN)
        operators, deictic = _OPERATORS_EN, r"\b(?:that|it|this|the (?:result|answer))\b"
    if last_number:
        text = re.sub(deictic, last_number, text)
    for pattern, symbol in operators:
        text = re.sub(pattern, symbol, text)
    listed = _LISTED.fullmatch(text.strip())
    if listed:
        numbers = re.findall(_NUMBER, listed["numbers"] or listed["added"])
        text = f"({'+'.join(numbers)})" + (f"/{len(numbers)}" if "average" in listed[0] or "mean" in listed[0] else "")
    for shape, replacement in _SHAPES:
        match = re.fullmatch(shape, text.strip())
        if match:
            text = match.expand(replacement)
            break
    text = text.replace(" ", "")
    return last_number + text if last_number and text[:1] in ("+", "-", "*", "/", "^") else text


def _framed(text: str, frames: Sequence[str]) -> str:
    for frame in frames:
        text = re.sub(frame, "", text)
    return text.strip()


class _Parser:
    """Sum: product (± product)*; product := power (*/ power)*; power := sign atom (^ power)?; atom := number, (sum)."""

    def __init__(self, expression: str) -> None:
        self._tokens: list[str] = []
        place = 0
        while place < len(expression):
            found = _TOKEN.match(expression, place)
            if found is None:
                raise _NotArithmeticError
            self._tokens.append(found[1])
            place = found.end()
        self._place = 0

    def value(self) -> Fraction:
        result = self._sum()
        if self._place < len(self._tokens):
            raise _NotArithmeticError
        if abs(result) > _LARGEST_RESULT:
            raise OverflowError
        return result

    def _take(self, *tokens: str) -> str | None:
        if self._place < len(self._tokens) and self._tokens[self._place] in tokens:
            self._place += 1
            return self._tokens[self._place - 1]
        return None

    def _sum(self) -> Fraction:
        result = self._product()
        while operator := self._take("+", "-"):
            other = self._product()
            result = result + other if operator == "+" else result - other
        return result

    def _product(self) -> Fraction:
        result = self._power()
        while operator := self._take("*", "/", "mod"):
            other = self._power()
            result = result * other if operator == "*" else result / other if operator == "/" else result % other
        return result

    def _power(self) -> Fraction:
        if self._take("-"):
            return -self._power()
        if self._take("sqrt"):
            return _root(self._power())
        base = self._atom()
        if not self._take("^"):
            return base
        exponent = self._power()
        if exponent.denominator != 1 or abs(exponent) > _LARGEST_EXPONENT or abs(base) > _LARGEST_RESULT:
            raise OverflowError
        return Fraction(base) ** int(exponent)

    def _atom(self) -> Fraction:
        if self._take("("):
            result = self._sum()
            if not self._take(")"):
                raise _NotArithmeticError
        elif self._place < len(self._tokens) and self._tokens[self._place][0].isdigit():
            result = Fraction(self._tokens[self._place])
            self._place += 1
        else:
            raise _NotArithmeticError
        return result / 100 if self._take("%") else result


def _root(value: Fraction) -> Fraction:
    if value < 0:
        raise OverflowError
    exact = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
    return exact if exact * exact == value else Fraction(math.sqrt(value))
