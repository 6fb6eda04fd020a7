"""A page in English and Chinese: a museum's or hotel's rules, each line in both languages."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import phone
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import Quiz

_PLACES = (
    ("Silk Museum", "丝绸博物馆"),
    ("Lotus Hotel", "莲花酒店"),
    ("Science Centre", "科学中心"),
    ("Bamboo Garden", "竹园"),
    ("City Aquarium", "城市水族馆"),
    ("Tea House", "茶艺馆"),
)
_TICKETS = (("Adult", "成人"), ("Child", "儿童"), ("Student", "学生"), ("Senior", "老人"), ("Family", "家庭"))
_WEEKDAYS = (("Monday", "星期一"), ("Tuesday", "星期二"), ("Wednesday", "星期三"))


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Opening hours, a table of prices, rules; lines in both languages one below the other."""
    name, chinese = chance.pick(_PLACES)
    weekday, closed = chance.pick(_WEEKDAYS)
    opens, shuts = f"{chance.number(8, 10)}:00", f"{chance.number(16, 19)}:30"
    number, lockers, minutes = phone(chance), chance.number(4, 20), chance.number(20, 60, 5)
    tickets = {pair: chance.number(10, 180, 5) for pair in chance.some(_TICKETS, 3)}
    paper.line(f"{name} {chinese}", align=paper.style.title_align, size=18, bold=True)
    paper.skip(6)
    for line in (
        f"Open daily from {opens} to {shuts}, except {weekday}.",
        f"每天{opens}至{shuts}开放，{closed}闭馆。",
    ):
        paper.line(line)
    rows = [(english, han, f"{price} yuan", f"{price}元") for (english, han), price in tickets.items()]
    paper.table((("Ticket", "票种", "Price", "价格"), *rows), (Column(), Column(), Column("right"), Column("right")))
    rules = (
        ("Photography is not allowed with flash.", "拍照时不得使用闪光灯。"),
        (f"Large bags go into the lockers ({lockers} yuan).", f"大件行李请存入寄存柜（{lockers}元）。"),
        (f"Guided tours take {minutes} minutes.", f"讲解时间为{minutes}分钟。"),
        ("Children may enter only with an adult.", "儿童须由成人陪同入场。"),
        ("Food and drinks may not be brought in.", "请勿携带食品和饮料入内。"),
    )
    paper.skip(8)
    for english, han in rules:
        paper.line(english)
        paper.line(han)
        paper.skip(3)
    paper.line(f"Information 咨询电话: {number}")
    quiz = Quiz(paper)
    (english, _), price = chance.any_of(list(tickets.items()))
    row = next(" ".join(cells) for cells in rows if cells[0] == english)
    quiz.ask("cell", f"How much is a ticket for: {english}?", accepted.number(price), row)
    quiz.ask("text", "At what time does it open?", accepted.clock(opens), f"Open daily from {opens}")
    quiz.ask("condition", "On which day is it closed?", accepted.words(weekday, closed), "except", "闭馆")
    quiz.ask("condition", "May I take photographs with flash?", accepted.no(), rules[0][0])
    quiz.ask("field", "What does a locker cost?", accepted.number(lockers), rules[1][0])
    quiz.ask("unit", "How long does a guided tour take?", accepted.number(minutes) + " ?(?:min|分)", rules[2][0])
    quiz.ask("condition", "May children come in alone?", accepted.no("only with"), rules[3][0])
    quiz.ask(
        "field",
        "What is the telephone number for information?",
        accepted.words(number),
        f"Information 咨询电话: {number}",
    )
    quiz.ask("field", "咨询电话是多少？", accepted.words(number), f"Information 咨询电话: {number}")
    quiz.ask("condition", "可以带饮料进去吗？", accepted.no("请勿"), rules[4][1])
    quiz.unanswerable("How many rooms are there?", "附近有地铁站吗？")
    return quiz
