"""Worksheets in English and Chinese: whose, how long, marks by part, and answers by number, section or words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader.page.lines import documents_of
from gateway.engines.reader.worksheets.chosen_options import chosen
from gateway.engines.reader.worksheets.sheets import sheet_of
from gateway.engines.reader.worksheets.worked_sums import worked
from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask
from text.prompt import PromptPage

ENGLISH = """Elm Road School - Worksheet 7
Name: Dora Finch   Class: 5B   Score: ______
Time: 35 minutes. Hand in by Friday 16 October. Write in pencil.
Hana keeps three rabbits behind her house. Last spring one of them, Pepper, was found by the postman.
Section A - Calculate (2 marks each)
1. 348 + 576 = ______   2. 903 - 458 = ______
Section B - Circle the correct letter (3 marks each)
3. Which fraction is equal to 3/4?
A. 6/9   B. 9/12   C. 8/12   D. 5/8
4. This box is ____ than that one.  A. heavy  B. heavier  C. heaviest
Section C - Word problems
5. Leila buys 3 notebooks at $2.40 each and a pen for $1.75. She pays with a $10 note. How much
change does she get? (4 marks)
6. Who found Pepper? (5 marks)"""
CHINESE = """三年级数学练习
班级：三（4）班   姓名：周子涵   得分：______
（时间：40 分钟   满分：100分）
一、填空。（每空4分，共 8 分）
1. 4分20秒=（   ）秒
2. 找规律：2、5、11、23、（   ）。
二、选择。（每题5 分，共 10 分）
1. 下面算式中，得数最大的是（   ）。
A. 125 × 6   B. 198 × 4   C. 260 × 3
2. 小明7:50 从家出发，路上用了 25 分钟，他到校的时间是（   ）。
A. 8:05   B. 8:10   C. 8:15
三、解决问题。（共 23 分）
1. 果园里有梨树 128 棵，苹果树的棵数是梨树的 3 倍。苹果树有多少棵？（10 分）
2. 学校买来 4 箱牛奶，每箱 12 盒，平均分给 6 个小组。每个小组分到多少盒？（13 分）"""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("Whose worksheet is this?", ENGLISH, "Dora Finch."),
        ("What is the name of the pupil?", ENGLISH, "Dora Finch."),
        ("How long do I have?", ENGLISH, "35 minutes."),
        ("Should I write in pen or in pencil?", ENGLISH, "It says: “Write in pencil.”"),
        ("How many marks is section A worth altogether?", ENGLISH, "4 marks."),
        ("How many marks are there in total?", ENGLISH, "19 marks."),
        ("How many marks do you get for question 6?", ENGLISH, "5 marks."),
        ("What is the answer to question 2?", ENGLISH, "445."),
        ("Which option is right in question 3?", ENGLISH, "B: 9/12."),
        ("第4题选哪个？", ENGLISH, "选B：heavier。"),
        ("How much change does Leila get?", ENGLISH, "$1.05."),
        ("What is the answer to the first word problem?", ENGLISH, "$1.05."),
        ("What score did Dora get?", ENGLISH, REFUSED),
        ("What is the answer to question 9?", ENGLISH, REFUSED),
        ("这是谁的卷子？", CHINESE, "周子涵。"),
        ("要做多长时间？", CHINESE, "40分钟。"),
        ("填空第1题填多少？", CHINESE, "260。"),
        ("选择题第1题选什么？", CHINESE, "选B：198 × 4。"),
        ("选择第2题选哪个？", CHINESE, "选C：8:15。"),
        ("第三大题一共多少分？", CHINESE, "23分。"),
        ("解决问题里哪一题分最多？", CHINESE, "第2题，13分。"),
        ("每个小组能分到几盒牛奶？", CHINESE, "8。"),
        ("What is the answer to the first word problem, about the apple trees?", CHINESE, "384."),
        ("她得了多少分？", CHINESE, REFUSED_ZH),
    ],
)
def test_sheets(question: str, page: str, said: str) -> None:
    """A task is found by its number, its section or its words, and answered where the sheet decides it."""
    assert ask(question, page) == said


def test_the_text_on_the_sheet() -> None:
    """A question about the story is answered by the story."""
    assert "found by the postman" in ask("What is the answer to question 6?", ENGLISH)


@pytest.mark.parametrize(
    ("task", "result"),
    [
        ("5, 9, 13, 17, ____", "21"),
        ("1, 4, 9, 16, ____, 36", "25"),
        ("3, 6, 12, 24, ____", "48"),
        ("2.5 km = ____ m", "2500"),
        ("3.6吨=( )千克", "3600"),
        ("一个正方形的边长是6厘米，它的周长是( )厘米。", "24"),
        ("最大的三位数是( )。", "999"),
        ("一辆汽车每小时行65千米，4小时行多少千米？", "260"),
        ("小红买了3支钢笔，每支12.5元，付了50元，应找回多少元？", "12.5元"),
        ("图书角有故事书86本，科技书比故事书少19本。两种书一共有多少本？", "153"),
        ("Tom has 12 marbles. Anna has 5 more marbles than Tom. How many does Anna have?", "17"),
        ("There are 6 boxes of 8 pens. They are shared equally among 4 classes. How many does each get?", "12"),
        ("Why does ice float?", None),
        ("小明有12本书，小红有7支笔，谁的多？", None),
    ],
)
def test_worked(task: str, result: str | None) -> None:
    """Series, units, shapes, money and small word problems; anything else is left alone."""
    assert worked(task) == result


def test_chosen() -> None:
    """Only where one option alone is right is it told."""
    options = (("A", "were"), ("B", "was"), ("C", "is"))
    assert chosen("There ______ two boats at sea.", options) == ("A", "were")
    assert chosen("She lit the lamp ______ a match.", (("A", "at"), ("B", "with"))) is None
    assert chosen("下列各数中，最小的是( )。", (("A", "0.71"), ("B", "0.7"), ("C", "1.07"))) == ("B", "0.7")


@given(st.lists(st.text(alphabet="1.A() =_题一、分×5", max_size=14), max_size=6))
def test_any_lines_are_read(lines: list[str]) -> None:
    """No page makes the search for tasks fail, and no task makes the working fail."""
    for document in documents_of((PromptPage("test.png", 1, ("Worksheet", *lines)),)):
        sheet_of(document)
    for line in lines:
        worked(line)
