"""Which option of a task is right, where sums, sizes, a rule of grammar or a plain fact decide it; and opposites."""

from __future__ import annotations

import re
from fractions import Fraction

from gateway.engines.reader.worksheets.solutions import solved
from gateway.engines.reader.worksheets.worked_sums import value_of, worked

_OPPOSITES = (
    "large big|small little; safe|dangerous unsafe; hot|cold; fast quick|slow; old|young new; happy glad|sad unhappy; "
    "tall|short; long|short; high|low; light|dark heavy; full|empty; early|late; easy|difficult hard; rich|poor; "
    "clean|dirty; strong|weak; wet|dry; open|closed shut; up|down; left|right; thick|thin; wide|narrow; loud|quiet; "
    "brave|cowardly; begin start|end finish; first|last; near|far; noisy|quiet; day|night; always|never; love|hate; "
    "buy|sell; push|pull; win|lose; kind|unkind cruel; polite|rude; deep|shallow; true|false; smooth|rough; "
    "大|小; 高|低 矮; 快|慢; 长|短; 冷|热; 黑|白; 多|少; 远|近; 新|旧; 胖|瘦; 开|关; 好|坏; 前|后; 早|晚; "
    "干净|肮脏; 认真|马虎; 高兴|难过; 勇敢|胆小; 安静|吵闹; 美丽|丑陋; 简单|复杂; 粗|细; 轻|重; 深|浅"
).split("; ")
_FACTS = (
    (r"angle.*(?:smaller|less) than (?:90|a right)|(?:小于90|比直角小)", r"acute|锐角"),
    (r"angle.*(?:larger|greater|bigger|more) than (?:90|a right)|大于90", r"obtuse|钝角"),
    (r"angle (?:of|that is|equal to).*90|等于90", r"right|直角"),
)


def chosen(text: str, options: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    """The letter and the words of the one option that is right; None when nothing decides between them."""
    for rule in (_prime, _by_size, _equal, _computed, _compared, _agreeing, _known, _opposite):
        found = rule(text, options)
        if len(found) == 1:
            return found[0]
    return None


def opposite_of(text: str) -> str | None:
    """The word that stands against the one that is quoted: "The opposite of 'large' is"."""
    found = re.search(
        r"\bopposite of [\"“'‘]?([a-z]+)|[\"“'‘]?([\u3400-\u9fff]{1,2})[\"”'’]?的反义词", text, re.IGNORECASE
    )
    if found is None:
        return None
    words = _against((found[1] or found[2]).lower())
    return words[0] if words else None


def _against(word: str) -> list[str]:
    for pair in _OPPOSITES:
        sides = [side.split() for side in pair.split("|")]
        for mine, others in (sides, reversed(sides)):
            if word in mine:
                return others
    return []


def _number(option: str) -> Fraction | None:
    ratio = re.fullmatch(r"(\d+) ?/ ?(\d+)", option.strip())
    if ratio:
        return Fraction(int(ratio[1]), int(ratio[2])) if int(ratio[2]) else None
    return value_of(re.sub(r"[$£€°%]|[\u3400-\u9fff]+|(?<=\d) ?[a-z]+[\d?²³]?$", "", option.strip()))


def _prime(text: str, options: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    if not re.search(r"\bis (?:a )?prime\b|是(?:质|素)数", text):
        return []
    numbers = [(option, _number(option[1])) for option in options]
    return [
        option
        for option, number in numbers
        if number is not None and number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))
    ]


def _by_size(text: str, options: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    most = re.search(r"最大|最多|\b(?:largest|greatest|biggest|highest)\b", text, re.IGNORECASE)
    least = re.search(r"最小|最少|\b(?:smallest|least|lowest)\b", text, re.IGNORECASE)
    values = [_number(option) for _, option in options]
    if (most is None) == (least is None) or any(value is None for value in values):
        return []
    numbers = [value for value in values if value is not None]
    wanted = max(numbers) if most else min(numbers)
    return [option for option, value in zip(options, numbers, strict=True) if value == wanted]


def _equal(text: str, options: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    found = re.search(
        r"(?:equal to|same as|equivalent to|equals) ([\d./% ]+)|与([\d./]+)相等|等于([\d./]+)的", text, re.IGNORECASE
    )
    wanted = _number(next(group for group in found.groups() if group).strip(" .")) if found else None
    return [option for option in options if wanted is not None and _number(option[1]) == wanted]


def _computed(text: str, options: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    done = solved(text, text, "en" if text.isascii() else "zh")
    result = worked(text) or (done[1] if done else None)
    if not result:
        return []
    if ":" in result:
        return [option for option in options if option[1].strip() == result]
    digits = re.search(r"-?\d+(?:\.\d+)?", result)
    return [option for option in options if digits is not None and _number(option[1]) == Fraction(digits[0])]


def _compared(text: str, options: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    if not re.search(r"_{2,}[^.?]{0,20}\bthan\b", text):
        return []
    return [option for option in options if re.search(r"er$|^more |^less |^worse$", option[1])]


def _agreeing(text: str, options: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """A verb that goes with its subject: "There ___ two boats", "She ___ every day"."""
    words = {option[1].lower(): option for option in options}
    there = re.search(
        r"\bthere _{2,} (?:(?P<many>two|three|four|five|many|some|several|lots|\d+)|(?P<one>an?|one))\b",
        text,
        re.IGNORECASE,
    )
    if there is not None:
        return [words[word] for word in (("are", "were") if there["many"] else ("is", "was")) if word in words]
    usual = re.search(r"\bevery (?:day|morning|week|year|evening)\b|\b(?:always|often|usually)\b", text, re.IGNORECASE)
    subject = re.match(
        r"(?P<one>he|she|it|my \w+[^s]|[A-Z][a-z]+)|(?P<many>we|they|you|i)\b",
        text.partition("_")[0].strip(),
        re.IGNORECASE,
    )
    if usual is None or subject is None:
        return []
    single = subject["one"] is not None and text.partition("_")[0].strip().lower() not in ("we", "they", "you", "i")
    forms = [word for word in words if any(word in (f"{other}s", f"{other}es") for other in words)]
    bases = [other for other in words if any(word in (f"{other}s", f"{other}es") for word in words)]
    return [words[word] for word in (forms if single else bases)]


def _known(text: str, options: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    for asked, right in _FACTS:
        if re.search(asked, text, re.IGNORECASE):
            return [option for option in options if re.search(right, option[1], re.IGNORECASE)]
    return []


def _opposite(text: str, options: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    found = re.search(r"\bopposite of [\"“'‘]?([a-z]+)|([\u3400-\u9fff]{1,2})[\"”'’]?的反义词", text, re.IGNORECASE)
    against = _against((found[1] or found[2]).lower()) if found else []
    return [option for option in options if option[1].lower().strip(" .") in against]
