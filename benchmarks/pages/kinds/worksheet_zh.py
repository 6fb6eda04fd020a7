"""A Chinese worksheet: numbered questions, blanks, choices, tasks."""

from __future__ import annotations

import re

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import day_zh, person_zh
from benchmarks.pages.paper import Paper, marked
from benchmarks.pages.questions import PageTask, Quiz

_TOPICS = ("长度与重量", "四季与天气", "植物的生长", "我们的城市", "时间与货币", "水的变化")
_FACTS = (
    "植物生长需要哪些条件？",
    "一年有几个季节？",
    "为什么冬天的白天比较短？",
    "水在多少度时会结冰？",
    "一个星期有几天？",
    "月亮为什么会发光？",
)
_BLANKS = (
    "1千克等于{}克。",
    "太阳从{}方升起。",
    "三角形有{}条边。",
    "“高兴”的反义词是{}。",
    "半小时等于{}分钟。",
    "一打等于{}个。",
)
_CHOICES = (
    ("下面哪一种是哺乳动物？", ("鲤鱼", "鲸鱼", "麻雀", "青蛙")),
    ("下面哪个单位表示长度？", ("千克", "厘米", "小时", "元")),
    ("哪个数能被三整除？", ("22", "35", "42", "50")),
    ("哪种颜色不在彩虹里？", ("红色", "黑色", "绿色", "紫色")),
)
_ORDERS = (
    "写出三种水果的名称。",
    "画一个边长4厘米的正方形。",
    "用“因为……所以……”写一个句子。",
    "把下面的数从小到大排列：9、4、7。",
)
_MARKER = re.compile(r"\(?[A-D][.、)] ?")
_WHAT = ("第{}题问的是什么？", "第{}题是什么？", "请读一下第{}题。")


def draw(chance: Chance, paper: Paper) -> Quiz:
    """Six to nine tasks."""
    teacher, due, topic = person_zh(chance), chance.day(), chance.pick(_TOPICS)
    minutes, points = chance.number(20, 60, 5), chance.number(3, 10)
    group = f"{chance.any_of('三四五六')}年级{chance.number(1, 8)}班"
    tasks = _tasks(chance)
    paper.line(f"练习{chance.number(2, 19)}：{topic}", align=paper.style.title_align, size=18, bold=True)
    paper.skip(4)
    paper.fields((("班级：", group), ("教师：", teacher), ("时间：", f"{minutes}分钟"), ("上交日期：", day_zh(due))))
    paper.skip(4)
    paper.line("请回答所有问题，不得使用计算器。")
    quiz = Quiz(paper, tasks=tasks)
    for task in tasks:
        paper.skip(chance.real(3, 8))
        paper.paragraph(task.text, indent=26, first=task.number)
        if task.options:
            paper.line(task.options[0], indent=36)
            for at, option in enumerate(task.options[1:], 1):
                paper.put(option, paper.left + 36 + at * (paper.right - paper.left - 36) / 4)
            paper.lines[-1] = " ".join(task.options)
    paper.skip(10)
    paper.line(f"每题{points}分。")
    texts = [task.text for task in tasks]
    quiz.ask("field", "教师是谁？", accepted.words(teacher), "教师：")
    quiz.ask("field", "这份练习是哪个班的？", accepted.words(group), "班级：")
    quiz.ask("date", "什么时候上交？", accepted.day(due), "上交日期：")
    quiz.ask("unit", "做题时间是多少分钟？", accepted.number(minutes), "时间：")
    quiz.ask("count", "一共有几道题？", accepted.number(len(tasks)), *texts)
    quiz.ask("condition", "可以用计算器吗？", accepted.no("不得"), "不得使用计算器")
    quiz.ask("arithmetic", "满分是多少分？", accepted.number(points * len(tasks)), *texts, f"每题{points}分")
    number = chance.number(1, len(tasks))
    asked = accepted.words(texts[number - 1].split("_")[0])
    quiz.ask("page_task", chance.pick(_WHAT).format(number), asked, texts[number - 1])
    for number, task in enumerate(tasks, 1):
        if task.options:
            options = accepted.all_of(*(accepted.words(_MARKER.sub("", option)) for option in task.options))
            quiz.ask("page_task", f"第{number}题有哪些选项？", options, *task.options)
    quiz.unanswerable("学校叫什么名字？", "参考书是哪一本？")
    return quiz


def _tasks(chance: Chance) -> list[PageTask]:
    first, second, price, pieces = (chance.number(*ends) for ends in ((12, 39), (3, 9), (2, 9), (3, 9)))
    asked = [
        f"{first}乘以{second}等于多少？",
        f"一支铅笔{price}元，{pieces}支铅笔多少元？",
        f"{first * second}除以{second}等于多少？",
        *chance.some(_FACTS, 2),
    ]
    drawn = [PageTask("question", "", text) for text in chance.shuffled(asked)[: chance.number(3, 4)]]
    blank = "_" * chance.number(6, 10)
    drawn += [PageTask("blank", "", text.format(blank)) for text in chance.some(_BLANKS, chance.number(1, 2))]
    drawn += [PageTask("order", "", text) for text in chance.some(_ORDERS, 1)]
    letters = chance.any_of(("A. B. C. D.", "A、 B、 C、 D、", "(A) (B) (C) (D)")).split()
    for text, options in chance.some(_CHOICES, chance.number(1, 2)):
        drawn.append(
            PageTask("choice", "", text, tuple(marked(at, option) for at, option in zip(letters, options, strict=True)))
        )
    mark = chance.any_of(("{}.", "{}、", "（{}）"))
    return [
        PageTask(task.kind, mark.format(at), task.text, task.options)
        for at, task in enumerate(chance.shuffled(drawn), 1)
    ]
