"""Chinese notices are read by their statements: clauses, rows of a programme, and ranges of buildings and floors."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED_ZH, ask

WATER = """清水湾小区停水通知
各位业主：
因水泵改造，小区分批停水，具体安排如下：
楼栋   停水日期
1号楼至4号楼   6月9日（星期二）
5号楼至8号楼   6月10日（星期三）
六楼以下住户由市政管网直接供水，不受影响；七楼及以上住户停水。
60岁以上独居老人可预约送水上门，每户限送20升。
本次改造总费用为186,500元，由公共维修基金支出。
24小时服务热线：5568 0912   监督投诉电话：5568 0933"""
FAIR = """桂园社区邻里节活动通知
9:40   亲子拔河比赛   篮球场
11:30   百家宴（凭餐券入席）   中心草坪
14:20   象棋擂台赛   棋牌室
如遇大雨，活动推迟到5月23日。"""
POWER = """计划停电公告
序号   停电时间   停电范围   户数
1   07:00-17:30   石桥村1-4组   412
2   08:00-12:00   文昌路18-96号   156"""


@pytest.mark.parametrize(
    ("question", "page", "expected"),
    [
        ("3号楼哪天停水？", WATER, "6月9日"),
        ("7号楼停水是星期几？", WATER, "星期三"),
        ("多大年纪的老人可以预约送水？", WATER, "60岁"),
        ("改造花了多少钱？", WATER, "186,500"),
        ("投诉打什么电话？", WATER, "5568 0933"),
        ("百家宴在哪里举行？", FAIR, "中心草坪"),
        ("象棋比赛几点开始？", FAIR, "14:20"),
        ("下大雨的话改到哪天？", FAIR, "5月23日"),
    ],
)
def test_the_statement_that_says_it_is_quoted(question: str, page: str, expected: str) -> None:
    """A row, a clause or a label answers when it says all that is asked about, with the kind of thing asked for."""
    assert expected in ask(question, page).replace("，186,", "186,")


@pytest.mark.parametrize(("question", "lead"), [("五楼会停水吗？", "不"), ("九楼会停水吗？", "是的")])
def test_floors_within_a_limit(question: str, lead: str) -> None:
    """六楼以下 holds for the fifth floor and not for the ninth."""
    assert ask(question, WATER).startswith(lead)


@pytest.mark.parametrize(
    ("question", "page"),
    [("石桥村6组什么时候停电？", POWER), ("9号楼哪天停水？", WATER), ("舞蹈表演几点开始？", FAIR)],
)
def test_what_no_statement_names_is_not_on_the_page(question: str, page: str) -> None:
    """A building beyond the ranges, and a performance that is not in the programme, are not found."""
    assert ask(question, page) == REFUSED_ZH
