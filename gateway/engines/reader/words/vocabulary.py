"""The fields of documents: how documents and people call them, English and Chinese side by side.

Pure data. A question in one language finds its label in the other because both stand in one entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from gateway.engines.reader.words.values import Kind


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


def _field(name: str, labels: str, *, kinds: str = "", loose: str = "", person: bool = False) -> Field:
    known = cast("list[Kind]", kinds.split())
    return Field(name, tuple(labels.split("|")), tuple(known), tuple(filter(None, loose.split("|"))), person)


FIELDS = (
    _field(
        "total",
        "total|总额|grand total|total amount|total amount due|total due|amount due|total price|total cost"
        "|total to pay|amount to pay|balance to pay|total payable|amount payable|总计|合计|总金额|"
        "总价|共计|应付金额|应付总额|总共|价税合计",
        kinds="money number",
        loose="amount|sum|balance due|balance|to pay|please pay|金额|应收|实付|应付",
    ),
    _field(
        "subtotal",
        "subtotal|小计|sum without tax|total without tax|without tax|before tax|excluding tax|sub total|sub-total"
        "|net amount|net total",
        kinds="money number",
    ),
    _field(
        "tax",
        "tax|税额|vat|sales tax|gst|value added tax|税费|增值税|税金|税",
        kinds="money percent number",
    ),
    _field(
        "discount",
        "discount|折扣|rebate|reduction|优惠",
        kinds="money percent number",
    ),
    _field(
        "shipping",
        "shipping|运费|delivery fee|delivery charge|shipping fee|postage|邮费",
        kinds="money number",
    ),
    _field(
        "deposit",
        "deposit|押金|down payment|定金",
        kinds="money percent number",
    ),
    _field(
        "balance",
        "balance|余额|outstanding balance|balance due",
        kinds="money number",
        loose="amount due",
    ),
    _field(
        "amount",
        "amount|金额|sum",
        kinds="money number",
        loose="total|grand total|amount due|总计|合计|总额|总金额|应付金额",
    ),
    _field(
        "price",
        "price|价格|cost|fee|unit price|charge|fare|admission|ticket price|单价|票价|费用|收费|学费|售价|价钱",
        kinds="money number",
    ),
    _field(
        "rent",
        "rent|房租|monthly rent|租金",
        kinds="money number",
    ),
    _field(
        "invoice number",
        "invoice number|发票号码|invoice no|invoice id|inv no|发票号|发票编号|发票代码",
        kinds="code number phone",
        loose="number|no|编号|号码",
    ),
    _field(
        "order number",
        "order number|订单号|order no|order id|purchase order|po number|订单编号|订单号码",
        kinds="code number phone",
    ),
    _field(
        "customer number",
        "customer number|客户编号|customer no|customer id|client number|member number|membership number",
        kinds="code number phone",
    ),
    _field(
        "account number",
        "bank account|银行账号|account number|account no|bank account number|account|账号|帐号|账户",
        kinds="code number phone",
    ),
    _field(
        "iban",
        "iban",
        kinds="code number phone",
    ),
    _field(
        "reference",
        "reference number|参考编号|reference|ref|our ref|your ref|our reference|your reference|"
        "file number|reference no|booking reference"
        "|confirmation number|case number|文号|编号",
        kinds="code number phone",
    ),
    _field(
        "date",
        "date|日期|date of issue|invoice date|issue date|issued|issued on|letter date|dated|order date"
        "|date issued|开票日期|发布日期|发文日期|写信日期",
        kinds="date",
    ),
    _field(
        "due date",
        "due date|到期日|payment due|due|due by|pay by|payable by|payment deadline|deadline|return by"
        "|closing date|last day|hand in by|hand in|submit by|付款期限|付款截止日期|截止日期|截止时间|截止|到期日期"
        "|期限",
        kinds="date duration weekday",
    ),
    _field(
        "delivery date",
        "delivery date|交货日期|delivered|delivery|arrival date|送货日期",
        kinds="date",
    ),
    _field(
        "date of birth",
        "date of birth|出生日期|birthday|birth date|born|dob|生日|出生年月",
        kinds="date",
    ),
    _field(
        "start time",
        "start time|开始时间|begins|starts",
        kinds="time date",
    ),
    _field(
        "time",
        "time|时间|when",
        kinds="time date weekday",
    ),
    _field(
        "sender",
        "sender|发件人|from|sent by|issued by|seller|vendor|supplier|company name|company|shop|寄件人|寄信人"
        "|销售方|卖方|开票单位|发布单位|供应商|公司名称|公司",
        person=True,
    ),
    _field(
        "author",
        "author|作者|written by|signed by|signed|signature|signatory|落款|签名|署名|签字|撰写人",
        person=True,
    ),
    _field(
        "recipient",
        "recipient|收件人|to|bill to|billed to|sold to|ship to|customer|customer name|client|buyer|addressee|attn"
        "|attention|invoice to|收信人|客户|客户名称|购买方|买方|收货人|付款人",
        person=True,
    ),
    _field(
        "owner",
        "owner|业主|proprietor",
        person=True,
    ),
    _field(
        "contact",
        "contact|联系人|contact person|contact name",
        person=True,
    ),
    _field(
        "name",
        "name|姓名|full name|account holder|holder|applicant|户名|名字|名称",
        person=True,
    ),
    _field(
        "first name",
        "first name|名|given name|christian name",
        person=True,
    ),
    _field(
        "last name",
        "last name|姓氏|surname|family name",
        person=True,
    ),
    _field(
        "address",
        "address|地址|home address|postal address|street address|mailing address|住址|家庭住址|通讯地址|通信地址",
    ),
    _field(
        "email",
        "email address|电子邮箱|e-mail|email|e-mail address|邮箱|电子邮件|电邮",
        kinds="email",
    ),
    _field(
        "phone",
        "phone number|电话|phone|telephone|telephone number|tel|mobile|mobile number|cell|cell phone"
        "|contact number|hotline|电话号码|联系电话|手机|手机号|手机号码|咨询电话|热线",
        kinds="phone number",
    ),
    _field(
        "fax",
        "fax|传真|fax number",
        kinds="phone",
    ),
    _field(
        "website",
        "website|网址|web site|web|homepage|url|web address|网站|官网",
        kinds="web",
    ),
    _field(
        "subject",
        "subject|主题|re|regarding|topic|事由|题目",
    ),
    _field(
        "title",
        "title|标题|heading|名称",
    ),
    _field(
        "place",
        "place|地点|venue|location|meeting point|meeting place|room|场所|位置|集合地点|会议地点",
    ),
    _field(
        "quantity",
        "quantity|数量|qty|count|pcs|件数",
        kinds="number quantity",
    ),
    _field(
        "payment method",
        "payment method|付款方式|method of payment|payment terms|paid by|支付方式",
    ),
    _field(
        "occupation",
        "occupation|职业|profession|job|job title|position",
    ),
    _field(
        "nationality",
        "nationality|国籍|citizenship",
    ),
    _field(
        "gender",
        "gender|性别|sex",
    ),
    _field(
        "age",
        "age|年龄",
        kinds="number duration quantity",
    ),
    _field(
        "worker",
        "mechanic|技师|technician|engineer|plumber"
        "|electrician|fitter|repairer|维修师傅|维修工程师|work done by|repaired by|serviced by|done by|维修人员|维修员",
        person=True,
    ),
    _field(
        "fault",
        "fault|故障|problem|defect|complaint|fault reported|故障描述|故障现象",
    ),
    _field(
        "finding",
        "finding|检查结果|findings|diagnosis|检测结果|诊断|诊断结果|cause of fault",
    ),
    _field(
        "received date",
        "received|送修日期|date in|date received|brought in|drop-off date|收件日期|接收日期",
        kinds="date",
    ),
    _field(
        "returned date",
        "returned|取件日期|ready on|date out|date ready|ready|collected|completed|repaired|picked up|pick-up date"
        "|完工日期|修好日期",
        kinds="date",
    ),
    _field(
        "term",
        "term|租期|duration|lease term|contract period|term of lease|rental period|合同期限|租赁期限",
        kinds="duration date",
    ),
    _field(
        "opening hours",
        "opening hours|开放时间|hours|opening times|open|business hours|office hours|营业时间|开馆时间|办公时间",
        kinds="time",
        loose="open",
    ),
)

FIELDS_BY_NAME = {field.name: field for field in FIELDS}
