"""What the reader knows of words: fields of documents and how they are asked for, synonyms, words that carry nothing.

Pure data, English and Chinese side by side, so that a question in one language finds its label in the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.engines.reader.values import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """Something a document states about itself, by label."""

    name: str
    labels: tuple[str, ...]
    """How documents and questions call it, English and Chinese; the first English and the first Chinese are spoken."""
    kinds: tuple[Kind, ...] = ()
    """What its value must contain; empty for any text."""
    loose: tuple[str, ...] = ()
    """Labels that count only when none of `labels` is there."""
    person: bool = False
    """True when a person or an organisation is its value."""


def _field(name: str, labels: str, kinds: str = "", loose: str = "", *, person: bool = False) -> Field:
    return Field(name, tuple(labels.split("|")), tuple(kinds.split()), tuple(filter(None, loose.split("|"))), person)  # type: ignore[arg-type]


FIELDS = (
    _field("total", "total|总额|grand total|total amount|total amount due|total due|amount due|total price|total cost"
           "|total to pay|total payable|amount payable|总计|合计|总金额|总价|共计|应付金额|应付总额|总共|价税合计",
           "money number", "amount|sum|balance due|balance|金额"),
    _field("subtotal", "subtotal|小计|sum without tax|total without tax|without tax|before tax|excluding tax|sub total|sub-total|net amount|net total", "money number"),
    _field("tax", "tax|税额|vat|sales tax|gst|value added tax|税费|增值税|税金|税", "money percent number"),
    _field("discount", "discount|折扣|rebate|reduction|优惠", "money percent number"),
    _field("shipping", "shipping|运费|delivery fee|delivery charge|shipping fee|postage|邮费", "money number"),
    _field("deposit", "deposit|押金|down payment|定金", "money percent number"),
    _field("balance", "balance|余额|outstanding balance|balance due", "money number", "amount due"),
    _field("amount", "amount|金额|sum", "money number", "total|grand total|amount due|总计|合计|总额|总金额|应付金额"),
    _field("price", "price|价格|cost|fee|unit price|charge|fare|admission|ticket price|单价|票价|费用|收费|学费|售价|价钱",
           "money number"),
    _field("rent", "rent|房租|monthly rent|租金", "money number"),
    _field("invoice number", "invoice number|发票号码|invoice no|invoice id|inv no|发票号|发票编号|发票代码",
           "code number phone", "number|no|编号|号码"),
    _field("order number", "order number|订单号|order no|order id|purchase order|po number|订单编号|订单号码",
           "code number phone"),
    _field("customer number", "customer number|客户编号|customer no|customer id|client number|member number|membership number",
           "code number phone"),
    _field("account number", "bank account|银行账号|account number|account no|bank account number|account|账号|帐号|账户",
           "code number phone"),
    _field("iban", "iban", "code number phone"),
    _field("reference", "reference number|参考编号|reference|ref|our ref|your ref|reference no|booking reference"
           "|confirmation number|case number|文号|编号", "code number phone"),
    _field("date", "date|日期|date of issue|invoice date|issue date|issued|issued on|letter date|dated|order date|date issued"
           "|开票日期|发布日期|发文日期|写信日期", "date"),
    _field("due date", "due date|到期日|payment due|due|due by|pay by|payable by|payment deadline|deadline|return by"
           "|closing date|last day|hand in by|hand in|submit by|付款期限|付款截止日期|截止日期|截止时间|截止|到期日期|期限", "date duration weekday"),
    _field("delivery date", "delivery date|交货日期|delivered|delivery|arrival date|送货日期", "date"),
    _field("date of birth", "date of birth|出生日期|birthday|birth date|born|dob|生日|出生年月", "date"),
    _field("start time", "start time|开始时间|begins|starts", "time date"),
    _field("time", "time|时间|when", "time date weekday"),
    _field("sender", "sender|发件人|from|sent by|issued by|seller|vendor|supplier|company name|company|shop|寄件人|寄信人"
           "|销售方|卖方|开票单位|发布单位|供应商|公司名称|公司", person=True),
    _field("author", "author|作者|written by|signed by|signed|signature|signatory|落款|签名|署名|签字|撰写人", person=True),
    _field("recipient", "recipient|收件人|to|bill to|billed to|sold to|ship to|customer|customer name|client|buyer|addressee"
           "|attn|attention|invoice to|收信人|客户|客户名称|购买方|买方|收货人|付款人", person=True),
    _field("contact", "contact|联系人|contact person|contact name", person=True),
    _field("name", "name|姓名|full name|applicant|名字|名称", person=True),
    _field("first name", "first name|名|given name|christian name", person=True),
    _field("last name", "last name|姓氏|surname|family name", person=True),
    _field("address", "address|地址|home address|postal address|street address|mailing address|住址|家庭住址|通讯地址|通信地址"),
    _field("email", "email|电子邮箱|e-mail|email address|e-mail address|邮箱|电子邮件|电邮", "email"),
    _field("phone", "phone number|电话|phone|telephone|telephone number|tel|mobile|mobile number|cell|cell phone"
           "|contact number|hotline|电话号码|联系电话|手机|手机号|手机号码|咨询电话|热线", "phone number"),
    _field("fax", "fax|传真|fax number", "phone"),
    _field("website", "website|网址|web site|web|homepage|url|web address|网站|官网", "web"),
    _field("subject", "subject|主题|re|regarding|topic|事由|题目"),
    _field("title", "title|标题|heading|名称"),
    _field("place", "place|地点|venue|location|meeting point|meeting place|room|场所|位置|集合地点|会议地点"),
    _field("quantity", "quantity|数量|qty|count|pcs|件数", "number quantity"),
    _field("payment method", "payment method|付款方式|method of payment|payment terms|paid by|支付方式"),
    _field("occupation", "occupation|职业|profession|job|job title|position"),
    _field("nationality", "nationality|国籍|citizenship"),
    _field("gender", "gender|性别|sex"),
    _field("age", "age|年龄", "number duration quantity"),
    _field("opening hours", "opening hours|开放时间|hours|opening times|open|business hours|office hours|营业时间|开馆时间"
           "|办公时间", "time", "open"),
)  # fmt: skip

FIELDS_BY_NAME = {field.name: field for field in FIELDS}

TRIGGERS: tuple[tuple[str, str], ...] = (
    ("who sent", "sender"),
    ("who send", "sender"),
    ("who issued", "sender"),
    ("who from", "sender"),
    ("who sells", "sender"),
    ("from whom", "sender"),
    ("who wrote", "author"),
    ("who written", "author"),
    ("who signed", "author"),
    ("who addressed", "recipient"),
    ("addressed to", "recipient"),
    ("to whom", "recipient"),
    ("sent to", "recipient"),
    ("written to", "recipient"),
    ("who received", "recipient"),
    ("who billed", "recipient"),
    ("who has pay", "recipient"),
    ("who have pay", "recipient"),
    ("who must pay", "recipient"),
    ("who for", "recipient"),
    ("who by", "author"),
    ("when published", "date"),
    ("how call", "phone"),
    ("who call", "contact"),
    ("who ring", "contact"),
    ("which street", "address"),
    ("which town", "address"),
    ("which city live", "address"),
    ("who contact", "contact"),
    ("when due", "due date"),
    ("when pay", "due date"),
    ("when paid", "due date"),
    ("when payment", "due date"),
    ("payment due", "due date"),
    ("when deadline", "due date"),
    ("when was written", "date"),
    ("when was issued", "date"),
    ("when was sent", "date"),
    ("when was dated", "date"),
    ("when was signed", "date"),
    ("when was filled", "date"),
    ("whose recipe", "author"),
    ("when born", "date of birth"),
    ("when delivered", "delivery date"),
    ("what owe", "total"),
    ("much pay", "total"),
    ("much owe", "total"),
    ("much invoice", "total"),
    ("much bill", "total"),
    ("much altogether", "total"),
    ("much total", "total"),
    ("what number call", "phone"),
    ("which number call", "phone"),
    ("how reach", "phone"),
    ("where live", "address"),
    ("how paid", "payment method"),
    ("how pay", "payment method"),
)
"""Words that together ask for a field, in any order; tried from the top, most telling first."""

CHINESE_TRIGGERS: tuple[tuple[str, str], ...] = (
    ("谁寄的", "sender"), ("谁寄来", "sender"), ("谁发的", "sender"), ("谁发来", "sender"), ("谁开的", "sender"),
    ("来自谁", "sender"), ("来自哪", "sender"), ("谁发布", "sender"), ("哪家公司", "sender"), ("哪个公司", "sender"),
    ("谁写的", "author"), ("谁签的", "author"), ("谁签名", "author"), ("谁签字", "author"), ("写给谁", "recipient"),
    ("寄给谁", "recipient"), ("给谁的", "recipient"), ("开给谁", "recipient"), ("发给谁", "recipient"),
    ("谁收", "recipient"), ("什么时候到期", "due date"), ("何时到期", "due date"), ("什么时候付", "due date"),
    ("几号到期", "due date"), ("最晚什么时候", "due date"), ("什么时候截止", "due date"), ("何时截止", "due date"),
    ("什么时候写", "date"), ("何时写", "date"), ("什么时候开的", "date"), ("什么时候发布", "date"), ("什么时候发的", "date"),
    ("哪天写", "date"), ("哪天发", "date"), ("几号发", "date"), ("何时发", "date"), ("哪天开的", "date"), ("几号开的", "date"), ("几号写", "date"), ("多少钱一共", "total"), ("一共多少钱", "total"), ("总共多少钱", "total"), ("要付多少", "total"),
    ("应付多少", "total"), ("一共要付", "total"), ("付多少钱", "total"), ("多少税", "tax"), ("住在哪", "address"),
    ("联系谁", "contact"), ("哪个单位", "sender"), ("哪个部门", "sender"), ("什么单位", "sender"), ("找谁", "contact"), ("发通知", "sender"), ("什么时候出生", "date of birth"), ("打什么电话", "phone"),
)  # fmt: skip

SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("customer", "client", "buyer", "bill to", "billed to", "客户"),
    ("applicant", "application", "申请人", "申请"),
    ("bus", "公交", "公交车", "路"),
    ("train", "火车", "列车"),
    ("flight", "航班"),
    ("university", "college", "campus", "大学"),
    ("school", "学校"),
    ("station", "车站", "火车站"),
    ("hospital", "医院"),
    ("library", "图书馆"),
    ("museum", "博物馆"),
    ("market", "市场"),
    ("airport", "机场"),
    ("park", "公园"),
    ("teacher", "teach", "teaching", "老师", "教师"),
    ("member", "join", "会员"),
    ("visitor", "visit", "访客", "读者"),
    ("annual", "yearly", "per year", "每年", "年费"),
    ("language", "english", "chinese", "french", "german", "spanish", "italian", "japanese", "russian", "语言"),
    ("取水", "领水", "打水"),
    ("instead", "replace", "substitute"),
    ("准备", "储备"),
    ("student", "pupil", "学生"),
    ("parent", "家长", "父母"),
    ("child", "children", "kid", "儿童", "孩子"),
    ("adult", "成人"),
    ("meeting", "conference", "会议", "开会", "家长会"),
    ("flour", "面粉"),
    ("sugar", "糖", "白糖"),
    ("egg", "鸡蛋"),
    ("butter", "黄油"),
    ("milk", "牛奶"),
    ("salt", "盐"),
    ("water", "水"),
    ("oil", "油"),
    ("ticket", "门票", "车票"),
    ("invoice", "bill", "发票", "账单"),
    ("holiday", "vacation", "放假", "假期", "休假"),
    ("weekend", "周末"),
    ("breakfast", "早餐", "早饭"),
    ("lunch", "午餐", "午饭"),
    ("dinner", "supper", "晚餐", "晚饭"),
    ("monday", "星期一", "周一"),
    ("tuesday", "星期二", "周二"),
    ("wednesday", "星期三", "周三"),
    ("thursday", "星期四", "周四"),
    ("friday", "星期五", "周五"),
    ("saturday", "星期六", "周六"),
    ("sunday", "星期日", "周日", "星期天"),
    ("car", "vehicle", "汽车"),
    ("power", "electricity", "停电", "供电"),
    ("repair", "fix", "mend", "维修", "检修"),
    ("open", "opening", "开门", "开放", "营业", "开馆"),
    ("close", "closed", "closing", "shut", "关门", "关闭", "闭馆", "关馆", "不开放"),
    ("oven", "temperature", "degree", "hot", "warm", "烤箱", "温度"),
    
    ("cancel", "cancelled", "取消"),
    ("old", "age", "aged", "年龄", "岁"),
    ("often", "every", "frequency", "频率"),
    ("free", "no charge", "免费"),
    ("broken", "out of order", "damaged", "defective", "坏"),
    ("allow", "allowed", "permit", "permitted", "welcome", "may", "允许"),
    ("apologise", "apologize", "sorry", "apology", "道歉"),
    ("bake", "cook", "烘烤", "烤"),
    ("begin", "start", "commence", "开始"),
        ("picture", "photo", "image", "图片", "照片"),
    ("platform", "站台"),
    ("salary", "wage", "pay", "工资"),
    ("guarantee", "warranty", "保修"),
    ("refund", "money back", "退款"),
    ("fine", "penalty", "罚款"),
    ("floor", "楼", "层"),
    ("room", "hall", "教室", "会议室", "室"),
    ("company", "firm", "公司"),
    ("manager", "经理"),
    ("doctor", "医生"),
    ("register", "registration", "enrol", "enroll", "sign up", "报名"),
)
"""Words that may stand for each other; all of them must be found unless listed in `OPTIONAL`."""

OPTIONAL: tuple[tuple[str, ...], ...] = (
    ("leave", "depart", "departure", "departs", "go", "出发", "发车", "开车", "离开"),
    ("arrive", "arrival", "reach", "get", "come", "到达", "抵达", "到"),
    ("cost", "price", "fee", "charge", "rate", "fare", "价格", "单价", "费用", "票价"),
    ("happen", "take place", "held", "hold", "举行", "召开"),
    ("begin", "start", "commence", "开始"),
    ("order", "buy", "purchase", "sell", "订购", "购买", "买"),
    ("need", "require", "use", "contain", "include", "necessary", "需要", "使用", "包含"),
    ("last", "take", "continue", "持续"),
    ("locate", "find", "stand", "situated", "位于"),
    ("work", "stay", "run", "operate"),
    ("much", "many", "long"),
    ("end", "finish", "结束"),
    ("color", "colour", "size", "颜色", "尺寸", "大小"),
    ("write", "send", "sign", "issue", "发布", "写", "寄", "发"),
    ("say", "mention", "state", "talk", "write about", "提到", "说"),
    ("item", "row", "column", "entry", "line"),
    ("full", "complete", "exact", "current", "new", "old", "present", "actual", "whole"),
    ("pay", "spend", "spent", "支付", "付款", "付", "花"),
    ("serve", "serving", "portion", "people", "person", "guest", "份"),
    ("list", "print", "show"),
    ("bring", "carry", "携带", "带"),
    ("live", "住", "住在"),
    ("kind", "type", "sort", "种类", "类型"),
    ("bake", "cook", "烘烤"),
)
"""Groups that speak for a place when found, but need not be: tables and labels often leave them out."""

OPPOSITES: tuple[tuple[str, str], ...] = (
    ("open", "closed"), ("pay", "free"), ("cost", "free"), ("付", "免费"), ("include", "excluded"), ("allowed", "forbidden"), ("allowed", "prohibited"),
    ("allowed", "not permitted"), ("free", "charge"), ("开放", "闭馆"), ("开放", "关闭"), ("允许", "禁止"), ("可以", "禁止"),
    ("可以", "请勿"), ("开门", "关门"),
)  # fmt: skip

DOCUMENT_KINDS: tuple[tuple[str, ...], ...] = (
    ("invoice", "bill", "发票", "账单"),
    ("letter", "信", "信件", "来信"),
    ("receipt", "收据", "小票"),
    ("recipe", "食谱", "菜谱"),
    ("timetable", "schedule", "时刻表", "时间表", "课程表", "课表"),
    ("form", "application", "表格", "申请表", "登记表"),
    ("notice", "announcement", "通知", "公告"),
    ("report", "报告"),
    ("worksheet", "exercise", "练习", "作业", "试卷"),
    ("contract", "agreement", "合同", "协议"),
    ("menu", "菜单"),
    ("manual", "guide", "instructions", "说明书", "手册"),
    ("certificate", "证书"),
    ("email", "mail", "message", "邮件"),
    ("ticket", "车票"),
    ("brochure", "leaflet", "flyer", "宣传册"),
    ("article", "newspaper", "文章"),
    ("memo", "note", "备忘录", "便条"),
    ("statement", "对账单"),
)
GENERIC_DOCUMENT = tuple("document page paper file picture photo image scan text sheet attachment pdf".split())
GENERIC_DOCUMENT_ZH = (
    "文件",
    "文档",
    "图片",
    "照片",
    "材料",
    "附件",
    "页面",
    "这张",
    "这份",
    "这封",
    "上面",
    "里面",
    "这上面",
    "这里",
)

STOP_WORDS = frozenset(
    """a an the this that these those it its i me my mine we us our you your he she his her him they them their is are was
    were be been being am do does did done have has had having will would can could should shall may might must of in on at
    to for from by with and or but as if then than so not no there here what which who whom whose when where why how about
    please tell show give find let know say says said mean means look see read according any some all each every please
    just only also too very really actually exactly value thing many much someone somebody
    anyone anybody way dollar dollars euro euros times mr mrs ms dr than more together altogether since ago along per rate percent percentage something anything nothing into onto up out off over under during until till by between within
    again money now okay ok hello hi hey well sir s t d m re ve ll want like would get got""".split()
)  # fmt: skip
"""English words that say nothing about what is looked for."""

LIGHT_WORDS = frozenset(
    """name number date time day hour year month week amount person people place kind type sort before after
    expect set plan put try apply attend receive choose select change become appear belong build check collect cover create
    decide describe discuss explain follow handle help improve know learn let like look love make move offer own play
    provide raise remember return save see seem share speak think turn understand wait wear hang happen get have
    ask answer care deal supposed okay fine company firm business""".split()
)
"""English words that say what kind of answer is wanted: they help to choose, but need not be found; and verbs of all work."""

CHINESE_STOP = (
    "这件事", "问题", "主要", "那件事", "事情",
    "请问", "请", "告诉我", "什么时候", "什么地方", "什么", "多少钱", "多少", "哪里", "哪儿", "哪个", "哪些", "哪天", "哪一天", "哪", "谁", "何时",
    "几点钟", "几点", "几号", "几个", "几", "怎么样", "怎么", "为什么", "是不是", "有没有", "能不能", "可不可以", "是否", "是", "吗", "呢", "吧", "的", "了",
    "我们", "我", "你", "他", "她", "它", "这个", "那个", "这", "那", "在", "有", "里", "上", "中", "关于", "一共", "总共", "要", "会", "能", "和", "与",
    "，", "。", "？", "！", "、", "：", "说", "写", "一下", "需要", "应该", "必须", "被", "把", "从", "对", "给", "为", "叫", "时间", "时候", "名字", "号码",
    "人", "个", "张", "份", "封", "本", "钱", "多", "大", "长", "以", "可以", "都", "也", "还", "就", "来", "去", "吧", "啊", "呀", "哪种", "多久", "先", "做", "办", "后", "前", "用", "给", "得", "请", "到", "至", "原因",
)  # fmt: skip
"""Chinese words that say nothing about what is looked for; longer ones are taken out first."""
