"""From a cell back to its row, and the ends of what a notice announces."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, ask

LETTER = """Larkfield Family Practice
Medicine   Dose   When   For
Metoprol   50 mg   morning   30 days
Lipavin   20 mg   evening   90 days
Ferrosan   100 mg   noon   14 days"""
COURSES = """社区图书馆暑期活动通知
时间：2026年7月11日（周六）14:00-16:30
人数：限30人，额满为止
参加对象：6至12岁儿童
班级   老师   时间   教室
绘画班   林芳   14:00   205
折纸班   王强   15:00   203
剪纸班   陈静   15:30   201"""
WATER = """停水通知
因水管维修，我小区将于2026年6月18日（星期四）8:30至16:30停水。
停水范围：1号楼、2号楼、6号楼
物业办公时间：周一至周五 9:00-17:30"""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("Which medicine is taken at noon?", LETTER, "Ferrosan (When: noon)."),
        ("Which medicine do I take at midnight?", LETTER, REFUSED),
        ("哪个班在203教室？", COURSES, "折纸班（教室：203）。"),
        ("谁教剪纸？", COURSES, "剪纸班，老师：陈静。"),
        ("有几个班？", COURSES, "一共有3个。"),
        ("最晚开始的是哪个班？", COURSES, "剪纸班，时间：15:30。"),
        ("绘画班和折纸班在哪个教室？", COURSES, "绘画班，教室：205。 折纸班，教室：203。"),
        ("最多多少人参加？", COURSES, "人数：限30人，额满为止。"),
    ],
)
def test_rows(question: str, page: str, said: str) -> None:
    """A cell that the question says leads to its row, or to another cell of it."""
    assert ask(question, page) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("停水几个小时？", "480分钟（8小时），从8:30到16:30。"),
        ("几点开始停水？", "8:30（8:30至16:30）。"),
        ("几点恢复供水？", "16:30（8:30至16:30）。"),
        ("一共几栋楼停水？", "一共有3个：1号楼、2号楼、6号楼。"),
    ],
)
def test_ends(question: str, said: str) -> None:
    """The length, the beginning and the end of what one sentence states, not of other hours on the page."""
    assert ask(question, WATER) == said


def test_a_list_over_two_lines() -> None:
    """The comma at the end of a line parts the names too."""
    page = "Minutes: Choir Board\nPresent: Ruth Barlow, Oscar Garland, Lydia Norwood,\nEdmund Calder, Peter Eastman"
    assert ask("How many people were present?", page).startswith("5: ")
