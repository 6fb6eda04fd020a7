"""An answer without what the question asks for is none: a measure, a number, a name in its role, the thing itself."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask

LETTER = """Harbour Day Surgery
Dear Ms Lin,
You are booked for insertion of a grommet under a general anaesthetic with Dr Malcolm Teague.
Stop ibuprofen seven days before; paracetamol may be given.
Please bring your health card.
Your weight was 187 pounds."""
LEASE = """Rental agreement
Landlord rents to tenants the two-bedroom apartment at 318 Wendell Street.
A second parking space may be rented for $45 per month.
Tenants pay electricity, gas and internet."""
SHEET = """Worksheet 4
Name: ____________ Score: ____ / 20
A score below 18 means you take the sheet again on Monday.
Pay the driver by card; no cash."""
TRIP = """四年级秋季研学活动通知
活动日期：10月23日（星期五）
午餐：25元
保险：10元
老人可拨打物业电话，届时部分楼栋将暂停供水。"""


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("How many millilitres of paracetamol may be given?", LETTER),
        ("What is my blood type?", LETTER),
        ("What is my health card number?", LETTER),
        ("Who is the anaesthetist?", LETTER),
        ("How many square feet is the apartment?", LEASE),
        ("How much is the internet per month?", LEASE),
        ("What is the student's name?", SHEET),
        ("What score did Priya get?", SHEET),
        ("What is the name of the driver?", SHEET),
    ],
)
def test_without_what_is_asked_for_nothing_is_found(question: str, page: str) -> None:
    """A line that is only near the question, without the measure, number, person or thing, is no answer."""
    assert ask(question, page) == REFUSED


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("麻醉师叫什么名字？", LETTER),
        ("我的身高是多少？", LETTER),
        ("网费每个月多少钱？", LEASE),
        ("司机的电话号码是多少？", SHEET),
        ("午餐吃什么？", TRIP),
        ("五年级什么时候去秋游？", TRIP),
        ("物业办公室在几号楼？", TRIP),
        ("去年来了多少人？", TRIP),
        ("保险公司叫什么名字？", TRIP),
    ],
)
def test_the_same_holds_in_chinese_and_across_languages(question: str, page: str) -> None:
    """The question as it was put decides what an answer must hold, in whichever language the page is."""
    assert ask(question, page) == REFUSED_ZH


def test_what_holds_it_is_still_told() -> None:
    """A weight in pounds answers how much somebody weighs, and a rent by the month what a place costs."""
    assert "187" in ask("What was my weight?", LETTER)
    assert "45" in ask("How much is a second parking space?", LEASE)
