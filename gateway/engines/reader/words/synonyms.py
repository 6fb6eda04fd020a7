"""Words that may stand for each other, words that help, and words that say nothing. English and Chinese; pure data."""

from __future__ import annotations


def _groups(table: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.strip().split("|")) for line in table.strip().splitlines())


SYNONYMS = _groups(
    """
    customer|client|buyer|bill to|billed to|客户
    applicant|application|申请人|申请
    bus|公交|公交车|路
    train|火车|列车
    flight|航班
    university|college|campus|大学
    school|学校
    station|车站|火车站
    bicycle|bike|cycle|自行车
    hospital|医院
    library|图书馆
    museum|博物馆
    market|市场
    airport|机场
    park|公园
    director|direct|主任|馆长
    teacher|teach|teaching|老师|教师
    member|join|会员
    visitor|visit|访客|读者
    annual|yearly|per year|每年|年费
    language|english|chinese|french|german|spanish|italian|japanese|russian|语言
    取水|领水|打水
    instead|replace|substitute
    准备|储备
    student|pupil|学生
    parent|家长|父母
    child|children|kid|儿童|孩子
    adult|成人
    meeting|conference|会议|开会|家长会
    flour|面粉
    sugar|糖|白糖
    egg|鸡蛋
    butter|黄油
    milk|牛奶
    salt|盐
    water|水
    oil|油
    ticket|门票|车票
    invoice|bill|发票|账单
    holiday|vacation|放假|假期|休假
    weekend|周末
    breakfast|早餐|早饭
    lunch|午餐|午饭
    dinner|supper|晚餐|晚饭
    monday|星期一|周一
    tuesday|星期二|周二
    wednesday|星期三|周三
    thursday|星期四|周四
    friday|星期五|周五
    saturday|星期六|周六
    sunday|星期日|周日|星期天
    car|vehicle|汽车
    power|electricity|停电|供电
    repair|fix|mend|维修|检修
    open|opening|开门|开放|营业|开馆
    close|closed|closing|shut|关门|关闭|闭馆|关馆|不开放
    operation|surgery|手术
    bread|面包
    apple|苹果
    oven|temperature|degree|hot|warm|烤箱|温度
    cancel|cancelled|取消
    old|age|aged|年龄|岁
    often|every|frequency|频率
    free|no charge|免费
    broken|out of order|damaged|defective|坏
    allow|allowed|permit|permitted|welcome|may|允许
    apologise|apologize|sorry|apology|道歉
    bake|cook|烘烤|烤
    begin|start|commence|开始
    picture|photo|image|图片|照片
    platform|站台
    salary|wage|pay|工资
    guarantee|warranty|保修
    refund|money back|退款
    fine|penalty|罚款
    floor|楼|层
    room|hall|教室|会议室|室
    company|firm|公司
    phone|telephone|mobile|手机
    manager|经理
    doctor|dr|医生
    register|registration|enrol|enroll|sign up|报名
    """
)
"""Words that may stand for each other; one of them must be found, unless `OPTIONAL` lists them."""

OPTIONAL = _groups(
    """
    leave|depart|departure|departs|go|出发|发车|开车|离开
    arrive|arrival|reach|get|come|到达|抵达|到
    cost|price|fee|charge|rate|fare|价格|单价|费用|票价
    happen|take place|held|hold|举行|召开
    begin|start|commence|开始
    order|buy|purchase|sell|订购|购买|买
    need|require|use|contain|include|necessary|需要|使用|包含
    last|take|continue|持续
    locate|find|stand|situated|位于
    work|stay|run|operate
    much|many|long
    end|finish|结束
    color|colour|size|颜色|尺寸|大小
    write|send|sign|issue|发布|写|寄|发
    say|mention|state|talk|write about|提到|说
    item|row|column|entry|line
    full|complete|exact|current|new|old|present|actual|whole
    pay|spend|spent|支付|付款|付|花
    serve|serving|portion|people|person|guest|份
    list|print|show
    bring|carry|携带|带
    live|住|住在
    kind|type|sort|种类|类型
    bake|cook|烘烤
    """
)
"""Groups that speak for a place when found, but need not be: tables and labels often leave them out."""

OPPOSITES = _groups(
    """
    open|closed
    pay|free
    cost|free
    付|免费
    include|excluded
    allowed|forbidden
    allowed|prohibited
    allowed|not permitted
    free|charge
    开放|闭馆
    开放|关闭
    允许|禁止
    可以|禁止
    可以|请勿
    开门|关门
    开门|闭馆
    营业|休息
    开门|休息
    开放|休息
    空腹|进食
    空腹|吃
    """
)
"""If one is asked for and the other is said, the answer is no."""

DOCUMENT_KINDS = _groups(
    """
    invoice|bill|发票|账单
    letter|信|信件|来信
    receipt|收据|小票
    recipe|食谱|菜谱
    timetable|schedule|时刻表|时间表|课程表|课表
    form|application|表格|申请表|登记表
    notice|announcement|通知|公告
    report|报告
    worksheet|exercise|练习|作业|试卷
    contract|agreement|合同|协议
    menu|菜单
    manual|guide|instructions|说明书|手册
    certificate|证书
    email|e-mail|mail|message|邮件
    ticket|车票
    brochure|leaflet|flyer|宣传册
    article|newspaper|文章
    memo|note|备忘录|便条
    minutes|会议记录
    newsletter|issue|通讯
    statement|对账单
    """
)
"""What documents are called."""

GENERIC_DOCUMENT = tuple(
    """
    document page paper file picture photo image scan text sheet attachment pdf
    """.split()
)
"""English words for any document."""

GENERIC_DOCUMENT_ZH = tuple(
    """
    文件 文档 图片 照片 材料 附件 页面 这张 这份 这封 上面 里面 这上面 这里
    """.split()
)
"""Chinese words for any document, or for this one."""

STOP_WORDS = frozenset(
    """
    called named late
    a about according actually again ago all along also altogether am an and any anybody anyone anything are as
    at be been being between but by can could d did do does dollar dollars done dr during each euro euros every
    exactly find for from get give got had has have having he hello her here hey hi him his how i if in into is
    it its just know let like ll look m many may me mean means might mine money more mr mrs ms much must my no
    not nothing now of off ok okay on only onto or our out over per percent percentage please rate re read
    really s said say says see shall she should show since sir so some somebody someone something t tell than
    that the their them then there these they thing this those till times to together too under until up us
    value ve very want was way we well were what when where which who whom whose why will with within would you
    your
    """.split()
)
"""English words that say nothing about what is looked for."""

LIGHT_WORDS = frozenset(
    """
    choose select
    after amount answer appear apply ask attend become before belong business care change check company date
    day deal discuss expect explain fine firm follow get
    handle hang happen have help hour kind know let like look make month name number
    offer okay people person place plan provide put receive remember return save see seem set share sort speak
    supposed think time try turn type understand wait week year
    """.split()
)
"""English words that say what kind of answer is wanted, and verbs of all work: they help to choose, no more."""

CHINESE_STOP = tuple(
    """
    这件事 问题 主要 那件事 事情 请问 请 告诉我 什么时候 什么地方 什么 多少钱 多少 哪里 哪儿 哪个 哪些 哪天
    之内 以内 这顿饭 顿饭 这顿 这次 哪一天 哪一间 哪间 哪一个 哪一位 哪一种 哪 谁 何时 几点钟 几点 几号 几个 几
    怎么样 怎么 为什么 是不是 有没有 能不能 可不可以 是否 是 吗 呢 吧
    的 了 我们 我 你 他 她 它 这个 那个 这 那 在 有 里 上 中 关于 一共 总共 要 会 能 和 与 ， 。 ？ ！ 、 ： 说
    写 一下 需要 应该 必须 被 把 从 对 给 为 叫 时间 时候 名字 号码 人 个 张 份 封 本 钱 多 大 长 以 可以 都 也
    还 就 来 去 啊 呀 哪种 多久 先 做 办 后 前 用 得 到 至 原因
    """.split()
)
"""Chinese words that say nothing about what is looked for; longer ones are taken out first."""
