"""Fares: from where to where, for whom, with which ticket, for several; and rides that have none."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask

BUS = """Line 8 Riverside
Monday - Saturday
Stop   1st bus   2nd bus
Bus Depot   06:10   08:10
Oak Avenue   06:18   08:19
Public Library   06:27   08:30
Royal Theatre   06:35   08:39
Fares from Bus Depot to
   Adult   Child (4-14)   Senior
Oak Avenue   $1.50   $0.75   $1.00
Public Library   $2.25   $1.10   $1.50
Royal Theatre   $3.00   $1.50   $2.00
Return fares are twice the single fare less 20%.
Surfboards: $5.00 each."""
FERRY = """Corran Ferries
Stop   Boat 1   Boat 2
Portree   07:20   14:30
Ronay   08:30   15:40
Fares
   Single   Return
Adult   £6.90   £12.40
Child 5 to 15   £3.45   £6.20
Child under 5   free   free
Motorcycle   £11.20   £20.90"""
TRAIN = """Coast Line
Train   Elmford   Fairley   Port Hay
201   5:52 AM   6:01 AM   6:55 AM
203   7:35 AM   7:44 AM   8:26 AM
One way: Elmford to Fairley $3.25; to Port Hay $6.75. Round trip: twice the one-way fare less 10%."""
CHINESE = """轮渡时刻表
航次   青湖码头开   燕子矶   白沙岛到
1   7:00   7:25   7:50
2   9:30   —   10:10
3*   13:20   13:45   14:10
* 3号航次仅周六、周日开行。
票价
线路   成人   儿童
青湖码头—燕子矶   12元   6元
青湖码头—白沙岛   20元   10元"""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        (
            "How much do two seniors and a child of nine pay to the Royal Theatre?",
            BUS,
            "$5.50 (2 × $2.00 + 1 × $1.50).",
        ),
        ("What is an adult return to the Public Library?", BUS, "Public Library, Adult: $3.60."),
        ("老人到剧院多少钱？", BUS, "Royal Theatre, Senior：$2.00。"),
        ("What is the fare from Oak Avenue to the Royal Theatre?", BUS, REFUSED),
        ("How much is a student ticket to Oak Avenue?", BUS, REFUSED),
        (
            "How much do two adults and a child of eight pay for the return trip?",
            FERRY,
            "£31.00 (2 × £12.40 + 1 × £6.20).",
        ),
        ("What do an adult and a child of three pay for a single?", FERRY, "£6.90 (1 × £6.90 + 1 × free)."),
        ("How much is a one-way ticket from Elmford to Port Hay?", TRAIN, "Port Hay: $6.75."),
        ("What does a round trip from Elmford to Fairley cost?", TRAIN, "Fairley: $5.85."),
        ("What is the fare from Fairley to Port Hay?", TRAIN, REFUSED),
        ("两个大人一个小孩去白沙岛多少钱？", CHINESE, "50元（2 × 20元 + 1 × 10元）。"),
        ("到燕子矶的成人票多少钱？", CHINESE, "青湖码头—燕子矶，成人：12元。"),
        ("去黄山的票多少钱？", CHINESE, REFUSED_ZH),
        ("第3航次每天都开吗？", CHINESE, "不。3：星期六、星期日。"),
    ],
)
def test_fares(question: str, page: str, said: str) -> None:
    """Each passenger pays the fare of the place, the kind and the ticket; between other stops there is none."""
    assert ask(question, page) == said
