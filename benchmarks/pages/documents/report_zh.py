"""A Chinese report of three pages: an overview, a table by quarters, plans."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import city_zh, day_zh, people_zh, phone
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import PageQuestion, Quiz, Statement

_HOUSES = (("图书馆", "读者"), ("植物园", "游客"), ("游泳馆", "会员"), ("天文馆", "观众"))
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


def draw(chance: Chance, new_paper: Callable[[], Paper]) -> list[Quiz]:
    """Three pages, with questions that rest on one or on two of them."""
    house, guests = chance.pick(_HOUSES)
    counts, costs = ([chance.number(*ends) for _ in _QUARTERS] for ends in ((1200, 9800), (20, 90)))
    year = chance.number(2024, 2026)
    first = _overview(chance, Quiz(new_paper(), 1), f"{city_zh(chance)}{house}", guests, year)
    second = Quiz(new_paper(), 2)
    paper = second.paper
    paper.heading("二、各季度数据")
    rows = [(name, str(count), str(cost)) for name, count, cost in zip(_QUARTERS, counts, costs, strict=True)]
    rows.append(("合计", str(sum(counts)), str(sum(costs))))
    paper.table(
        (("季度", f"{guests}人数", "支出（万元）"), *rows), (Column("left", 2), Column("right"), Column("right"))
    )
    paper.skip(8)
    paper.paragraph(f"以上人数不包括{chance.pick(('团体票', '免费票', '夜场票'))}。")
    row = [" ".join(cells) for cells in rows]
    at = chance.number(0, 3)
    second.ask("cell", f"{_QUARTERS[at]}有多少{guests}？", accepted.number(counts[at]), row[at])
    second.follow_up("支出是多少万元？", accepted.number(costs[at]), row[at])
    second.ask("sum", "全年支出合计多少万元？", accepted.number(sum(costs)), "合计")
    if costs.count(max(costs)) == 1:
        second.ask("largest", "哪个季度支出最多？", accepted.words(_QUARTERS[costs.index(max(costs))]), *row[:4])
    paper.skip(30)
    paper.line("第2页，共3页", align="centre")
    third, budget = _plans(chance, Quiz(new_paper(), 3), sum(costs))
    both = second.where("合计") + third.where("明年预算")
    asked = "明年预算比今年的支出多多少万元？"
    first.questions.append(PageQuestion("arithmetic", asked, accepted.number(budget - sum(costs)), both))
    first.unanswerable(f"最年长的{guests}多大年纪？", "停车场有多少车位？")
    return [first, second, third]


def _overview(chance: Chance, quiz: Quiz, house: str, guests: str, year: int) -> Quiz:
    paper = quiz.paper
    director, writer = people_zh(chance, 2)
    issued, percent, days = chance.day(), chance.number(3, 24), chance.number(2, 19)
    paper.line(f"{house}{year}年度报告", align="centre", size=19, bold=True)
    paper.skip(8)
    paper.fields((("馆长：", director), ("执笔：", writer), ("日期：", day_zh(issued)), ("电话：", phone(chance))))
    paper.heading("一、概况")
    quiz.state(
        Statement(
            f"今年{guests}人数增加了{percent}%。因台风闭馆{days}天，除此以外全年开放。",
            (
                ("field", f"{guests}人数增加了百分之多少？", accepted.number(percent)),
                ("unit", "因台风闭馆几天？", accepted.number(days)),
            ),
        ),
        indent=2 * paper.style.size,
    )
    quiz.ask("field", "馆长是谁？", accepted.words(director), "馆长：")
    quiz.ask("date", "报告的日期是哪天？", accepted.day(issued), "日期：")
    paper.skip(30)
    paper.line("第1页，共3页", align="centre")
    return quiz


def _plans(chance: Chance, quiz: Quiz, costs: int) -> tuple[Quiz, int]:
    """The page of plans, and next year's budget in units of ten thousand."""
    paper = quiz.paper
    opens, hour, budget = chance.day(), chance.number(20, 22), costs + chance.number(15, 90)
    paper.heading("三、明年计划")
    statements = (
        Statement(
            f"自{day_zh(opens)}起，周六延长开放至{hour}:00。",
            (
                ("date", "从哪天起周六延长开放？", accepted.day(opens)),
                ("text", "周六延长到几点？", accepted.clock(f"{hour}:00")),
            ),
        ),
        Statement(
            "十二岁以下儿童须由家长陪同，否则不得入馆。", (("condition", "小孩可以自己进去吗？", accepted.no("陪同")),)
        ),
        Statement(f"明年预算为{budget}万元。", (("field", "明年预算是多少万元？", accepted.number(budget)),)),
        Statement("暂不新建停车场。"),
    )
    for number, statement in enumerate(statements, 1):
        quiz.state(statement, indent=24, first=f"{number}.")
    quiz.ask("condition", "明年会新建停车场吗？", accepted.no(), "暂不新建停车场")
    paper.skip(30)
    paper.line("第3页，共3页", align="centre")
    return quiz, budget
