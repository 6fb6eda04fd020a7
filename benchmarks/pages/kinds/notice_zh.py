"""A Chinese notice to residents: what is shut off, when, where, and what is allowed."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import address_zh, day_zh, person_zh, phone
from benchmarks.pages.paper import Paper
from benchmarks.pages.questions import Quiz, Statement

_ESTATES = "翠湖小区 锦绣花园 阳光家园 金桂苑 望江公寓 文华里 康宁小区".split()
_WORKS = (
    ("停电", "供电线路检修", "备好手电筒，不要使用电梯"),
    ("停水", "更换供水管道", "提前储水，并关好水龙头"),
    ("停气", "燃气管道改造", "关闭燃气阀门，不要擅自开启"),
    ("道路封闭", "地下车库入口施工", "把车辆停到东门外的停车场"),
)
_REASON = ("为什么会{work}？", "{work}的原因是什么？", "这次{work}是因为什么？")
_WEEKDAYS = "一二三四五六日"


def draw(chance: Chance, paper: Paper) -> Quiz:
    """A notice of nine to twelve lines."""
    estate, (work, reason, advice) = chance.pick(_ESTATES), chance.any_of(_WORKS)
    written = chance.day()
    day = written + timedelta(days=chance.number(2, 12))
    begin, end = f"{chance.number(7, 10)}:{chance.any_of(('00', '30'))}", f"{chance.number(14, 18)}:00"
    buildings = sorted({chance.number(1, 12) for _ in range(3)})
    shown = "、".join(f"{number}号楼" for number in buildings)
    contact, number, deposit = person_zh(chance), phone(chance), chance.number(3, 9)
    paper.skip(12)
    paper.line(f"关于{work}的通知", align="centre", size=20, bold=True)
    paper.skip(10)
    paper.line("各位住户：")
    quiz = Quiz(paper)
    indent = 2 * paper.style.size
    quiz.state(
        Statement(
            f"因{reason}，{estate}部分楼栋将临时{work}，具体安排如下：",
            (("text", chance.pick(_REASON).format(work=work), accepted.words(reason)),),
        ),
        indent=indent,
    )
    paper.fields(
        (
            (f"{work}日期：", f"{day_zh(day)}（星期{_WEEKDAYS[day.weekday()]}）"),
            (f"{work}时间：", f"{begin}至{end}"),
            (f"{work}范围：", shown),
            ("联系人：", contact),
            ("联系电话：", number),
            ("地址：", address_zh(chance)),
        )
    )
    for statement in _statements(chance, advice, deposit):
        quiz.state(statement, indent=indent)
    paper.skip(20)
    paper.line(f"{estate}物业服务中心", align="right")
    paper.line(day_zh(written), align="right")
    quiz.ask("date", f"哪一天{work}？", accepted.day(day), f"{work}日期：")
    quiz.ask("field", f"{work}从几点开始？", accepted.clock(begin), f"{work}时间：")
    quiz.follow_up("到几点结束？", accepted.clock(end), f"{work}时间：")
    every = accepted.all_of(*(rf"(?<!\d){number}号?" for number in buildings))
    quiz.ask("field", f"哪些楼会{work}？", every, f"{work}范围：")
    quiz.ask("count", f"一共有几栋楼{work}？", accepted.number(len(buildings)), f"{work}范围：")
    quiz.ask("field", "联系人是谁？", accepted.words(contact), "联系人：")
    quiz.ask("field", "联系电话是多少？", accepted.words(number), "联系电话：")
    quiz.ask("date", "通知是哪天发的？", accepted.day(written), day_zh(written))
    quiz.unanswerable("小区一共有多少住户？", "物业费每月多少钱？")
    return quiz


def _statements(chance: Chance, advice: str, days: int) -> list[Statement]:
    """Advice and conditions."""
    amount, hour = chance.number(2, 6), chance.any_of(("8:00", "9:00", "10:00"))
    options = (
        Statement(
            f"如遇下雨，工程推迟{days}天，不再另行通知。",
            (
                ("condition", "如果下雨会怎么样？", accepted.words("推迟", "延后")),
                ("unit", "下雨时推迟几天？", accepted.number(days)),
            ),
        ),
        Statement(
            f"期间物业办公室免费提供桶装水，每户{amount}桶，须凭门禁卡领取。",
            (
                ("unit", "每户可以领几桶水？", accepted.number(amount)),
                ("condition", "领水需要带什么？", accepted.words("门禁卡")),
            ),
        ),
        Statement(
            "除一号门外，其他出入口照常开放。",
            (("condition", "哪个门不开放？", accepted.words("一号门", "1号门")),),
        ),
        Statement(
            f"老人和孕妇如需帮助，请在当天{hour}以前打电话登记。",
            (("condition", "需要帮助的人要在几点以前登记？", accepted.clock(hour)),),
        ),
    )
    return [Statement(f"请各位住户{advice}。"), *chance.shuffled(options)[: chance.number(2, 3)]]
