"""A Chinese timetable of lessons: a grid of days and hours."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import day_zh, person_zh
from benchmarks.pages.paper import Column, Paper
from benchmarks.pages.questions import Quiz

_SCHOOLS = ("育才小学", "第三中学", "实验学校", "明德中学", "清溪小学", "东湖中学")
_LESSONS = "语文 数学 英语 科学 音乐 美术 体育 历史 地理".split()
_DAYS = ("星期一", "星期二", "星期三", "星期四", "星期五")
_ASK = ("{day}{hour}上什么课？", "{day}{hour}是什么课？", "{day}的{hour}学什么？")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Five days of four to six lessons."""
    school, teacher, valid = chance.pick(_SCHOOLS), person_zh(chance), chance.day()
    group, room = f"{chance.any_of('三四五六')}年级{chance.number(1, 9)}班", chance.code("#0#")
    hours = [f"第{sign}节" for sign in "一二三四五六"[: chance.number(4, 6)]]
    lessons = chance.known(_LESSONS)
    plan = {hour: chance.shuffled(lessons)[:5] for hour in hours}
    begin = [480 + 50 * at for at in range(len(hours))]
    times = [f"{minute // 60}:{minute % 60:02d}" for minute in begin]
    paper.line(f"{school}{group}课程表", align="centre", size=18, bold=True)
    paper.skip(6)
    paper.fields((("班主任：", teacher), ("教室：", f"{room}室"), ("开始日期：", day_zh(valid))))
    rows = [(hour, time, *plan[hour]) for hour, time in zip(hours, times, strict=True)]
    paper.table(
        (("节次", "时间", *_DAYS), *rows),
        tuple(Column("centre") for _ in range(7)),
        "grid" if chance.happens(0.6) else None,
    )
    minutes, count = chance.any_of((30, 40, 45)), chance.number(1, 3)
    notes = (
        f"每节课{minutes}分钟，课间休息10分钟。",
        "除体育课外，上课须穿校服。",
        f"每周{_DAYS[chance.number(0, 4)]}放学后打扫教室，每次{count}组。",
        "如无家长签字，不得请假。",
    )
    paper.skip(8)
    for note in notes:
        paper.paragraph(note)
    quiz = Quiz(paper)
    for _ in range(2):
        hour, at = chance.any_of(hours), chance.number(0, 4)
        asked = chance.pick(_ASK).format(day=_DAYS[at], hour=hour)
        quiz.ask("cell", asked, accepted.words(plan[hour][at]), "节次 时间", f"{hour} {times[hours.index(hour)]}")
    other = chance.any_of([day for day in range(5) if day != at])
    row = f"{hour} {times[hours.index(hour)]}"
    quiz.follow_up(f"那{_DAYS[other]}呢？", accepted.words(plan[hour][other]), row)
    every = [f"{hour} {time}" for hour, time in zip(hours, times, strict=True)]
    late = chance.any_of(range(1, len(hours)))
    quiz.ask("cell", f"{hours[late]}几点开始？", accepted.clock(times[late]), every[late])
    quiz.ask("count", "每天有几节课？", accepted.number(len(hours)), *every)
    lesson = chance.any_of(plan[hour])
    held = sum(day.count(lesson) for day in plan.values())
    quiz.ask("sum", f"一周有几节{lesson}课？", accepted.number(held), *every)
    quiz.ask("field", "班主任是谁？", accepted.words(teacher), "班主任：")
    quiz.ask("field", "教室是哪一间？", accepted.words(room), "教室：")
    quiz.ask("date", "课程表从哪天开始？", accepted.day(valid), "开始日期：")
    quiz.ask("unit", "每节课多长时间？", accepted.number(minutes), notes[0])
    quiz.ask("condition", "上体育课要穿校服吗？", accepted.no("除体育课外"), notes[1])
    quiz.ask("condition", "没有家长签字可以请假吗？", accepted.no("不得"), notes[3])
    quiz.unanswerable("班里有多少学生？", "午饭多少钱？")
    return quiz
