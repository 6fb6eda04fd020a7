"""Worksheets: gaps told by the text or a box, small tables, the teacher, how much to write, what is not there."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, ask

QUIZ = """Westbrook School
Science Quiz - Plants
Name: Amelia Stone   Class: 7C   Date: 4 May
Teacher: Mr. Hollis   Time: 20 minutes
A sunflower is a tall plant. The stem carries the water to the leaves.
In June the farmer, Mrs Reed, counted 64 sunflowers with her dog called Rusty. Bees come to the flowers every morning.
Section A: Circle the correct letter (2 points each)
1. Who counted the sunflowers? A. a bee B. Mr Hollis C. Mrs Reed D. a child
2. Which number is prime? A. 21 B. 27 C. 29 D. 33
Section B: Fill in the blanks (3 points each)
3. The stem carries the water to the ________.
4. The farmer counted ________ sunflowers.
Section C: Solve (4 points each)
5. Use the table: how many more seeds did Leo plant than Mia?
Pupil   Seeds
Leo   34
Mia   19
Tom   27
6. Max packs 96 eggs into boxes of 12. He sells each box for $4. How much money does he get?
Section D: Write the past tense (1 point each)
7. bring > ________
8. stop > ________
Section E: Write (4 points)
9. Describe a flower in about 40 words.
Return the quiz to the office by 8 May. Parents may help with Section E only. Help hour in Room 17."""
BOX = """English Worksheet - The Clock
Ines lived in Bay. The town council wanted a new clock, but Ines had another idea.
She found the drawings in the library. The work took seven months. They cleaned it with vinegar.
So Ines climbed the ladder.
Part 1 - Complete the sentences with words from the box (3 points each)
vinegar drawings months ladder
1. Ines discovered the ______ in the library.
2. The wheels were cleaned with   :
3. The repair lasted seven ______.
Bring it to Mr Abernathy, Room 12"""
CHINESE = """五年级语文练习单
建议用时25分钟。周五交给语文课代表。
爷爷修表有个规矩：修不好不收钱，学生的表只收一半。小满从省城回来，他已经是一名工程师。
一、填空题（每空3分）
1. 爷爷的规矩是：修不好______，学生的表只收______。
2. 小满长大后成了一名______
二、计算（每题2分）
3. 1000-375=____
三、问答题
4. 你怎样理解？写一写，不少于50字。"""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("Who is the teacher?", QUIZ, "Mr. Hollis."),
        ("What is the answer to question 1?", QUIZ, "C: Mrs Reed."),
        ("What is the answer to question 2?", QUIZ, "C: 29."),
        ("What goes in the blank in number 3?", QUIZ, "leaves."),
        ("What is the answer to question 4?", QUIZ, "64."),
        ("What is the answer to question 5?", QUIZ, "15."),
        ("What is the answer to question 6?", QUIZ, "$32."),
        ("What is the answer to question 7?", QUIZ, "brought."),
        ("What is the answer to question 8?", QUIZ, "stopped."),
        ("How many seeds did Tom plant?", QUIZ, "27."),
        ("Who planted the fewest seeds?", QUIZ, "Mia (19)."),
        ("How many seeds did Anna plant?", QUIZ, REFUSED),
        ("How many words should question 9 have?", QUIZ, "about 40 words."),
        ("What is the farmer's name?", QUIZ, "Mrs Reed."),
        ("What is the dog called?", QUIZ, "Rusty."),
        ("Which class is this worksheet for?", QUIZ, "7C."),
        ("In which room is the help hour?", QUIZ, "Room 17."),
        ("Can parents help with Section A?", QUIZ, "No. It says: “Parents may help with Section E only.”"),
        ("What is the answer to question 1?", BOX, "drawings."),
        ("What goes in the blank in number 2?", BOX, "vinegar."),
        ("What goes in the blank in number 3?", BOX, "months."),
        ("Which word in the box is not needed?", BOX, "ladder."),
        ("第1题填什么？", CHINESE, "不收钱，一半。"),
        ("第2题填什么？", CHINESE, "工程师。"),
        ("第3题等于多少？", CHINESE, "625。"),
        ("做完交给谁？", CHINESE, "语文课代表。"),
        ("最后一题最少要写多少字？", CHINESE, "不少于50字。"),
    ],
)
def test_sheets(question: str, page: str, said: str) -> None:
    """The text, the box and the table of a sheet answer its tasks; who or what it does not name is refused."""
    assert ask(question, page) == said


def test_no_teacher_of_the_text() -> None:
    """A teacher in the text of a sheet is not the one who set it."""
    page = "\n".join(line for line in QUIZ.split("\n") if "Teacher" not in line)
    assert ask("Who is the teacher?", page.replace("a child", "the teacher")) == REFUSED
