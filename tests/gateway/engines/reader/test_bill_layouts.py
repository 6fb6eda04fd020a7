"""Bills that are laid out otherwise: one thing behind labels, times of a visit, heads over values, small print."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask

FUEL = """青石加油站
交易时间   2026-05-10（周日）08:12
车牌号   云A 55K21
加油员   0107 马成
油品   92# 汽油
单价   7.50 元/升
数量   20.00 升
油品金额   150.00元
便利店商品：矿泉水 2瓶 X 3.00   6.00 元
应收合计   156.00 元
会员日优惠（每升0.20元）   一4.00 元
实收金额   152.00 元
支付方式   加油卡
消费前余额   500.00元
消费后余额   348.00 元
本次积分   152
1. 单次满 100 元赠免费洗车一次，10 天内有效。"""
VISIT = """FENWAY APPLIANCE CARE
JOB SHEET AND RECEIPT
Job number   2210-C
Visit   Monday 2 March 2026, arrived 9:15, left 10:05
Customer   Ms Orla Byrne, 3 Mill Row, Ashcombe
Technician   Tom Reid
Appliance   Brightwell 700 washing machine, serial 5520-
118-40772
Bought   June 2022
FOUND AND DONE
A button had jammed the blade of the drain pump. Pump replaced. Inlet filters cleaned.
CHARGES
Call-out fee   €40.00
Drain pump   €60.00
Subtotal   €100.00
VAT at 20%   €20.00
Total   €120.00
Returning customer voucher   -€10.00
Paid by debit card   €110.00
Also looked at: dryer. Not repaired today.
We come back free of charge unless the fault is caused by objects left in pockets; in that case the call-out fee is
charged again."""
HEADS = """Pine Road Motors
Tel. 01632 960 511 VAT reg. no. 417 2200 18
INVOICE TO   Invoice no.   PR-118
Mrs A. Dunmore   Invoice date   4 June 2026
8 Larch Lane   Job card   77
Vehicle   Registration   Mileage   Colour
Arden Comet   LM21 TRW   41,870   Dark blue
Part   Qty   Each £   Amount £
Brake pads   1   44.00   44.00
Engine oil, litre   4.5   9.00   40.50
Subtotal   84.50
Seniors' discount   -4.50
VAT   16.00
Total   96.00
Balance   0.00"""
VET = """小康宠物医院收费单
宠物主人：林岚   宠物名：雪球   品种：布偶猫
年龄：3岁   体重：4.2 kg
就诊日期：2026年6月1日   主治医生：方毅
诊断：轻度肠炎
项目   类别   数量   金额（元）
血常规   化验   1   100.00
粪便检查   化验   1   50.00
止吐针   药品   1   60.00
合计   210.00
会员卡优惠   -10.00
实收金额   200.00
6月4日上午复诊。
一周内不要洗澡。
电话：0772-5550111"""
MEAL = """河湾饭店
开台时间：18:00   结账时间：19:45
服务员：小赵
菜名   数量   单价   小计
清蒸鱼   1   88.00   88.00
米饭   3   2.00   6.00
合计   94.00
下次满200元可用20元代金券，节假日不可用。"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("加了多少升油？", "20.00"),
        ("油的单价是多少？", "7.50"),
        ("加的是什么油？", "92#"),
        ("What is the price per litre?", "7.50"),
        ("实收多少钱？", "152.00"),
        ("加油卡里还剩多少钱？", "348.00"),
        ("消费以前卡里有多少钱？", "500.00"),
        ("会员日优惠了多少钱？", "4.00"),
        ("要是加油那天不是会员日，要付多少钱？", "156.00"),
        ("谁给加的油？", "马成"),
        ("买了几瓶矿泉水？", "2"),
        ("洗车券最晚哪天到期？", "5月20日"),
    ],
)
def test_a_bill_for_one_thing_is_read_from_its_labels(question: str, expected: str) -> None:
    """Fuel, its price and its quantity stand behind labels; a minus read as the Chinese one is a minus."""
    assert expected in ask(question, FUEL)


@pytest.mark.parametrize("question", ["95号汽油多少钱一升？", "累计积分有多少？", "车主叫什么名字？"])
def test_another_grade_and_what_is_not_stated_are_refused(question: str) -> None:
    """The price of one grade is not told for another, nor the points of one purchase for all of them."""
    assert ask(question, FUEL) == REFUSED_ZH


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How long was the technician there?", "50 minutes"),
        ("What time did the technician arrive?", "9:15"),
        ("What is the serial number of the machine?", "5520-118-40772"),
        ("How much did I pay in the end?", "110.00"),
        ("When did she buy the washing machine?", "June 2022"),
        ("Was the dryer repaired on this visit?", "No"),
        ("If something left in a pocket breaks it again, do I have to pay the call-out fee?", "Yes"),
    ],
)
def test_a_visit_is_read(question: str, expected: str) -> None:
    """Arrival and departure, a number over two lines, what was paid after a voucher, and conditions."""
    assert expected in ask(question, VISIT)


@pytest.mark.parametrize(
    "question",
    [
        "What did the washing machine cost when it was new?",
        "How much did the inlet filters cost?",
        "What is the technician's phone number?",
    ],
)
def test_a_sum_of_something_else_is_no_answer(question: str) -> None:
    """The lines of an answer must speak of the thing that is asked about."""
    assert ask(question, VISIT) == REFUSED


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the registration number of the car?", "LM21 TRW"),
        ("What was the mileage of the car?", "41,870"),
        ("What colour is the car?", "Dark blue"),
        ("Who does the car belong to?", "Dunmore"),
        ("What is the VAT number?", "417 2200 18"),
        ("减去老人优惠以后，税前是多少钱？", "80.00"),
        ("Do I still owe them anything?", "No"),
        ("How many litres of oil were put in?", "4.5"),
    ],
)
def test_heads_stand_over_values(question: str, expected: str) -> None:
    """A row of heads, and a name under its head beside other labels."""
    assert expected in ask(question, HEADS)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("这只猫叫什么名字？", "雪球"),
        ("猫几岁了？", "3岁"),
        ("How heavy is the cat?", "4.2 kg"),
        ("得了什么病？", "肠炎"),
        ("化验类的项目一共多少钱？", "150.00"),
        ("When is the follow-up visit?", "6月4日"),
        ("May the cat be bathed this week?", "No"),
    ],
)
def test_what_a_bill_is_about_needs_no_name(question: str, expected: str) -> None:
    """The animal of a vet's bill has its age and weight behind labels that do not name it; items have classes."""
    assert expected in ask(question, VET)


def test_the_firms_telephone_is_not_the_customers() -> None:
    """Nothing is said of the owner's number."""
    assert ask("主人的电话号码是多少？", VET) == REFUSED_ZH


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("我们吃了多长时间？", "105分钟"),
        ("What time was the bill paid?", "19:45"),
        ("Can I use the 20 yuan voucher on a public holiday?", "No"),
    ],
)
def test_a_meal_has_its_times_and_terms(question: str, expected: str) -> None:
    """How long a table was taken, and a voucher that does not hold."""
    assert expected in ask(question, MEAL)


@pytest.mark.parametrize("question", ["那条鱼有几斤重？", "收银员是谁？"])
def test_a_count_is_no_weight_and_a_waiter_no_cashier(question: str) -> None:
    """One fish has no weight by that; the waiter has another part."""
    assert ask(question, MEAL) == REFUSED_ZH
