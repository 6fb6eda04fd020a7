"""What a task of a worksheet comes to beyond one expression: series, units, shapes, money and small word problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from gateway.engines.reader.arithmetic import calculate
from gateway.engines.reader.words.amounts import minutes_of
from gateway.engines.reader.words.numbers import words_to_digits

_BLANK = r"(?:_{2,}|[(]\s*[)]|[(](?=\s*\S?$|\s)|□|\?|\.{3,}|…+|(?<=[,，、 ])\s*[)])"
_N = r"\d+(?:\.\d+)?"
_UNITS = (
    {"km": 1000, "千米": 1000, "公里": 1000, "m": 1, "米": 1, "metres": 1, "dm": ".1", "分米": ".1", "cm": ".01",
     "厘米": ".01", "mm": ".001", "毫米": ".001"},
    {"t": 1000, "吨": 1000, "kg": 1, "千克": 1, "公斤": 1, "g": ".001", "克": ".001"},
    {"l": 1, "L": 1, "升": 1, "ml": ".001", "mL": ".001", "毫升": ".001"},
    {"h": 3600, "hours": 3600, "hour": 3600, "小时": 3600, "时": 3600, "min": 60, "minutes": 60, "分钟": 60, "分": 60,
     "s": 1, "seconds": 1, "秒": 1},
    {"元": 1, "角": ".1"},
)  # fmt: skip
_MEASURES = "个支本件只瓶盒斤双块袋条把棵箱包张套台辆颗枝副"


def worked(task: str) -> str | None:
    """The bare result of `task`, in digits; None when it is no such task, or has more than one reading."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", task)
    rules: tuple[Callable[[str], str | None], ...] = (
        _bare_sum, _series, _converted, _square, _rectangle, _extreme, _clock, _shopping, _shared, _travelled, _related,
        _packed, _changed,
    )  # fmt: skip
    return next((found for rule in rules if (found := rule(text)) is not None), None)


def written(amount: Fraction | Decimal | int) -> str:
    """In digits, at most six places."""
    exact = Fraction(amount)
    if exact.denominator == 1:
        return str(exact.numerator)
    return f"{float(exact):.6f}".rstrip("0").rstrip(".")


def value_of(expression: str) -> Fraction | None:
    """What a sum comes to; None for what is none."""
    bare = re.sub(rf"(?:=|≈|=\s*)?\s*{_BLANK}?\s*$", "", expression.strip()).strip(" =")
    bare = re.sub(r"[-—–]{1,2}", "-", bare)
    bare = re.sub(r"(?<=[\d) ])[xX](?=[\d( ])", "×", bare)
    bare = re.sub(r"(?<=\d)-(?=\d)", " - ", bare)
    if re.fullmatch(_N, bare):
        return Fraction(bare)
    if not re.fullmatch(r"[\d\s.+\-×÷*/()%:]+", bare):
        return None
    done = calculate(bare.replace(":", "÷"))
    return done.result if done is not None else None


def _bare_sum(text: str) -> str | None:
    return (
        written(found)
        if re.search(r"\d\s*[-+×÷*/xX—–]{1,2}\s*\d", text) and (found := value_of(text)) is not None
        else None
    )


def _series(text: str) -> str | None:
    """The missing number of a series that goes up evenly, by evenly growing steps, or by one factor and one step."""
    found = re.search(rf"(?:(?:{_N}|{_BLANK})\s*[,，、]\s*){{3,}}(?:{_N}|{_BLANK})?", text + " ")
    if found is None:
        return None
    pieces = [piece.strip() for piece in re.split(r"[,，、]", found[0])]
    terms = [Fraction(piece) if re.fullmatch(_N, piece) else None for piece in pieces]
    if terms.count(None) != 1 or len(terms) < 4:
        return None
    gap = terms.index(None)
    known = [(place, term) for place, term in enumerate(terms) if term is not None]
    for value in (_polynomial(known, 1, gap), _recurring(terms, gap), _polynomial(known, 2, gap)):
        if value is not None:
            return written(value)
    return None


def _polynomial(known: Sequence[tuple[int, Fraction]], degree: int, at: int) -> Fraction | None:
    """The value at a place of the curve of that degree through all known ones, at least one of which proves it."""
    if len(known) < degree + 2:
        return None

    def through(points: Sequence[tuple[int, Fraction]], place: int) -> Fraction:
        total = Fraction(0)
        for number, (x, y) in enumerate(points):
            term = y
            for other, (x2, _) in enumerate(points):
                if other != number:
                    term = term * (place - x2) / (x - x2)
            total += term
        return total

    base = known[: degree + 1]
    return through(base, at) if all(through(base, place) == term for place, term in known) else None


def _recurring(terms: Sequence[Fraction | None], gap: int) -> Fraction | None:
    """For 2, 5, 11, 23: each is twice the one before, and one more."""
    pairs = [(first, second) for first, second in pairwise(terms) if first is not None and second is not None]
    if gap == 0 or len(pairs) < 3 or pairs[0][0] == pairs[1][0]:
        if len(pairs) == 2 and pairs[0][0] and pairs[1][0] and gap:
            factor = pairs[0][1] / pairs[0][0]
            before = terms[gap - 1]
            return before * factor if before is not None and pairs[1][0] * factor == pairs[1][1] else None
        return None
    factor = (pairs[1][1] - pairs[0][1]) / (pairs[1][0] - pairs[0][0])
    step = pairs[0][1] - factor * pairs[0][0]
    before = terms[gap - 1]
    fits = all(first * factor + step == second for first, second in pairs)
    return before * factor + step if fits and before is not None else None


def _converted(text: str) -> str | None:
    for units in _UNITS:
        names = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
        found = re.fullmatch(
            rf"(?P<parts>(?:{_N} ?(?:{names})(?![a-z]) ?)+)=?\s*(?:{_BLANK}|[(]\s*[)]|[()\s_])*"
            rf"(?P<unit>{names})[.。 ]*",
            text.strip(),
        )
        if found is not None:
            sums = [
                Fraction(number) * Fraction(str(units[unit]))
                for number, unit in re.findall(rf"({_N}) ?({names})", found["parts"])
            ]
            return written(sum(sums, Fraction(0)) / Fraction(str(units[found["unit"]])))
    return None


def _square(text: str) -> str | None:
    found = re.search(
        rf"\bsquare\b\D*?({_N}) ?(?:cm|m|mm|km)\b|正方形\D*?({_N}) ?(?:厘米|分米|米|毫米)", text, re.IGNORECASE
    )
    if found is None or len(re.findall(_N, text)) > 1:
        return None
    side = Fraction(found[1] or found[2])
    if re.search(r"perimeter|周长", text, re.IGNORECASE):
        return written(4 * side)
    return written(side * side) if re.search(r"\barea\b|面积", text, re.IGNORECASE) else None


def _rectangle(text: str) -> str | None:
    numbers = re.findall(_N, text)
    if not re.search(r"\brectang|长方形|矩形", text, re.IGNORECASE) or len(numbers) != 2:
        return None
    first, second = map(Fraction, numbers)
    if re.search(r"perimeter|周长", text, re.IGNORECASE) and re.search(r"\barea\b|面积", text, re.IGNORECASE):
        return None
    if re.search(r"perimeter|周长", text, re.IGNORECASE):
        return written(2 * (first + second))
    return written(first * second) if re.search(r"\barea\b|面积", text, re.IGNORECASE) else None


def _extreme(text: str) -> str | None:
    found = re.search(r"最([大小])的([一二两三四五六])位数", text)
    if found is None or re.search(r"[和与差积]", text[found.end() :]):
        return None
    count = "一二三四五六".find(found[2].replace("两", "二")) + 1
    return "9" * count if found[1] == "大" else "1" + "0" * (count - 1)


def _clock(text: str) -> str | None:
    """A time of day some minutes after another, and the time between two."""
    times = re.findall(r"\d{1,2}[:.]\d{2} ?(?:[ap]\.?m\.?)?|\d{1,2}时\d{1,2}分", text)
    lasting = re.search(r"(\d{1,3}) ?(?:分钟|minutes?)", text)
    if (
        len(times) != 1
        or lasting is None
        or not re.search(
            r"用了|经过|花了|需要|\b(?:takes?|lasts?|later|works? for|reads? for|plays? for|walks? for)\b", text
        )
    ):
        return None
    if re.search(r"之?前|before|从.*多长|how long", text):
        return None
    start = minutes_of(times[0].replace("时", ":").replace("分", ""))
    if start is None or len(re.findall(r"\d+", text)) > 3:
        return None
    end = (start + int(lasting[1])) % (24 * 60)
    return f"{end // 60}:{end % 60:02}"


def _shopping(text: str) -> str | None:
    """What things of several prices cost together, and the change."""
    spoken = words_to_digits(text)
    bought: list[Fraction] = []
    rest = spoken
    zh = re.search(r"[\u3400-\u9fff]", text) is not None
    if zh:
        for found in re.finditer(rf"({_N})([{_MEASURES}])([^\d，。,]*)[，,]\s*每\2[^\d，。,]*?({_N})元", spoken):
            bought.append(Fraction(found[1]) * Fraction(found[4]))
            rest = rest.replace(found[0], " ")
        paid = re.search(rf"(?:付了?|给了?(?:\w*?)|拿(?:了|出)?|用|带了?)\D{{0,6}}({_N})元", rest)
        asks_change, asks_sum = "找" in text or "剩" in text, re.search("一共|共|多少元|多少钱", text)
    else:
        money = r"[$£€]?(\d+(?:\.\d+)?)"
        for found in re.finditer(
            rf"(?<![$£€.\d])\b(\d+) [a-z][a-z ]*? (?:at|for|costing|that cost|which cost) {money} each",
            spoken,
            re.IGNORECASE,
        ):
            bought.append(Fraction(found[1]) * Fraction(found[2]))
            rest = rest.replace(found[0], " ")
        single = re.compile(r"\b(?:an?|1|and) [a-z][a-z ]*? (?:for|at|costing) [$£€](\d+(?:\.\d+)?)", re.IGNORECASE)
        bought += [Fraction(found[1]) for found in single.finditer(rest)]
        paid = re.search(r"\b(?:pays?|paid|gives?|hands?)\b[^.]*?[$£€](\d+(?:\.\d+)?)", rest, re.IGNORECASE)
        asks_change = re.search(r"\bchange\b|\bleft\b", text, re.IGNORECASE) is not None
        asks_sum = re.search(r"\b(?:total|altogether|how much)\b", text, re.IGNORECASE)
    if not bought:
        return None
    total = sum(bought, Fraction(0))
    if asks_change:
        return _money(Fraction(paid[1]) - total, text) if paid and Fraction(paid[1]) >= total else None
    return _money(total, text) if asks_sum and paid is None else None


def _money(amount: Fraction, text: str) -> str:
    sign = re.search(r"[$£€]", text)
    if sign is None:
        return f"{written(amount)}元" if "元" in text else written(amount)
    return f"{sign[0]}{float(amount):.2f}"


def _shared(text: str) -> str | None:
    """So many boxes of so many, among so many."""
    spoken = words_to_digits(text)
    boxes = re.search(
        rf"({_N})([{_MEASURES}])[^\d，。,]*[，,]\s*(?:每\2|1\2)[^\d，。,]*?({_N})[{_MEASURES}]", spoken
    ) or re.search(r"(\d+) ([a-z]+) (?:of|with|containing|that hold|holding) (\d+)", spoken, re.IGNORECASE)
    among = re.search(rf"平均?分[给成到]?\D{{0,3}}({_N})", spoken) or re.search(
        r"\b(?:shared?|divided?|split|put)\b[^.\d]*? (?:equally |evenly )?(?:among|between|into|by) (\d+)",
        spoken,
        re.IGNORECASE,
    )
    numbers = re.findall(_N, spoken)
    if boxes is not None and among is not None and len(numbers) == 3:
        return written(Fraction(boxes[1]) * Fraction(boxes[3]) / Fraction(among[1]))
    if among is not None and len(numbers) == 2 and boxes is None:
        whole = (
            Fraction(next(number for number in numbers if number != among[1]))
            if numbers[0] != numbers[1]
            else Fraction(numbers[0])
        )
        shared = whole / Fraction(among[1])
        return written(shared) if shared.denominator == 1 else None
    return None


def _travelled(text: str) -> str | None:
    found = re.search(
        rf"每(?:小?时|分钟?)(?:行驶?|走|跑|飞)\D{{0,2}}({_N})(千米|公里|米).*?({_N})(?:小?时"
        rf"|分钟?).{{0,6}}?(?:多少|几)",
        text,
    ) or re.search(
        rf"({_N}) ?(km|miles|kilometres) (?:per|an|each|in an?) hour.*?({_N}) hours?",
        words_to_digits(text),
        re.IGNORECASE,
    )
    if (
        found is None
        or len(re.findall(_N, words_to_digits(text))) != 2
        or re.search(r"how long|多长时间", text, re.IGNORECASE)
    ):
        return None
    return written(Fraction(found[1]) * Fraction(found[3]))


def _related(text: str) -> str | None:
    """Two amounts of which one is told by the other, and which of them, or both, is asked."""
    known = _known_zh(text) if re.search(r"[\u3400-\u9fff]", text) else _known_en(words_to_digits(text))
    if known is None or len(known) < 2:
        return None
    question = re.split(r"[。.;；]|(?<=\D)[，,](?=[^，,]*(?:多少|几|how))", text.rstrip("。.?？ "))[-1]
    if re.search(r"一共|共有?|总共|合计|altogether|in total|in all|do they have|are there", question, re.IGNORECASE):
        return written(sum(known.values(), Fraction(0)))
    named = [name for name in known if re.search(rf"(?<![a-z]){re.escape(name)}", question, re.IGNORECASE)]
    return written(known[named[0]]) if len(named) == 1 and not re.search("比", question) else None


def _known_zh(text: str) -> dict[str, Fraction] | None:
    known: dict[str, Fraction] = {}
    measure = "[棵本人名只个朵张条元岁块台辆颗枝支盒千]"
    relation = re.search(
        rf"(?P<one>[\u3400-\u9fff]{{2,5}}?)(?:的?[\u3400-\u9fff]?数量?)?(?:是|比)(?P<other>[\u3400-\u9fff]{{2,5}}?)"
        rf"(?:的(?P<times>{_N})倍|(?P<way>[多少])(?P<by>{_N}))",
        text,
    )
    if relation is None:
        return None
    other = relation["other"]
    base = re.search(rf"{re.escape(other)}[有:]?\D{{0,2}}({_N}){measure}", text[: relation.start()])
    if base is None or len(re.findall(_N, text)) != 2:
        return None
    known[other] = Fraction(base[1])
    amount = Fraction(relation["times"] or relation["by"])
    one = re.sub(r"^(?:有|其中)", "", relation["one"]).removesuffix("的")
    known[one] = (
        known[other] * amount if relation["times"] else known[other] + (amount if relation["way"] == "多" else -amount)
    )
    return known


def _known_en(text: str) -> dict[str, Fraction] | None:
    base = re.search(
        rf"\b([A-Z][a-z]+) (?:has|had|is|collected|picked|scored|read|saved|made) ({_N})\b", text, re.IGNORECASE
    )
    more = re.search(
        rf"\b([A-Z][a-z]+) (?:has|had|is|collected|picked|scored|read|saved|made) ({_N}) (?:[a-z]+ )?(more"
        rf"|fewer|less|older|younger|times as many)\b"
        r"[^.]*?\b(?:than|as) ([A-Z][a-z]+)",
        text,
        re.IGNORECASE,
    )
    if base is None or more is None or base[1].lower() != more[4].lower() or len(re.findall(_N, text)) != 2:
        return None
    first, amount = Fraction(base[2]), Fraction(more[2])
    word = more[3].lower()
    second = (
        first * amount if word.startswith("times") else first + amount if word in ("more", "older") else first - amount
    )
    return {base[1].lower(): first, more[1].lower(): second}


def _packed(text: str) -> str | None:
    """What things bring that are sold by the box: "96 eggs into boxes of 12 ... each box for $4"."""
    spoken = words_to_digits(text)
    into = re.search(r"(\d+) [a-z ]+ (?:in|into) (\w+?)(?:es|s)? of (\d+)", spoken, re.IGNORECASE)
    each = into and re.search(
        rf"(?:each|every|a|per) {into[2]} (?:for|costs?|at) ([$£€])(\d+(?:\.\d+)?)", spoken, re.IGNORECASE
    )
    if not into or not each or len(re.findall(_N, spoken)) != 3 or int(into[1]) % int(into[3]):
        return None
    return f"{each[1]}{written(Fraction(int(into[1]), int(into[3])) * Fraction(each[2]))}"


def _changed(text: str) -> str | None:
    """What is left when some goes, or there is when some comes."""
    spoken = words_to_digits(text)
    numbers = list(map(Fraction, re.findall(_N, spoken)))
    if len(numbers) != 2:
        return None
    if re.search(r"还剩|剩下|\b(?:left|remain\w*)\b", spoken, re.IGNORECASE) and numbers[0] >= numbers[1]:
        went = (
            r"[卖用吃送给拿]|借出|看了|走了"
            r"|\b(?:gave|gives|ate|eats|sold|sells|lost|used|uses|spent|spends|left|flew|broke)\b"
        )
        return written(numbers[0] - numbers[1]) if re.search(went, spoken, re.IGNORECASE) else None
    return None
