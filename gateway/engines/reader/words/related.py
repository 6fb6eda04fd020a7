"""Words that lead to each other without meaning the same, phrases that are one word, and words that weigh little.

For the nearest sentence to a question, where the exact readers find nothing. English and Chinese; pure data.
"""

from __future__ import annotations

import re
from functools import lru_cache

from text.passages import stem
from text.script import has_ideographs

_RELATED = """
appointment visit examination consultation see checkup check-up meeting surgery operation
operation surgery procedure operate surgeon
doctor dr physician surgeon consultant gp specialist dentist
medicine drug tablet pill medication drops capsule prescription dose
dose strength mg quantity amount
take swallow use consume
eat food meal breakfast fast
drink water coffee beverage
fever ill illness sick cough symptom
drive driving car vehicle
companion someone accompany bring escort
cancel cancellation postpone reschedule miss missed unable cannot come attend
appear come attend arrive absent miss
inform tell notify call ring phone contact report let
call ring phone telephone contact number dial
collect fetch pick retrieve uncollected collection ready
fee charge cost price penalty fine payment
cost price pay fare fee expense charge
fine penalty charge without
begin start commence from valid
end finish expire terminate until stop last
length duration long term period minutes hours last
return back refund reimburse repay gives
refund back return money
deposit security bond
pet dog cat animal
smoke smoking cigarette
tenant renter lessee tenancy lease
tenancy lease agreement contract rental term
landlord owner lessor
enter come visit access
quiet noise silence
damage broken fault defect harm break
notice notify advance written letter
raise rise increase go
live occupy reside inhabit occupant person
flat apartment property house premises home
furniture furnished furnishing
utilities water heating electricity gas internet
key keys
copy copies duplicate copied
repair mend fix maintenance repaired
mechanic technician repairer engineer work worked done
car vehicle automobile
registration plate license licence
mileage kilometres kilometers km miles odometer
guarantee warranty guaranteed cover valid covered
void unless invalid excluded
fault wrong problem defect broken trouble
wrong fault problem broken cavity damage cracked
worked mechanic technician did
hourly rate hour
wash laundry
worksheet exercise test paper
homework worksheet task assignment
topic subject theme about
teacher tutor instructor ms mr
submit hand return due deliver
calculator calculators
working calculation
points marks score mark credit
story text title
bus coach
ticket fare pass
dog pet animal
bicycle bike cycle bicycles
wheelchair wheelchairs disabled
run operate go service goes
route line bus
lost forgot property found left umbrella
free charge costs
public holiday holidays
reach arrive get at
leave depart start from
hear telephone
member membership join
chair chairman chairwoman president head chaired
elect vote elected choose
permission consent approval agree approve allow permit
alone only without accompanied unaccompanied
young child under age
child children kid under age
allow permit may can allowed permitted possible forbidden prohibited
refuse forbid ban
photograph picture photo camera flash photography
bag luggage baggage suitcase case trunk
close shut closed closing
open opening hours opened
weekday monday tuesday wednesday thursday friday
weekend saturday sunday
exchange swap change replace
discount reduction off rebate deduct
coupon voucher
cheque check
card cards
paid pay payment payable
cash cards
pay money cost spend
pay transfer remit settle
miss come absent
service run bus operate train
half student reduced
salary wage
guests visitors people participants attend
place venue location where held
sign signed signature signatory
write written wrote sender sent author
date day
answer reply respond
budget money spend
expect expected plan
colour color
decide decision decided
report reported reports
spend spending spent expense
last lasted duration
hold held take place
excuse excused absent
attend present attended
bake baked cook oven
freeze freezer frozen
top spread
keep keeps store last
serve serves people portions
hot temperature degrees oven
tick ticked choose chosen selected crossed
emergency urgent
course class lesson training
earn raise raised collect
plant planted
seat seats
issue number edition appear
owner holder account
holder owner name
minutes meeting
overdraw overdrawn overdraft
business commercial professional
sell sold owner transfer
fall drop dropped
claim call
receipt proof show invoice
show present produce bring
bring take carry
boat ship
early earlier before arrive
floor storey level
cavity tooth teeth molar
tooth molar cavity
insurance insurer pays
adult grown accompanied
treatment filling
filling treatment
voted votes against
increase rise rises raise higher above
mean means
need needed required require necessary must
free open available
damage damaged broken
condition unless if provided
jacket coat clothes clothing
wear clothes clothing uniform shoes
"""
_RELATED_ZH = """
晚上 夜间 晚间 夜里
白天 日间
返校 回学校 回校 回来 返回
停水 供水 断水 停止供水
停电 供电 断电
停气 供气 燃气
下雨 雨天 雨
领水 领取 取水 打水 饮用水 桶装水
准备 储水 提前 带 自带 关好
受影响 影响 范围
楼 楼栋 号楼 栋
老人 行动不便 孕妇
衣服 校服 穿 服装 着装
集合 集中
学校门口 校门口
报名 报名表 登记
交给 上交 提交 交
请假 缺席
去 前往 乘车 到
观看 看 比赛
项目 跳绳
奖品 奖励
退货 退换 退 换货 退款 退还
买 购买 购 日期
付款 支付 实付 付 应付 应收 实收 付钱
付钱 支付 付款 现金 方式
花 金额 小计 消费
优惠 折扣 减免
找零 找
积分 分
小票 收据 单号 发票
号码 单号 编号
超市 商店 店 市场
餐厅 饭店 菜馆 酒楼 餐馆
人数 人 位 几个人
桌号 桌 号桌
菜 菜名 菜品
吃饭 用餐 消费
吃饭 吃东西 进食 禁食 空腹 饮食
小孩 孩子 儿童 未成年 未满
打电话 致电 拨打
承担 付 缴纳 负担 支付
口头 书面
大会 开会 会议
房东 出租方 甲方
租客 承租方 乙方
服务员 员工
收银员 收银
结账 买单
改 改到 改期 延期 推迟
电话 热线 联系电话 拨打
登记 打电话 报名
带 携带 凭 出示
需要 须 请 凭
喝 饮料 饮用
孩子 小孩 儿童 小朋友
自己 独自 陪同 成人
进去 入场 进入 入内 入馆
拍照 摄影 照相
每月 每个月 月租
每年 年费
每天 每日
水果 苹果 香蕉 橙子 梨
拆封 拆开 已拆封
质量 问题
老师 教师 班主任
校长 负责人
班级 班 哪个班
做题 时间
计算器
教室 哪一间 房间
考试 测验 练习
满分 总分
上交 交 提交
起 开始 自
结束 止 至 到
发 发布 落款 通知
住户 居民 业主
物业 管理处 服务中心
为什么 因 由于 原因 因为
地点 在哪里 哪里 地址 位置
"""
PHRASES: tuple[tuple[str, str], ...] = (
    ("show up", "appear"), ("turn up", "appear"), ("pick up", "collect"), ("pick it up", "collect"),
    ("pick the car up", "collect"), ("give back", "return"), ("get back", "return"), ("get it back", "return"),
    ("given back", "returned"), ("hand in", "submit"), ("turn off", "stop"), ("turned off", "stopped"),
    ("switched off", "stopped"), ("cut off", "stopped"), ("move in", "begin"), ("call off", "cancel"),
    ("come along", "come"), ("follow up", "follow-up"), ("be there", "arrive"), ("period of notice", "end notice"),
    ("notice period", "end notice"), ("give notice", "end notice"), ("notice do i have to give", "end notice"),
    ("notice must i give", "end notice"), ("on my own", "alone"), ("by myself", "alone"), ("by themselves", "alone"),
    ("on their own", "alone"), ("by himself", "alone"), ("grown up", "adult"), ("grown-up", "adult"),
    ("look after", "keep"), ("set off", "leave"), ("take along", "bring"), ("sent back", "returned"),
    ("send back", "return"), ("let in", "enter"), ("come in", "enter"), ("go in", "enter"), ("go up", "rise"),
    ("went up", "rise"), ("cell phone", "phone"), ("mobile phone", "phone"), ("half price", "half"),
    ("whose", "holder"), ("money back", "refund"),
)  # fmt: skip
"""Phrases of questions that are one word for the purpose of looking."""
PERSONS = frozenset(
    stem(word)
    for word in """
    patient tenant customer applicant pupil student people person somebody someone anybody anyone visitor guest member
    user reader owner i we you they he she everyone buyer family client passenger participant
    """.split()
)
"""Whom a document is about: they stand in most of its lines, or in none, and tell little."""
PERSONS_ZH = frozenset(
    "孩子 小孩 学生 家长 业主 住户 居民 病人 患者 客人 顾客 客户 读者 会员 大家 小朋友 同学 我们 房客 乘客".split()
)
"""The same in Chinese."""
SENDERS = frozenset(
    stem(word)
    for word in """
    workshop shop garage company clinic surgery practice office restaurant store hotel pharmacy hospital school
    supermarket firm dealer business
    """.split()
)
"""Whoever a document is from may be called so, though it does not call itself that."""
SENDERS_ZH = ("店", "超市", "餐厅", "饭店", "医院", "公司", "学校", "商店", "这家", "这顿饭", "顿饭")
PERMISSION = frozenset(
    stem(word)
    for word in "allow allowed permit permitted may can possible okay ok must have need required able supposed".split()
)
"""Words of yes-or-no questions that the answer need not repeat."""
DOCUMENT_WORDS = frozenset(
    stem(word)
    for word in """
    document letter paper page bill invoice receipt form agreement contract notice timetable worksheet list text report
    lease email e-mail newsletter statement menu recipe minutes certificate leaflet brochure
    """.split()
)
"""Kinds of documents; inside one of another kind they are words like others."""
FAINT = DOCUMENT_WORDS | frozenset(
    stem(word)
    for word in """
    morning evening afternoon night noon today tomorrow yesterday afterwards beforehand
    sheet gram grams kilogram millilitre litre metre minute hour euro dollar bear
    happen time date day number amount many much kind sort exact exactly name whole total long often early late
    respective following certain various own also still already really currently please thank information detail
    """.split()
)
"""Words that say what kind of document or of answer is meant."""
ROLES = re.compile(
    r"\b(?:landlord|tenants?|parents?|teacher|owner|chair|secretary|treasurer|council|insurance|manager|doctor"
    r"|nurse|adult"
    r"|receptionist|technician|dealer|seller|buyer|customer|members?|staff|company|office|school|principal|head"
    r"|director|workshop|dealer|electrician|plumber|adults?)s?\b"
    r"|房东|租客|租户|家长|老师|班主任|校长|物业|业主|住户|人员|公司|学校|经理|医生|学生",
    re.IGNORECASE,
)
"""Those who may be meant by "who" without being named."""


@lru_cache(maxsize=1)
def _lookup() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _RELATED.strip().splitlines():
        stems = [stem(word) for word in line.split()]
        for word in stems:
            found.setdefault(word, set()).update(other for other in stems if other != word)
    return {word: frozenset(others) for word, others in found.items()}


def related(word: str) -> frozenset[str]:
    """The stems that may stand near what is asked for with the stem `word`."""
    return _lookup().get(word, frozenset())


@lru_cache(maxsize=1)
def _lookup_zh() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _RELATED_ZH.strip().splitlines():
        words = line.split()
        for word in words:
            found.setdefault(word, set()).update(other for other in words if other != word)
    return {word: frozenset(others) for word, others in found.items()}


def chinese_words() -> tuple[str, ...]:
    """The Chinese words that have related ones, longest first."""
    return tuple(sorted((word for word in _lookup_zh() if has_ideographs(word)), key=len, reverse=True))


def related_chinese(word: str) -> frozenset[str]:
    """What may stand near where `word` is asked for."""
    return _lookup_zh().get(word, frozenset())
