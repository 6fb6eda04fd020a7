"""A Chinese receipt: a shop, items with prices, sums, how it was paid."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import address_zh, day_zh, person_zh, phone
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import Quiz

_SHOPS = (
    ("鲜生活超市", ("东北大米", "纯牛奶", "鸡蛋", "西红柿", "花生油", "挂面", "红富士苹果", "酸奶", "白菜")),
    ("学友文具店", ("笔记本", "中性笔", "文件夹", "胶水", "直尺", "彩色铅笔", "订书机", "橡皮", "书包")),
    ("老街茶馆", ("龙井茶", "茉莉花茶", "绿豆糕", "瓜子", "普洱茶", "桂花糕", "豆腐干", "杏仁酥", "酸梅汤")),
    ("安康药房", ("感冒冲剂", "维生素片", "创可贴", "体温计", "棉签", "口罩", "酒精棉", "润喉糖", "纱布")),
)
PAGE = (380.0, 640.0)
"""A narrow strip of paper, in points."""

_HEADS = (("商品", "数量", "单价", "金额"), ("品名", "数量", "单价", "小计"), ("名称", "件数", "单价", "合计"))
_PAID = ("微信支付", "现金", "银行卡", "支付宝", "会员卡")


def _yuan(cents: int) -> str:
    return f"{cents / 100:.2f}"


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Four to seven items."""
    shop, goods = chance.any_of(_SHOPS)
    day, cashier, sign = chance.day(), person_zh(chance), chance.any_of(("", "¥"))
    time, bill = f"{chance.number(8, 20)}:{chance.number(10, 59)}", chance.code("########")
    items = [
        (name, chance.number(1, 6), chance.number(150, 8900, 10)) for name in chance.some(goods, chance.number(4, 6))
    ]
    net = sum(count * price for _, count, price in items)
    reduced = chance.number(100, 900, 100)
    paid, points = chance.pick(_PAID), net // 1000
    paper.line(f"{shop}（{address_zh(chance).split('市')[-1]}店）", align="centre", size=16, bold=True)
    paper.line("购物收据", align="centre", size=14)
    paper.skip(6)
    paper.fields(
        (("单号：", bill), ("日期：", day_zh(day)), ("时间：", time), ("收银员：", cashier), ("电话：", phone(chance)))
    )
    rows = [(name, str(count), sign + _yuan(price), sign + _yuan(count * price)) for name, count, price in items]
    paper.table((chance.pick(_HEADS), *rows), (Column("left", 3), Column("right"), Column("right"), Column("right")))
    paper.fields(
        (
            ("合计：", f"{_yuan(net)}元"),
            ("优惠：", f"{_yuan(reduced)}元"),
            ("实付：", f"{_yuan(net - reduced)}元"),
            ("支付方式：", paid),
            ("本次积分：", f"{points}分"),
        )
    )
    days = chance.any_of((7, 10, 15, 30))
    paper.skip(6)
    paper.paragraph(f"商品如有质量问题，请在{days}天内凭收据退换，已拆封的商品除外。")
    paper.line("谢谢惠顾，欢迎再次光临！", align="centre")
    quiz = Quiz(paper)
    quiz.facts |= {"total": net - reduced, "shop": shop, "said": "实付："}
    _ask(chance, quiz, items)
    quiz.ask("field", "实付多少钱？", accepted.money(net - reduced), "实付：")
    quiz.ask("field", "优惠了多少钱？", accepted.money(reduced), "优惠：")
    quiz.ask("field", "用什么方式付款？", accepted.words(paid), "支付方式：")
    quiz.ask("field", "收银员是谁？", accepted.words(cashier), "收银员：")
    quiz.ask("date", "这张收据是哪天的？", accepted.day(day), "日期：")
    quiz.ask("unit", "几天之内可以退换？", accepted.number(days), f"{days}天内")
    quiz.ask("condition", "已拆封的商品可以退换吗？", accepted.no("除外"), "已拆封的商品除外")
    quiz.unanswerable("顾客叫什么名字？", "停车费是多少？")
    return quiz


def _ask(chance: Chance, quiz: Quiz, items: list[tuple[str, int, int]]) -> None:
    """Questions about the table."""
    (name, _, price), (other, count, other_price) = chance.shuffled(items)[:2]
    names = [item[0] for item in items]
    quiz.ask(
        "cell",
        chance.pick((f"{name}的单价是多少？", f"{name}多少钱一件？", f"一件{name}卖多少钱？")),
        accepted.money(price),
        name,
    )
    quiz.ask("cell", f"{other}买了几件？", accepted.number(count), other)
    quiz.follow_up("一共多少钱？", accepted.money(count * other_price), other)
    quiz.ask("count", "一共买了几种商品？", accepted.number(len(items)), *names)
    quiz.ask("sum", "所有商品一共几件？", accepted.number(sum(item[1] for item in items)), *names)
    prices = [item[2] for item in items]
    if prices.count(max(prices)) == 1:
        dearest = names[prices.index(max(prices))]
        quiz.ask("largest", "哪种商品的单价最高？", accepted.words(dearest), *names)
    quiz.ask("sum", "合计多少钱？", accepted.money(sum(item[1] * item[2] for item in items)), "合计：")
