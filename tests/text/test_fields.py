"""Labels and values of forms, invoices and letterheads."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from text.field_labels import is_label
from text.fields import find_fields
from text.placed_lines import Place, PlacedLine, placed_lines

DOCUMENTS = ROOT / "assets" / "documents"


def pairs(text: str) -> list[tuple[str, str]]:
    """Keys and values of what is found."""
    return [(field.key, field.value) for field in find_fields(placed_lines(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Total: $420.00", [("Total", "$420.00")]),
        ("Date of birth:   May 14, 1998", [("Date of birth", "May 14, 1998")]),
        ("Name ........ Ann", [("Name", "Ann")]),
        ("Name … Ann", [("Name", "Ann")]),
        ("Deposit ______ $40", [("Deposit", "$40")]),
        ("Name: ____________", [("Name", "")]),
        ("Phone:", [("Phone", "")]),
        ("Signature ____________", [("Signature", "")]),
        ("Name: ________ Class: ________", [("Name", ""), ("Class", "")]),
        ("Signature __________   Date __________", [("Signature", ""), ("Date", "")]),
        ("Date: 3 May   Time: 9:00", [("Date", "3 May"), ("Time", "9:00")]),
        ("Tel: 555-0142 Fax: 555-0143", [("Tel", "555-0142"), ("Fax", "555-0143")]),
        ("Name: Ann Lee Date of birth: 1 May 1990", [("Name", "Ann Lee"), ("Date of birth", "1 May 1990")]),
        ("Customer: C8981 Due: 2026-07-28", [("Customer", "C8981"), ("Due", "2026-07-28")]),
        ("Film: Star Wars: A New Hope", [("Film", "Star Wars: A New Hope")]),
        ("Open: 9:40 to 11:15", [("Open", "9:40 to 11:15")]),
        ("Web: https://example.com/a", [("Web", "https://example.com/a")]),
        ("Subtotal   $400.00\nTax (5%)   $20.00", [("Subtotal", "$400.00"), ("Tax (5%)", "$20.00")]),
        ("Total $420.00", [("Total", "$420.00")]),
        ("Tel 555-0142", [("Tel", "555-0142")]),
        ("First name   Nathan\nLast name   Walker", [("First name", "Nathan"), ("Last name", "Walker")]),
        ("Item   Price\nTea   2.00\nCake   3.50", [("Tea", "2.00"), ("Cake", "3.50")]),
        ("[x] Newsletter\n[ ] Phone calls", [("Newsletter", "yes"), ("Phone calls", "no")]),
        ("☑ Breakfast ☐ Parking", [("Breakfast", "yes"), ("Parking", "no")]),
        ("Newsletter [x]", [("Newsletter", "yes")]),
        ("Payment: [x] Cash [ ] Card", [("Payment", "Cash")]),
        ("Days: ☒ Monday ☐ Tuesday ☒ Friday", [("Days", "Monday, Friday")]),
        ("Room: ☐ single ☐ double", [("Room", "")]),
        ("Bill to:\nAlice Turner\n17 Willow Street\nDate: 3 May", [
            ("Bill to", "Alice Turner, 17 Willow Street"), ("Date", "3 May"),
        ]),
        ("Address: 17 Willow Street,\nPort Aldwin\nPhone: 555-0142", [
            ("Address", "17 Willow Street, Port Aldwin"), ("Phone", "555-0142"),
        ]),
        ("Comments:\nPlease ring twice.\nDate: 3 May", [("Comments", "Please ring twice."), ("Date", "3 May")]),
        ("Name: Ann\nName: Bob", [("Name", "Ann"), ("Name", "Bob")]),
        ("姓名：张三", [("姓名", "张三")]),
        ("姓名：张三 性别：男 年龄：20", [("姓名", "张三"), ("性别", "男"), ("年龄", "20")]),
        ("姓名：________ 班级：________", [("姓名", ""), ("班级", "")]),
        ("姓名 张三", [("姓名", "张三")]),
        ("合计 1453.30元", [("合计", "1453.30元")]),
        ("时间：60分钟", [("时间", "60分钟")]),
        ("停水时间：上午9:00至下午4:30", [("停水时间", "上午9:00至下午4:30")]),
        ("【收货人】李四 【电话】555-0100", [("收货人", "李四"), ("电话", "555-0100")]),
        ("性别：☑男 ☐女", [("性别", "男")]),
        ("性别：□男 □女", [("性别", "")]),
        ("是否参加：[√] 是 [ ] 否", [("是否参加", "是")]),
        ("联系电话　555-0126", [("联系电话", "555-0126")]),
    ],
)  # fmt: skip
def test_a_field_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    """Colons, leaders, columns, boxes and known labels tie a value to its label; empty ones are empty."""
    assert pairs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Dear Mr. Cooper:",
        "各位住户：",
        "因更换供水管道，本小区将暂停供水，具体安排如下：",
        "The bus leaves at 9:40 and arrives at 11:15.",
        "Please note: the shop is closed.",
        "Step 1: Heat the oven to 180 degrees.",
        "Part A: Personal details",
        "Example: What is 6 times 7? Answer: 42",
        "注意：请勿吸烟",
        "一、选择题：",
        "Ingredients:\n250 grams of flour\n3 eggs\n2 lemons",
        "He said: we shall see.",
        "他说：我们走吧。",
        "https://example.com",
        "Stop   Bus 10   Bus 12\nHarbor   6:55   7:10",
        "City bicycle, blue   1   $295.00   $295.00",
        "The capital of France is ______.",
        "Wait ... what happened then",
        "1:3",
        "",
        "__________",
        ":",
        "：：：",
    ],
)
def test_what_is_no_field(text: str) -> None:
    """Greetings, headings, sentences, steps and rows of tables are no fields."""
    assert pairs(text) == []


@pytest.mark.parametrize(
    ("name", "count", "some"),
    [
        ("form", 15, ("Annual fee", "$15.00")),
        ("invoice", 10, ("Total", "$420.00")),
        ("notice-zh", 7, ("联系人", "王建国")),
        ("letter", 3, ("Reference number", "RH-318")),
        ("worksheet", 5, ("Class", "5B, room 14")),
    ],
)
def test_the_shipped_documents(name: str, count: int, some: tuple[str, str]) -> None:
    """Each field of a shipped document is found, and nothing else."""
    found = pairs((DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8"))
    assert len(found) == count
    assert some in found


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    confidence: float


def test_confidence_is_that_of_the_value() -> None:
    """The words of the value count; those of the key where it is empty; none where no words are known."""
    words = (_Word("Total:", 0.9), _Word("$420", 0.5), _Word("net", 0.7))
    (field,) = find_fields([PlacedLine("Total: $420 net", Place(2, 7), words)])
    assert field.confidence == pytest.approx(0.6)
    assert (field.place.page, field.place.line) == (2, 7)
    (empty,) = find_fields([PlacedLine("Total: ", Place(1, 1), words[:1])])
    assert (empty.value, empty.confidence) == ("", 0.9)
    assert find_fields(placed_lines("Total: $420"))[0].confidence is None


def test_options_tell_what_is_ticked() -> None:
    """A row of boxes keeps all of them."""
    (field,) = find_fields(placed_lines("Payment: [x] Cash [ ] Card"))
    assert field.options == (("Cash", True), ("Card", False))


@given(st.lists(st.text(alphabet="aB1 :：._…[]x☑☐,姓名 \t\u3000【】$", max_size=60), max_size=12))
def test_anything_is_read(lines: list[str]) -> None:
    """No text fails; each field stands on a line that is there and has a key, and a confidence only with words."""
    placed = [PlacedLine(line, Place(1, number)) for number, line in enumerate(lines, 1)]
    for field in find_fields(placed):
        assert field.key.strip() == field.key != ""
        assert field.value == field.value.strip()
        assert lines[field.place.line - 1].strip()
        assert field.confidence is None


@given(
    st.from_regex(r"[A-Z][a-z]{2,9}( [a-z]{3,8})?", fullmatch=True),
    st.from_regex(r"[A-Z0-9][A-Za-z0-9]{1,12}", fullmatch=True),
)
def test_a_label_with_a_colon_is_always_a_field(key: str, value: str) -> None:
    """Whatever the words are: a short label, a colon and a value make a field."""
    if is_label(key):
        assert pairs(f"{key}: {value}") == [(key, value)]


@pytest.mark.parametrize(
    "text", [":" * 4000, "a:" * 2000, "_ " * 2000, "[x] " * 1000, "姓名：" * 1000, "a " * 5000, "……" * 2000]
)
def test_long_lines_take_no_long_time(text: str) -> None:
    """A hostile line ends; the limit of the test run would end the test otherwise."""
    find_fields(placed_lines("\n".join([text] * 3)))
