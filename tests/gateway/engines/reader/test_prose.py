"""Agreements, letters and notices: parties, clauses, records side by side, steps of time, counts in a list."""

import pytest

from gateway.engines.reader.grids.records import has_number, numbers_in
from tests.gateway.engines.reader.asking import ask

LEASE = """TENANCY AGREEMENT
This Agreement is made on 3 March 2026 between Mrs Ada Quill, 9 Mill Lane, Barrow ("the Landlord") and
Mr Jon Pike and Ms Una Reed ("the Tenants").
1. Rent. Rent is £640 per month, due on the 1st day of each month. Rent received after the 6th carries a
late fee of £35.
2. Parking. A second space may be rented for £20 per month.
3. Repairs. Faults are to be reported to the Landlord's agent, Harbour Lettings, on 0141 555 0382.
4. Ending early. The Tenants may end the lease early by paying a fee equal to two months' rent.
5. Keys. The Tenants receive two flat keys, two street-door keys and one shed key."""

LETTER = """Larch Eye Clinic
Appointments: 01632 960733
Dear Mr Bond,
We have arranged two visits for you:
  First visit   Second visit
What   Consultation   Field test
Date   Thursday 5 June 2025   Monday 23 June 2025
Time   10:40 am   2:15 pm
Where   Room 14   Room 9
With   Dr Sunita Rao   Nurse Callum Teague
Length   about 90 minutes   about 30 minutes
Our dietitian, Paula Niemi, offers a free class on Mondays.
Yours sincerely,
Simone Acker, MD"""

NOTICE = """关于暂停供水的通知
尊敬的业主:
具体安排如下:
楼栋   停水时间   负责人
1号楼、2号楼   8:30-11:30   魏师傅
3号楼、4号楼   9:00-14:00   贺师傅
6号楼   不停水   -
停水期间，小区东门岗亭旁设临时取水点，每户限取两桶。
联系人：钱师傅   客服电话：6688 2035   夜间值班电话：6688 2110
安和物业服务中心"""

TRIP = """秋季研学活动致家长的一封信
各位家长:
活动日期   2026年10月23日(星期五)
缴费方式   10月16日前通过一卡通账户缴纳；自带午餐者不收午餐费
着装要求   秋季校服、运动鞋、红领巾
班级   人数   车号   带队老师   上车地点
四 (1) 班   42   1号车   方静   南校门
四 (2) 班   44   2号车   罗振华   操场东侧
返校后请家长于15:50到上车地点接孩子。"""

CANCELLING = """Holiday house
If you cancel
More than 60 days before arrival: all money back except $80. From 30 to 60 days before: half of the
total. Less than 30 days before: nothing is refunded."""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who is the landlord?", "Mrs Ada Quill."),
        ("What is the name of our landlady?", "Mrs Ada Quill."),
        ("Who rents out the flat?", "Mrs Ada Quill."),
        ("Who are the tenants?", "Mr Jon Pike and Ms Una Reed."),
        ("Who is the landlord's agent?", "Harbour Lettings."),
    ],
)
def test_the_parties_of_an_agreement(question: str, said: str) -> None:
    """A party is named where its role is defined, and not in each clause that speaks of it."""
    assert ask(question, LEASE) == said


def test_who_has_no_role_here_is_not_named() -> None:
    """A role that nobody has on the page is refused."""
    assert "cannot find" in ask("Who is the plumber?", LETTER)
    assert "找不到" in ask("校长是谁？", TRIP)


@pytest.mark.parametrize(
    ("question", "said"), [("Who is the dietitian?", "Paula Niemi."), ("Who is my doctor?", "Acker")]
)
def test_who_stands_beside_a_role(question: str, said: str) -> None:
    """A name beside a role, or before a degree."""
    assert said in ask(question, LETTER.replace("With   Dr Sunita Rao   Nurse Callum Teague\n", ""))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much is the rent?", "£640"),
        ("What is the late fee?", "£35"),
        ("How much is the fee if we end the lease early?", "two months"),
        ("What number do I call when something needs repairing?", "0141 555 0382"),
    ],
)
def test_a_sum_goes_by_its_own_name_and_by_the_title_of_its_clause(question: str, said: str) -> None:
    """A late fee is no rent, and the title of a clause counts for each of its sentences."""
    assert said in ask(question, LEASE)


@pytest.mark.parametrize(
    ("question", "said"),
    [("How many keys do we get in all?", "= 5"), ("How many shed keys are there?", "1 shed key")],
)
def test_counts_of_a_list_are_summed(question: str, said: str) -> None:
    """All kinds of a thing together, or the one that is named."""
    assert said in ask(question, LEASE)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When is my first appointment?", "First visit: Thursday 5 June 2025, 10:40 am."),
        ("Which room is the field test in?", "Second visit: Room 9."),
        ("Who will I see at the first visit?", "First visit: Dr Sunita Rao."),
        ("How long does the field test take?", "Second visit: about 30 minutes."),
        ("What time is the consultation?", "First visit: 10:40 am."),
    ],
)
def test_visits_side_by_side(question: str, said: str) -> None:
    """What the visit that is named says under the head that is asked for, where the heads stand in rows."""
    assert ask(question, LETTER) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("3号楼由谁负责？", "贺师傅"),
        ("2号楼几点停水？", "8:30"),
        ("4号楼停水多长时间？", "5小时"),
        ("哪栋楼不停水？", "6号楼"),
        ("晚上有事打哪个电话？", "6688 2110"),
        ("取水点设在哪？", "东门"),
    ],
)
def test_a_notice_with_a_grid(question: str, said: str) -> None:
    """A building is found among several in one label; what stands outside the grid is found too."""
    assert said in ask(question, NOTICE)


@pytest.mark.parametrize("question", ["7号楼几点停水？", "7号楼由谁负责？"])
def test_a_building_that_the_grid_does_not_have(question: str) -> None:
    """No other building answers for it."""
    assert "找不到" in ask(question, NOTICE)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("四（2）班的带队老师是谁？", "罗振华"),
        ("四(1)班有多少人？", "42"),
        ("罗振华带哪个班？", "四(2)班"),
        ("两个班一共多少人？", "86"),
        ("孩子应该穿什么？", "校服"),
        ("最晚哪天缴费？", "10月16日"),
    ],
)
def test_classes_of_a_trip(question: str, said: str) -> None:
    """Classes by their numbers however they are bracketed, and labels that only wide spaces part from their text."""
    assert said in ask(question, TRIP).replace(" ", "").replace("（", "(").replace("）", ")")


@pytest.mark.parametrize(("days", "said"), [(90, "all money back"), (45, "half"), (10, "nothing is refunded")])
def test_the_step_of_a_rule(days: int, said: str) -> None:
    """The step that holds for the number of days asked about."""
    assert said in ask(f"How much do we get back if we cancel {days} days before arrival?", CANCELLING)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("四（3）班", (4, 3)), ("class 4 (3)", (4, 3)), ("building five", (5,)), ("5号楼", (5,)), ("班", ())],
)
def test_numbers_of_things(text: str, numbers: tuple[int, ...]) -> None:
    """Numbers that number things, in digits or words."""
    assert numbers_in(text) == numbers


def test_numbers_within_a_label() -> None:
    """A label may name several things, or a range of them."""
    assert has_number("3号楼、4号楼", (4,))
    assert has_number("1号楼至6号楼", (5,))
    assert not has_number("3号楼、4号楼", (5,))
