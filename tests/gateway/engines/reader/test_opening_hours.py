"""Questions for days and hours are answered from opening hours, whatever the line's form."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask

CLINIC = """Larkfield Family Practice
Opening hours: Monday to Friday 8:00 - 18:00
To change the date call 555-0133 (Mon-Thu 8:30-12:30).
Please bring your card."""
SHOP = """Velo Werk Bicycle Repairs
Total   $20.00
Open Tue-Fri 10:00-18:30, Sat 9:00-13:00, closed Sun and Mon."""
LISTED = """Dr. Demir, Dental Surgery
Surgery hours:
Monday   8:00-12:00, 14:00-18:00
Tuesday   8:00-12:00
Thursday   13:00-19:00"""
NOTICE = """停电通知
物业办公时间：周一至周五 9:00-17:30
营业厅时间：周一至周六 8:30-18:00，周日休息"""


@pytest.mark.parametrize(
    ("question", "page", "lead"),
    [
        ("Is the practice open on Sunday?", CLINIC, "No. "),
        ("Is the practice open on Friday?", CLINIC, "Yes. "),
        ("Is the practice closed on Sunday?", CLINIC, "Yes. "),
        ("Are you open at weekends?", CLINIC, "No. "),
        ("Is the practice open at 7 am?", CLINIC, "No. "),
        ("Can I call on Friday?", CLINIC, "No. "),
        ("Can I call on Tuesday at 9?", CLINIC, "Yes. "),
        ("Can I call in the afternoon?", CLINIC, "No. "),
        ("Is the shop open on Saturday at 14:00?", SHOP, "No. "),
        ("Are you open on Mondays?", SHOP, "No. "),
        ("Is the surgery open on Tuesday afternoon?", LISTED, "No. "),
        ("Is the surgery open on Monday at 15:00?", LISTED, "Yes. "),
        ("Is the surgery open on Wednesday?", LISTED, "No. "),
        ("物业周日上班吗？", NOTICE, "不。"),
        ("物业周三上班吗？", NOTICE, "是的。"),
        ("营业厅周日上班吗？", NOTICE, "不。"),
    ],
)
def test_days_and_hours(question: str, page: str, lead: str) -> None:
    """A day or a time within the hours is a yes, any other a no, with the line."""
    assert ask(question, page).startswith(lead)


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("When do you close on Friday?", SHOP, "Tue-Fri 10:00-18:30."),
        ("Until when is the shop open on Saturday?", SHOP, "Sat 9:00-13:00."),
        ("物业几点下班？", NOTICE, "周一至周五9:00-17:30。"),
    ],
)
def test_from_when_to_when(question: str, page: str, said: str) -> None:
    """The hours of the day that is named, or of the place."""
    assert ask(question, page) == said


@pytest.mark.parametrize(
    ("question", "page", "refused"),
    [
        ("Is the pharmacy open on Sunday?", CLINIC, REFUSED),
        ("游泳馆周日开门吗？", NOTICE, REFUSED_ZH),
        ("Is the practice open on Sunday?", "Larkfield Family Practice\nTuesday 12 May 2026, 10:40", REFUSED),
    ],
)
def test_other_places(question: str, page: str, refused: str) -> None:
    """The hours of one place tell nothing of another, nor does an appointment."""
    assert ask(question, page) == refused
