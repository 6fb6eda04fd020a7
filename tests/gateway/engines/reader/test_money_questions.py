"""What a bill comes to without its tax, what was paid and what is left, what one piece costs, and differences."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask

BILL = """HARTLEY PLUMBING
Engineer: Dana Whitlock
Description   Qty   Unit price   Amount
Circulation pump   1   $118.00   $118.00
Pressure valve   2   $21.75   $43.50
Labour (hours)   3   $55.00   $165.00
Call-out fee   1   $40.00   $40.00
Sales tax (5%)   $18.33
TOTAL DUE   $384.83"""
RECEIPT = """QuickFix Computers
Service   Price
Diagnosis   $25.00
Screen replacement   $139.00
Data backup   $30.00
Total before tax   $194.00
VAT 10%   $19.40
Total   $213.40
Deposit paid   $50.00
Balance due   $163.40"""
NOODLES = """老街面馆 结账单
人数：4
菜名 数量 金额
牛肉面 2 56.00
红烧排骨 1 58.00
酸梅汤 4 24.00
消费金额：138.00
折扣：-13.00
实收：125.00
付款：微信支付"""
MARKET = """惠民生活超市
商品   数量   单价   小计
苹果   3   4.50   13.50
大米   2   32.00   64.00
合计   77.50
优惠   7.50
应付   70.00
实付：100.00
找零：30.00"""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("What is the total before tax?", BILL, "$366.50 ($384.83 - $18.33 tax)."),
        ("How much would it be without the tax?", BILL, "$366.50 ($384.83 - $18.33 tax)."),
        ("What is the total before tax?", RECEIPT, "Total before tax: $194.00."),
        ("What is the total including VAT?", RECEIPT, "The total is $213.40."),
        ("优惠前多少钱？", MARKET, "合计是77.50。"),
        ("打折后多少钱？", NOODLES, "实收：125.00。"),
        ("What is the total before tax?", "Shop\nTotal   £400.00", REFUSED),
    ],
)
def test_around_a_charge(question: str, page: str, said: str) -> None:
    """The sum that is stated, or that others bear out; else the difference, with its terms."""
    assert ask(question, page) == said


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("How much is left to pay?", RECEIPT, "Balance due: $163.40."),
        ("How much have I already paid?", RECEIPT, "Deposit paid: $50.00."),
        ("应该付多少？", MARKET, "应付：70.00。"),
        ("找了多少钱？", MARKET, "找零：30.00。"),
        ("给了收银员多少钱？", MARKET, "实付：100.00。"),
        ("打折减了多少？", NOODLES, "折扣：13.00。"),
        ("怎么付的钱？", NOODLES, "付款：微信支付。"),
        ("几个人吃饭？", NOODLES, "人数：4。"),
    ],
)
def test_payments(question: str, page: str, said: str) -> None:
    """The label that says what is asked answers, never the total beside it."""
    assert ask(question, page) == said


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("How much was charged for labour?", BILL, "Labour (hours), Amount: $165.00."),
        ("How many valves were fitted?", BILL, "Pressure valve, Qty: 2."),
        ("How much more is the labour than the call-out fee?", BILL, "The difference is $125.00 ($165.00 - $40.00)."),
        ("How many services are listed?", RECEIPT, "There are 3."),
        ("Did they replace the pressure valve?", BILL, "Yes. Pressure valve: Qty 2, Unit price $21.75, Amount $43.50."),
        ("Did they replace the thermostat?", BILL, REFUSED),
        ("Who did the repair?", BILL, "The engineer is Dana Whitlock."),
        ("一碗牛肉面多少钱？", NOODLES, "28.00（56.00 ÷ 2）。"),
        ("最贵的菜是什么？", NOODLES, "红烧排骨，金额：58.00。"),
        ("牛肉面和排骨共多少钱？", NOODLES, "一共114.00（56.00 + 58.00）。"),
        ("总共买了几件？", MARKET, "一共5（3 + 2）。"),
        ("大米比苹果贵多少？", MARKET, "相差27.50（32.00 - 4.50）。"),
        ("买了大米吗？", MARKET, "是的。大米：数量 2，单价 32.00，小计 64.00。"),
        ("买了牛奶吗？", MARKET, REFUSED_ZH),
    ],
)
def test_rows_of_a_bill(question: str, page: str, said: str) -> None:
    """Rows are known by one word of their own; what stands for one piece is not told for all."""
    assert ask(question, page) == said


def test_differences() -> None:
    """Two amounts that stand apart, one of them the sum of a column."""
    report = """年度报告
季度   游客人数   支出（万元）
第一季度   2080   21
第二季度   6592   88
合计   8672   109
明年预算为295万元。"""
    assert ask("明年预算比今年的支出多多少万元？", report) == "相差186万元（295万元 - 109）。"


def test_another_label() -> None:
    """A fee for late rent is no rent."""
    page = "Tenancy\n1. The monthly rent is $1,150.00, payable by the 3rd.\n9. Late rent: $25 for each week."
    assert "1,150.00" in ask("How much is the rent?", page)
