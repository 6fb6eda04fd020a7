"""May I, must I, can I: what a page grants, forbids, or grants on a condition; and what follows in a case."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from gateway.engines.reader import read
from text.prompt import PromptPage, PromptParts

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
YES, NO, CONDITION, NOT_FOUND = r"^(?:Yes\.|是的。)", r"^(?:No\.|不。)", r"^(?:Only on|有条件)", "cannot find|找不到"
QUOTED = r"^(?:It says:|文件里写着：)"

LEASE = """RENTAL AGREEMENT
Landlord: Margaret Ito
Tenant: Paul Brandt
Rent: $1,150 per month, due on the 3rd of each month.
1. A rent payment received after the 8th carries a late charge of $45.
2. The tenant may keep one cat. Dogs are not permitted.
3. The tenant may not sublet the flat without the written consent of the landlord.
4. Walls may be painted only with the landlord's permission.
5. The tenant must not use the washing machine before 7 a.m. or after 10 p.m.
6. The landlord may enter with 24 hours' notice, except in an emergency.
7. The tenant pays for electricity and gas; water is included in the rent.
8. Bicycles may be kept in the cellar but not in the hallway.
9. The tenant is to return all keys on the last day, otherwise the locks are changed at the tenant's cost."""
CLINIC = """Elmfield Family Clinic
Dear Mrs Bianchi,
Your blood test is booked for Tuesday, 16 June 2026 at 8:40 in room 4.
Please do not eat or drink anything except water for 10 hours before the test.
You may take your usual medicine unless it is warfarin.
Bring your health card.
If you arrive more than 15 minutes late, the test will be moved to another day.
If you do not come and have not told us 24 hours before, a fee of $35 is charged.
Parking is free for the first two hours.
You need not bring a urine sample.
Someone has to accompany you home.
Results are posted within ten days; they are not given by telephone.
Private patients pay on the day; insured patients pay nothing."""
NOTICE = """Notice to residents
The water will be shut off on Wednesday, 18 March from 9 a.m. to 3 p.m. for pipe repairs.
Visitors may park in the yard only with a permit from the office.
Barbecues are not allowed on balconies, except on Sundays and public holidays.
Rubbish must not be put out before 6 p.m.
Deliveries are accepted at the gate until 8 p.m.
We accept cards and cash; cheques are not accepted."""
NOTICE_ZH = """关于小区电梯检修的通知
3号楼电梯将于6月12日（星期五）上午9点至下午4点进行检修。
检修期间电梯停止使用，请走楼梯。
行动不便的住户可拨打物业电话 0571-86554321 预约协助，须提前一天预约。
装修只能在工作日上午8点至下午6点进行。
逾期缴纳物业费的，每天收取千分之三的滞纳金。
业主如不能参加大会，须书面委托他人，否则视为弃权。
宠物外出须牵绳。
游泳馆开放时间为每天上午10点至晚上9点，周一闭馆。"""
CLINIC_ZH = """复诊通知
您的复诊安排在2026年7月3日上午10点20分。
请携带医保卡。
检查前8小时不能进食，可以喝少量白开水。
如迟到超过20分钟，需要重新预约。
如不能按时就诊，请至少提前一天致电 0571-88990011 取消，否则收取30元爽约费。
未满14周岁的患者须由家长陪同。"""
LEASE_ZH = """房屋租赁合同
月租金：3200元，每月5日前支付。
如迟交租金，每天按月租金的1%收取违约金。
未经出租方书面同意，承租方不得转租。
可以养猫，但不得养狗。
水电费由承租方承担，物业费由出租方承担。
押金：6400元，退房时无损坏则全额退还。"""
LIBRARY_ZH = """图书馆阅览须知
每人最多可借五本书，借期三十天，可续借一次。
复印每页0.5元，不收现金，可以扫码支付。"""
RECEIPT_ZH = """购物小票
支付方式：微信支付
合计   ¥96.78"""


def answer(question: str, page: str) -> str:
    """The reader's answer, with its marks."""
    parts = PromptParts(question, (PromptPage("page.png", 1, tuple(page.split("\n"))),))
    return read(parts, NOW).answer


@pytest.mark.parametrize(
    ("page", "question", "wanted"),
    [
        (LEASE, "May I keep a cat?", YES),
        (LEASE, "Can I keep two cats?", NO),
        (LEASE, "Can I have a dog?", NO),
        (LEASE, "Can I sublet the flat?", CONDITION),
        (LEASE, "Can I sublet with the landlord's consent?", YES),
        (LEASE, "May I paint the walls?", CONDITION),
        (LEASE, "Can I paint the walls without asking?", NO),
        (LEASE, "Can I use the washing machine at 6 a.m.?", NO),
        (LEASE, "Can I use the washing machine at 11 p.m.?", NO),
        (LEASE, "May I use the washing machine at 3 p.m.?", YES),
        (LEASE, "Can I use the washing machine?", CONDITION),
        (LEASE, "May the landlord enter without notice?", NO),
        (LEASE, "May the landlord come in without notice in an emergency?", YES),
        (LEASE, "Do I have to pay for water?", NO),
        (LEASE, "Must I pay for electricity?", YES),
        (LEASE, "Is gas included in the rent?", NO),
        (LEASE, "Can I keep my bicycle in the hallway?", NO),
        (LEASE, "May I keep my bike in the cellar?", YES),
        (LEASE, "Must I return the keys?", YES),
        (CLINIC, "Can I drink water before the test?", YES),
        (CLINIC, "May I eat before the test?", NO),
        (CLINIC, "Can I take warfarin?", NO),
        (CLINIC, "Must I bring a urine sample?", NO),
        (CLINIC, "Can I go home alone?", NO),
        (CLINIC, "Can I get the results by phone?", NO),
        (CLINIC, "Are the results posted?", YES),
        (CLINIC, "Is there a fee if I do not come?", YES),
        (CLINIC, "Do insured patients pay?", NO),
        (NOTICE, "Can visitors park in the yard?", CONDITION),
        (NOTICE, "May I have a barbecue on Sunday?", YES),
        (NOTICE, "Can I barbecue on Saturday?", NO),
        (NOTICE, "Can I put out the rubbish at 5 p.m.?", NO),
        (NOTICE, "May I put my rubbish out at 7 p.m.?", YES),
        (NOTICE, "Will there be water on Wednesday at 10 a.m.?", NO),
        (NOTICE, "Are deliveries accepted at 9 p.m.?", NO),
        (NOTICE, "Are deliveries accepted at 7 p.m.?", YES),
        (NOTICE, "Do you accept cheques?", NO),
        (NOTICE, "Can I pay in cash?", YES),
        (NOTICE_ZH, "检修时可以用电梯吗？", NO),
        (NOTICE_ZH, "检修时要走楼梯吗？", YES),
        (NOTICE_ZH, "星期二上午10点可以装修吗？", YES),
        (NOTICE_ZH, "晚上可以装修吗？", NO),
        (NOTICE_ZH, "宠物要不要牵绳？", YES),
        (NOTICE_ZH, "协助要提前预约吗？", YES),
        (NOTICE_ZH, "周一开门吗？", NO),
        (CLINIC_ZH, "检查前可以吃饭吗？", NO),
        (CLINIC_ZH, "检查前可以喝水吗？", YES),
        (CLINIC_ZH, "要不要带医保卡？", YES),
        (LIBRARY_ZH, "可以付现金吗？", NO),
        (LIBRARY_ZH, "可以扫码支付吗？", YES),
        (LIBRARY_ZH, "可以借六本书吗？", NO),
        (LIBRARY_ZH, "可以借五本书吗？", YES),
        (LEASE_ZH, "可以养狗吗？", NO),
        (LEASE_ZH, "可以养猫吗？", YES),
        (LEASE_ZH, "经房东同意可以转租吗？", YES),
        (LEASE_ZH, "物业费要我付吗？", NO),
    ],
)
def test_yes_no_or_on_a_condition(page: str, question: str, wanted: str) -> None:
    """The clause decides that speaks of it, with its exceptions, its hours and its other party."""
    assert re.search(wanted, answer(question, page)), answer(question, page)


@pytest.mark.parametrize(
    ("page", "question"),
    [
        (LEASE, "Can I have a parrot?"),
        (LEASE, "May I hang pictures?"),
        (CLINIC, "May I bring my dog?"),
        (NOTICE, "Is the electricity shut off?"),
        (NOTICE, "Can I use the sauna?"),
        (NOTICE_ZH, "可以养狗吗？"),
        (CLINIC_ZH, "要带身份证吗？"),
        (LEASE_ZH, "可以抽烟吗？"),
        (RECEIPT_ZH, "可以用支付宝吗？"),
    ],
)
def test_what_the_page_does_not_say_is_not_found(page: str, question: str) -> None:
    """Not from what it says of something else of that sort."""
    assert re.search(NOT_FOUND, answer(question, page)), answer(question, page)


@pytest.mark.parametrize(
    ("page", "question", "wanted"),
    [
        (LEASE, "What happens if I pay the rent late?", r"\$45"),
        (CLINIC, "What happens if I am late?", "another day"),
        (CLINIC, "And what if I don't come?", r"\$35"),
        (NOTICE_ZH, "迟交物业费会怎么样？", "滞纳金"),
        (NOTICE_ZH, "不来会怎么样", "弃权"),
        (CLINIC_ZH, "晚到怎么办", "重新预约"),
        (CLINIC_ZH, "如果迟到会怎么样？", "重新预约"),
        (CLINIC_ZH, "不来会怎么样？", "30元爽约费"),
        (LEASE_ZH, "如果迟交会怎么样", "违约金"),
        (LEASE, "如果迟交会怎么样", r"\$45"),
    ],
)
def test_what_follows_in_a_case(page: str, question: str, wanted: str) -> None:
    """Coming late, paying late and not coming are known in many words, and across the languages."""
    assert re.search(wanted, answer(question, page)), answer(question, page)


@pytest.mark.parametrize(
    ("page", "question"),
    [
        (RECEIPT_ZH, "不来会怎么样"),
        (LEASE_ZH, "迟到会怎么样"),
        (NOTICE, "What happens if I am late?"),
        (NOTICE, "What if I pay late?"),
        (CLINIC_ZH, "迟交会怎么样"),
    ],
)
def test_a_case_that_is_not_provided_for(page: str, question: str) -> None:
    """What follows in another case is no answer."""
    assert re.search(NOT_FOUND, answer(question, page)), answer(question, page)
