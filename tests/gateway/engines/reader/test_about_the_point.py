"""Answers are about the thing that is asked for, not about another that shares a letter, a name or a line with it."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, ask

GARAGE = """Hollis Auto Repair
Description   Qty   Unit price   Amount
Brake rotor, front   2   $58.25   $116.50
Oil filter   1   $11.75   $11.75
Labor, brakes (hours)   2.5   $110.00   $275.00
Labor, oil change (hours)   0.5   $110.00   $55.00
Subtotal   $458.25
Sales tax (6%)   $27.50
Shop supplies fee   $7.50
Total due   $493.25
Paid by Visa ending 3309   $300.00
Balance   $193.25"""
FORM = """Summer Camp Registration Form
Child's name: Noah Lindqvist
Session: ☐ Week 1 (June 16-20)   ☒ Week 2 (June 23-27)   ☐ Week 3 (July 7-11)
Activities: ☒ Swimming   ☐ Archery
Lunch: ☐ Standard   ☒ Vegetarian   ☐ None"""
LEASE = """RENTAL AGREEMENT
This agreement is made between Marguerite Oyelaran (Landlord) and Daniel Kim (Tenant).
7. Pets. One cat is allowed. Dogs are not permitted.
8. Smoking. Smoking is forbidden inside the apartment.
11. Subletting. The Tenants may not sublet without the Landlord's written consent."""
SIGNED = f"""{LEASE}
Signed:
Landlord: Marguerite Oyelaran   Date: June 12, 2025
Tenants: Daniel Kim   Date: June 14, 2025"""
RECEIPT = """惠民超市
收银员：王丽收银台：03
商品   数量   单价   金额
东北大米5kg   1   39.90   39.90
纯牛奶250ml   12   3.50   42.00
件数合计   5
商品合计   81.90
会员优惠   -8.30
应付金额   73.60
微信支付   73.60
找零   0.00"""
SHEET = """Science Worksheet
High in the air the vapor cools and forms clouds, which is called condensation.
Only 3 percent is fresh water, and most of that is frozen in glaciers.
4. Most of the fresh water is frozen in ____________."""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("How much tax was charged?", GARAGE, "27.50"),
        ("How much did the brake rotors cost in total?", GARAGE, "Amount: $116.50"),
        ("How was it paid?", GARAGE, "Paid by Visa ending 3309"),
        ("How much was paid by card?", GARAGE, "$300.00"),
        ("What is the hourly rate for labor?", GARAGE, "$110.00"),
        ("Is Noah vegetarian?", FORM, "Yes. Lunch: Vegetarian"),
        ("Which week was chosen?", FORM, "Week 2 (June 23-27)."),
        ("Is smoking allowed?", LEASE, "No."),
        ("When did the tenants sign?", SIGNED, "June 14, 2025"),
        ("怎么付款的？", RECEIPT, "微信支付"),
        ("优惠呢？", RECEIPT, "8.30"),
        ("收银员是谁？", RECEIPT, "王丽。"),
        ("买了几盒牛奶？", RECEIPT, "12"),
        (
            "Which word names the change from vapor into clouds? A) evaporation B) condensation C) precipitation",
            SHEET,
            "B: condensation.",
        ),
        ("What is most of the fresh water frozen in?", SHEET, "glaciers"),
    ],
)
def test_what_is_asked_for_is_answered(question: str, page: str, said: str) -> None:
    """The line that is about the thing answers."""
    answer = ask(question, page)
    assert said in answer
    assert "____" not in answer
    assert "5 -8.30" not in answer


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("Is Daniel a smoker?", LEASE),
        ("Does Daniel have a cat?", LEASE),
        ("When did the tenants sign?", LEASE),
        ("What surgery was it?", "Dear Mr Petrakis,\nDo not drive for one week after surgery."),
    ],
)
def test_a_line_that_only_shares_a_word_decides_nothing(question: str, page: str) -> None:
    """A rule, a name or a mention is no answer to what somebody is or when something was done."""
    assert ask(question, page) == REFUSED
