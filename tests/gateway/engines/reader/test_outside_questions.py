"""Questions that an outside user asked of bills, letters, timetables and notices: no answer beats a wrong one."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader import read
from text.prompt import PromptPage, PromptParts, build_prompt, parse_prompt

NOW = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
NOT_FOUND = re.compile("cannot find|找不到", re.IGNORECASE)
MARKS = re.compile(r"\s*\[[^\[\]]* p\d+ l\d+\]")

BILL = """Hallgarth Garage Ltd   Invoice no. HG-20417
Date: 3 March 2026
Item   Qty   Price   Amount
Brake pads   2   £34.50   £69.00
Oil filter   1   £12.80   £12.80
Wiper blades   3   £7.90   £23.70
Labour (hours)   5   £55.00   £275.00
Subtotal   £413.50
Discount   -£13.50
VAT 20 %   £80.00
Total due   £480.00
Payment within 30 days. A late fee of £15 is charged after that.
Unless you tell us otherwise, old parts are recycled."""
LETTER = """Dr. Amelia Forsyth
Riverside Dental Practice
18 February 2026
Dear Mr Okonkwo,
Your next appointment is on Thursday, 12 March 2026
at 10:45 in room 6. Please arrive ten minutes early
and bring your insurance card.
If you cannot come, call us at least 48 hours before.
Otherwise a fee of £25 will be charged. Children under
16 may come only with a parent.
Yours sincerely,
Amelia Forsyth"""
BUSES = """Bus timetable – Monday to Friday
Stop   Bus 4   Bus 7   Bus 12   Bus 31
Market Square   07:05   07:25   08:10   09:40
Station   07:14   07:36   08:21   –
Hospital   07:22   –   08:33   09:58
University   07:31   07:52   08:47   10:09
Harbour   07:40   08:03   –   10:21
Bus 31 runs only on school days."""
PART = """Bus timetable
Bus 12   Bus 31
08:10   09:40
08:47   10:09
-   10:21"""
OTHER_BUS = """Bus timetable
Stop   Bus 4   Bus 31
Harbour   08:40   09:03
University   12:00   10:09
-   08:50   10:21"""
BARE = """Bus timetable
Bus   4   31
Harbour   08:40   09:03
University   12:00   10:09"""
NOTICE = """停水通知
各位居民：
因管道维修，本小区将于2026年5月18日（星期一）
上午9:00至下午4:30停水。
停水范围：1号楼至6号楼，8号楼不受影响。
请提前储水，并关好水龙头。
阳光花园物业管理处
2026年5月12日"""
WATER = """Notice
The water will be cut off in buildings 1 to 6 on Monday. Building 8 is not affected."""
REACHES = "When does bus 12 reach the university?"


def ask(question: str, *pages: str, before: tuple[tuple[str, str], ...] = ()) -> str:
    """The answer without marks; `pages` are those of one document."""
    shown = tuple(PromptPage("doc.pdf", number, tuple(page.splitlines())) for number, page in enumerate(pages, 1))
    prompt = build_prompt(PromptParts(question, shown, exchanges=before))
    return MARKS.sub("", read(parse_prompt(prompt), NOW).answer)


@pytest.mark.parametrize("page", [PART, OTHER_BUS, BARE])
def test_no_other_column_is_told(page: str) -> None:
    """Where the column or the row that is asked for is not there, no other one answers, nor a row called "-"."""
    assert NOT_FOUND.search(ask(REACHES, page))


def test_a_dash_is_no_label() -> None:
    """A part of a table without its labels answers for its own columns, and a dash names no row."""
    assert ask("When does bus 12 arrive?", PART) == "Bus 12: 08:47."
    assert ask("When does bus 31 arrive?", OTHER_BUS) == "Bus 31: 10:21."
    assert NOT_FOUND.search(ask("What is the last stop?", OTHER_BUS))
    for bus in ("7", "12", "31A"):
        assert NOT_FOUND.search(ask(f"When does bus {bus} leave?", OTHER_BUS))
        assert NOT_FOUND.search(ask(f"How long does bus {bus} take from the harbour to the university?", OTHER_BUS))


@given(asked=st.integers(1, 99), listed=st.lists(st.integers(1, 99), min_size=2, max_size=4, unique=True))
def test_only_the_named_column_answers(asked: int, listed: list[int]) -> None:
    """Whatever the numbers of the buses are, the answer is of the bus that is asked for, or there is none."""
    times = [f"{7 + place:02}:17" for place in range(len(listed))]
    rows = ["   ".join([name, *times]) for name in ("Harbour", "University")]
    page = "\n".join(["Bus timetable", "   ".join(["Stop", *(f"Bus {number}" for number in listed)]), *rows])
    answer = ask(f"When does bus {asked} reach the university?", page)
    if asked in listed:
        assert answer == f"University, Bus {asked}: {times[listed.index(asked)]}."
    else:
        assert NOT_FOUND.search(answer)


def test_a_table_on_the_page_after_a_letter() -> None:
    """The name under a letter is no header of the next page: the timetable answers as it does alone."""
    assert ask(REACHES, BUSES) == "University, Bus 12: 08:47."
    assert ask(REACHES, LETTER, BUSES) == "University, Bus 12: 08:47."
    assert ask(REACHES, BILL, LETTER, BUSES) == "University, Bus 12: 08:47."
    assert ask(REACHES, f"{LETTER}\n{BUSES}") == "University, Bus 12: 08:47."


@pytest.mark.parametrize("question", ["What happens if I pay late?", "What if I pay late?"])
def test_paying_late(question: str) -> None:
    """What follows is told, not the case."""
    assert ask(question, BILL) == "It says: “A late fee of £15 is charged after that.”"


@pytest.mark.parametrize("question", ["What happens if I don't come?", "What happens if I cannot come?"])
def test_not_coming(question: str) -> None:
    """A consequence that points back is told with the case."""
    answer = ask(question, LETTER)
    assert "If you cannot come" in answer
    assert "Otherwise a fee of £25 will be charged." in answer


def test_not_paying_in_chinese() -> None:
    """The same in Chinese."""
    page = "缴费通知\n请于5月20日前付款。逾期将收取50元滞纳金。\n2026年5月2日"
    assert ask("不付款怎么办？", page) == "文件里写着：“逾期将收取50元滞纳金。”"


def test_another_room() -> None:
    """A room that is not named is not confirmed by the one that is."""
    assert NOT_FOUND.search(ask("Is my appointment in room 7?", LETTER))
    assert ask("Is my appointment in room 6?", LETTER).startswith("Yes.")


def test_no_consequence_is_made_up() -> None:
    """A case that the document does not speak of has none."""
    assert NOT_FOUND.search(ask("What happens if I lose the key?", LETTER))


@pytest.mark.parametrize(
    "question", ["What time should I arrive?", "When must I arrive?", "When should I come?", "When should I be there?"]
)
def test_when_to_arrive(question: str) -> None:
    """The hour or how early; never who may come: "16 may" is no date there."""
    answer = ask(question, LETTER)
    assert "10:45" in answer or "ten minutes early" in answer
    assert "Children" not in answer


@pytest.mark.parametrize("question", ["通知是哪天发的？", "通知的日期是什么？", "这个通知是什么时候发的？"])
def test_the_day_of_a_notice(question: str) -> None:
    """The dateline at the end, not the day of what it announces."""
    assert ask(question, NOTICE) == "日期是2026年5月12日。"


@pytest.mark.parametrize("question", ["停水日期是哪天？", "哪天停水？"])
def test_the_day_of_the_event(question: str) -> None:
    """The day that it announces, not the dateline."""
    answer = ask(question, NOTICE)
    assert "5月18日" in answer
    assert "5月12日" not in answer


@pytest.mark.parametrize(
    ("question", "page", "lead"),
    [
        ("7号楼停水吗？", NOTICE, "我在文件里找不到"),
        ("9号楼受影响吗？", NOTICE, "我在文件里找不到"),
        ("3号楼停水吗？", NOTICE, "是的。"),
        ("6号楼会停水吗？", NOTICE, "是的。"),
        ("8号楼停水吗？", NOTICE, "不。"),
        ("9号楼停水吗？", NOTICE.replace("1号楼至6号楼", "3号楼、5号楼、9至11号楼"), "是的。"),
        ("4号楼停水吗？", NOTICE.replace("1号楼至6号楼", "3号楼、5号楼、9至11号楼"), "我在文件里找不到"),
        ("Will the water be cut off in building 7?", WATER, "I cannot find"),
        ("Will the water be cut off in building 3?", WATER, "Yes."),
        ("Is building 8 affected?", WATER, "No."),
    ],
)
def test_numbered_buildings(question: str, page: str, lead: str) -> None:
    """Those in a range are named by it; of one that is not named nothing is known."""
    assert ask(question, page).startswith(lead)


def test_around_the_discount() -> None:
    """Before it the subtotal above it, after it a sum that nothing else changes, or none; never the discount."""
    simple = "Shop\nSubtotal   £413.50\nDiscount   -£13.50\nTotal   £400.00"
    assert ask("What is the total before the discount?", BILL) == "The subtotal is £413.50."
    assert NOT_FOUND.search(ask("What is the total before the discount?", BILL.replace("Subtotal   £413.50\n", "")))
    assert NOT_FOUND.search(ask("What is the total after the discount?", BILL))
    assert ask("What is the total after the discount?", simple) == "The total is £400.00."
    assert ask("优惠前是多少钱？", simple) == "小计是£413.50。"
    labelled = simple.replace("Subtotal", "Price before discount")
    assert ask("How much is it before the discount?", labelled) == "Price before discount: £413.50."
    assert NOT_FOUND.search(ask("What is the total before the discount?", "Shop\nTotal   £400.00"))
    assert ask("What is the discount?", BILL) == "The discount is £13.50."


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the most expensive item", "Labour (hours), Price: £55.00. Labour (hours), Amount: £275.00."),
        ("Which item costs the most?", "Labour (hours), Price: £55.00. Labour (hours), Amount: £275.00."),
        ("What is the cheapest item?", "Wiper blades, Price: £7.90."),
        ("Which item costs the least?", "Wiper blades, Price: £7.90."),
        ("Which item has the highest amount?", "Labour (hours), Amount: £275.00."),
    ],
)
def test_the_price_of_one_item(question: str, said: str) -> None:
    """Questions about an item compare the price of one, which is named, unless they name another column."""
    assert ask(question, BILL) == said


@pytest.mark.parametrize("page", [BUSES, LETTER, BILL])
@pytest.mark.parametrize("question", ["And what time?", "What time?", "And on what day?"])
def test_a_follow_up_to_nothing(question: str, page: str) -> None:
    """After a question that could not be answered, a bare "what time" is not answered with the title."""
    refused = "I cannot find that in the document."
    for before in ("When is it?", "What colour is the car?"):
        assert page.partition("\n")[0] not in ask(question, page, before=((before, refused),))


def test_initials_are_capitals() -> None:
    """VAT is spoken as the document writes it, however it was typed."""
    assert ask("what is the vat", BILL) == "The VAT is £80.00."


def test_a_dash_says_that_it_does_not_stop() -> None:
    """An empty cell is an answer: the bus passes by."""
    hospital = "It does not stop there: Hospital, – for Bus 7."
    assert ask("When does bus 7 reach the hospital?", BUSES) == hospital
    assert ask("7路车几点到Hospital？", BUSES) == "Bus 7在Hospital不停：表中是“–”。"
    assert ask("When does bus 12 arrive?", BUSES) == "University, Bus 12: 08:47."
