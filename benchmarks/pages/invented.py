"""Names of invented people, firms and places, by language, and how sums and days are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from benchmarks.pages.chance import Chance

_WOMEN = "Amelia Hannah Clara Nora Lydia Esther Paula Ruth Greta Miriam Doris Ingrid".split()
_MEN = "Oscar Victor Julian Peter Martin Simon Edmund Felix Leonard Anthony Gregory Howard".split()
_FIRST = [name for pair in zip(_WOMEN, _MEN, strict=True) for name in pair]
_LAST = (
    "Ashdown Barlow Calder Denholm Eastman Farrow Garland Hollis Ingram Kershaw Langton Mercer Norwood Oakley Pendle "
    "Radford Selwyn Thorne Underhill Varley Wexford Yardley Whitlock Quayle"
).split()
_STREETS = (
    "Tannery Lane|Miller Street|Old Quay|Chestnut Avenue|Station Road|Weaver Close|Harbour Row|Park Terrace|"
    "Bell Street|Orchard Way|Foundry Road|Lantern Hill"
).split("|")
_TOWNS = "Marlow Bay|Eastbridge|Calderford|Linwood|Stonehaven Park|Ferrybank|Northmere|Ashcombe|Rivermouth".split("|")
_SURNAMES = "陈 林 周 吴 郑 孙 马 胡 何 高 罗 梁 宋 唐 许 邓".split()
_GIVEN = "晓梅 志强 丽华 文博 雨桐 建平 思远 美玲 海燕 明哲 佳怡 国栋 春兰 子轩 雅琴 立新".split()
_ROADS = "梧桐路 新华东路 滨江大道 学府街 朝阳路 柳荫巷 科技二路 花园北街 长风路".split()
_CITIES = "云溪市 江宁县 海城区 临泉市 松山区 安和镇".split()


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person."""

    first: str
    last: str
    title: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def formal(self) -> str:
        """As a letter begins."""
        return f"{self.title} {self.last}"


def person(chance: Chance) -> Person:
    """Somebody with an English name."""
    return people(chance, 1)[0]


def people(chance: Chance, count: int) -> list[Person]:
    """Several with different first and last names."""
    named = zip(chance.some(_FIRST, count), chance.some(_LAST, count), strict=True)
    return [Person(first, last, "Ms." if first in _WOMEN else "Mr.") for first, last in named]


def town(chance: Chance) -> str:
    """A town."""
    return chance.pick(_TOWNS)


def address(chance: Chance, place: str) -> str:
    """A street with its number, in the town `place`."""
    return f"{chance.number(2, 98)} {chance.pick(_STREETS)}, {place}"


def phone(chance: Chance) -> str:
    """A telephone number of the range kept for invented ones."""
    return chance.code("555-01##")


def person_zh(chance: Chance) -> str:
    """Somebody with a Chinese name."""
    return chance.pick(_SURNAMES) + chance.pick(_GIVEN)


def people_zh(chance: Chance, count: int) -> list[str]:
    """Several with different Chinese names."""
    pairs = zip(chance.some(_SURNAMES, count), chance.some(_GIVEN, count), strict=True)
    return [surname + given for surname, given in pairs]


def address_zh(chance: Chance) -> str:
    """A Chinese address."""
    return f"{chance.pick(_CITIES)}{chance.pick(_ROADS)}{chance.number(3, 288)}号"


def city_zh(chance: Chance) -> str:
    """A Chinese town."""
    return chance.pick(_CITIES)


@dataclass(frozen=True, slots=True)
class Conventions:
    """How one page writes sums and days."""

    sign: str
    """Of the currency, before the sum."""
    day_format: str

    def money(self, cents: int) -> str:
        """A sum with its sign, thousands apart."""
        return f"{self.sign}{cents / 100:,.2f}"

    def day(self, value: date) -> str:
        """A day, without zeros in front."""
        month = value.strftime("%B") if "B" in self.day_format else value.strftime("%b")
        forms = {
            "B D, Y": f"{month} {value.day}, {value.year}",
            "D B Y": f"{value.day} {month} {value.year}",
            "D b Y": f"{value.day} {month} {value.year}",
            "Y-M-D": value.isoformat(),
        }
        return forms[self.day_format]


def conventions(chance: Chance) -> Conventions:
    """By lot."""
    return Conventions(chance.any_of("$£€"), chance.any_of(("B D, Y", "D B Y", "D b Y", "Y-M-D")))


def day_zh(value: date) -> str:
    """A day as Chinese pages write it."""
    return f"{value.year}年{value.month}月{value.day}日"
