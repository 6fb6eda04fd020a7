"""Bills and receipts: items, labels, sums, people, dates and small print, asked in either language."""

import re

import pytest

from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask

GARAGE = """Hollow Lane Motors   INVOICE
Unit 7, Mill Yard, Ashcombe AB3 4QT   No. HL-5582
Telephone 01632 960771   Invoice date: 3 May 2026
VAT Reg. No. GB 417 2200 18   Job card: 9120
Customer   Vehicle
Mr Tom Ardley   Arden Comet 1.6 (green)
9 Pear Tree Close   Registration: LM21 TRW
Ashcombe AB3 9PP   Mileage: 41,870
Fault reported: squeal from the front when braking.
Description   Qty   Unit price (£)   Amount (£)
Brake pads, front set   1   44.00   44.00
Wiper blade   2   12.50   25.00
Engine oil, litre   4   9.00   36.00
Oil filter   1   11.00   11.00
Labour, hours   2.5   56.00   140.00
Subtotal   256.00
VAT 20%   51.20
Total   307.20
Deposit received 1 May   60.00
Balance due   247.20
Technician: Ruth Okafor
Parts are guaranteed for 12 months. Labour is guaranteed for 6 months. The guarantee does not cover wiper blades.
Payment is due within 14 days of the invoice date. We no longer take cheques."""
SHOP = """鲜又多超市
流水号:20260711-0042
日期:2026-07-11 18:05
收银台:04   收银员:2207 何芳
品名   数量   单价   金额
农家鲜鸡蛋 30枚   1   25.80   25.80
纯牛奶 1L   3   9.50   28.50
五花肉(散)   0.8   36.00   28.80
抽纸 6包   1   16.90   16.90
合计金额   100.00
会员优惠   -6.00
优惠券   -4.00
应付金额   90.00
现金   100.00
找零   10.00
本次积分:90   累计积分:2410
满3000积分可换购食用油一桶。
生鲜商品请当日内凭小票退换。
其他商品7天内可凭小票退换。
营业时间:7:30-22:00"""
PHARMACY = """康宁大药房
销售日期:2026年3月2日 09:14
品名   规格   有效期至   数量   单价   金额
阿莫西林胶囊   0.25gX24粒   2027-08   2盒   12.00   24.00
布洛芬缓释胶囊   0.3gX20粒   2026-11   1盒   21.00   21.00
合计   45.00
阿莫西林胶囊:口服，一次2粒，一日3次，饭后服用。
布洛芬缓释胶囊:口服，一次1粒，一日2次，用于发热不超过3天。
服药期间请勿饮酒。
审方药师:沈青   收银:03号"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the invoice number?", "HL-5582"),
        ("What's the job card number?", "9120"),
        ("What is the VAT registration number?", "417 2200 18"),
        ("What's the number plate?", "LM21 TRW"),
        ("How many miles has the car done?", "41,870"),
        ("Who fixed my car?", "Ruth Okafor"),
        ("Whose car is it?", "Tom Ardley"),
        ("What is the customer's address?", "9 Pear Tree Close"),
        ("Where is the garage?", "Mill Yard"),
        ("What was wrong with the car?", "squeal"),
        ("车牌号是多少？", "LM21 TRW"),
        ("谁修的车？", "Ruth Okafor"),
    ],
)
def test_labels_of_every_layout(question: str, expected: str) -> None:
    """A label before a colon, beside its value, over it, or before a code answers, in either language."""
    assert expected in ask(question, GARAGE)


@pytest.mark.parametrize(
    ("question", "page", "expected"),
    [
        ("How much did one wiper blade cost?", GARAGE, "12.50"),
        ("How much did the wiper blades cost in total?", GARAGE, "25.00"),
        ("How much oil was used?", GARAGE, "4"),
        ("What do they charge for an hour of labour?", GARAGE, "56.00"),
        ("What do the brake pads and the oil filter cost together, before VAT?", GARAGE, "55.00"),
        ("Which item cost the most?", GARAGE, "Labour"),
        ("机油一共多少钱？", GARAGE, "36.00"),
        ("鸡蛋多少钱？", SHOP, "25.80"),
        ("买了几盒牛奶？", SHOP, "3"),
        ("鸡蛋和抽纸一共多少钱？", SHOP, "42.70"),
        ("哪样东西的单价最贵？", SHOP, "五花肉"),
        ("How much were the eggs?", SHOP, "25.80"),
        ("哪个药最先过期？", PHARMACY, "布洛芬"),
    ],
)
def test_items_by_a_part_of_their_name(question: str, page: str, expected: str) -> None:
    """What one costs, what all come to, how many, several together and the dearest; the head noun names the item."""
    assert expected in ask(question, page)


@pytest.mark.parametrize(
    ("question", "page", "expected"),
    [
        ("How much do I still have to pay?", GARAGE, "247.20"),
        ("增值税是多少钱？", GARAGE, "51.20"),
        ("What is the VAT rate?", GARAGE, "20%"),
        ("When was the deposit paid?", GARAGE, "1 May"),
        ("找了多少钱？", SHOP, "10.00"),
        ("会员优惠和优惠券一共减了多少钱？", SHOP, "10.00"),
        ("打折前多少钱？", SHOP, "100.00"),
        ("How many more points do I need to get the bottle of oil?", SHOP, "590"),
        ("收银员叫什么？", SHOP, "何芳"),
        ("When was this bought?", SHOP, "2026-07-11"),
    ],
)
def test_sums_people_and_days(question: str, page: str, expected: str) -> None:
    """What is due, paid, taken off or missing, who served, and the day of the purchase."""
    assert expected in ask(question, page)


def test_the_day_of_payment_is_reckoned() -> None:
    """The last day follows from the day of the invoice."""
    assert ask("By what date do I have to pay?", GARAGE).startswith("17 May 2026.")


@pytest.mark.parametrize(
    ("question", "page", "expected"),
    [
        ("How long is the labour guaranteed for?", GARAGE, "6 months"),
        ("雨刮片在保修范围内吗？", GARAGE, "^不"),
        ("Can I pay by cheque?", GARAGE, "^No"),
        ("五花肉过了三天还能退吗？", SHOP, "^不"),
        ("抽纸五天后还能退吗？", SHOP, "^是"),
        ("布洛芬可以连着吃五天吗？", PHARMACY, "^不"),
        ("吃阿莫西林能喝酒吗？", PHARMACY, "^不"),
        ("两盒阿莫西林按说明能吃几天？", PHARMACY, "^8天"),
        ("When should I take the amoxicillin?", PHARMACY, "饭后"),
    ],
)
def test_small_print(question: str, page: str, expected: str) -> None:
    """Guarantees, returns, limits, what is forbidden, and doses are applied to the case."""
    assert re.search(expected, ask(question, page))


def test_a_reduction_for_paying_early() -> None:
    """What is to pay on a day that earns a reduction is reckoned."""
    page = f"{GARAGE}\nTake £10.00 off the balance if your payment reaches us by 10 May 2026."
    assert ask("How much do I have to pay if I pay on 8 May?", page).startswith("237.20")


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("What is the customer's phone number?", GARAGE),
        ("What is their e-mail address?", GARAGE),
        ("When is the next service due?", GARAGE),
        ("What is the delivery fee?", GARAGE),
        ("会员叫什么名字？", SHOP),
        ("鸡蛋的保质期到哪天？", SHOP),
        ("苹果多少钱？", SHOP),
        ("阿莫西林的批号是多少？", PHARMACY),
    ],
)
def test_what_a_bill_does_not_say(question: str, page: str) -> None:
    """An attribute, a name or an item of which the page says nothing is refused."""
    assert ask(question, page) in (REFUSED, REFUSED_ZH)


def test_rows_without_heads_must_add_up() -> None:
    """Figures behind a name are how many, at what price and what they come to, when they multiply so."""
    page = "Corner Cafe\nReceipt\n2 Cappuccino 3.40 6.80\n1 Cheese Sandwich 5.20 5.20\nTotal 12.00"
    assert "3.40" in ask("How much is one cappuccino?", page)
