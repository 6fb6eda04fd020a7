"""Which words may be the label of a field, and which values are figures. English and Chinese."""

from __future__ import annotations

import re

from text.script import has_ideographs

LONGEST_LABEL = 40
"""Characters; of a Chinese one 16."""
MOST_LABEL_WORDS = 6

_KNOWN = re.compile(
    r"(?:(?:first|last|full|given|family|middle|company|account|customer|user|product|student|maiden|patient)\s+)?name"
    r"|surname|date(?: of (?:birth|issue|arrival|departure|visit))?|(?:birth|issue|expiry)\s?date|dob|age|sex|gender"
    r"|(?:due|invoice|start|end|issue|order|delivery) date|nationality|(?:e-?mail|email)(?: address)?"
    r"|(?:tele)?phone(?: (?:number|no\.?))?|mobile|cell|tel\.?|fax|web(?:site)?|address|street|city|town|state|country"
    r"|zip(?: code)?|postcode|postal code|p\.?o\.? box"
    r"|(?:invoice|order|account|bill|customer|reference|receipt|policy|tax|vat|bank account|registration|serial)"
    r"\s?(?:number|no\.?|id|#)|no\.|ref\.?|time|class|grade|score|marks|points|room|seat|gate|flight|page|version"
    r"|status|type|size|colou?r|weight|height|quantity|qty|price|amount|occupation|employer|department|position"
    r"|signature|signed|iban|bic|swift|attn\.?|subject|from|to|cc",
    re.IGNORECASE,
)
_KNOWN_AMOUNTS = re.compile(
    r"(?:sub\s?-?total|(?:grand |net |gross )?total(?: (?:due|amount|price))?|(?:sales )?tax|vat|discount|deposit"
    r"|shipping|delivery|postage|balance(?: due)?|amount due|(?:service )?fee|tip|rent|change|cash|card|price|paid"
    r"|labou?r|parts)(?:\s*\([^()]{1,12}\))?",
    re.IGNORECASE,
)
_KNOWN_ZH = re.compile(
    r"姓名|性别|年龄|(?:出生)?日期|出生年月|民族|籍贯|职业|职务|单位|部门|(?:联系|家庭|固定|移动)?电话(?:号码)?"
    r"|手机(?:号码?)?|传真|邮箱|电子邮[箱件]|(?:家庭|通讯|联系|收货)?地址|邮编|邮政编码|身份证号码?|学号|班级|年级"
    r"|学校|得分|分数|编号|单号|订单号|发票号码?|小票号|账号|开户行|户名|税号|联系人|收货人|付款人|收款人|经手人"
    r"|负责人|签名|签字|备注|时间|地点|数量|单价|金额|总价|规格|型号|有效期"
)
_KNOWN_AMOUNTS_ZH = re.compile(
    r"合计|小计|总计|共计|总额|实收|应收|找零|现金|税额|折扣|优惠|运费|押金|定金|租金|应付|实付|余额"
)
_BLOCK_LABEL = re.compile(
    r"(?:bill|billed|ship|shipped|sold|deliver|invoice|send|remit|attention)(?:ed)?(?: payment)? to|to|from"
    r"|(?:delivery |billing |shipping |postal |home )?address|recipient|sender"
    r"|(?:收货|联系|通讯|家庭)?地址|收货人|付款方|收款方|购买方|销售方|寄件人|收件人",
    re.IGNORECASE,
)
_NO_LABEL = re.compile(
    r"https?|mailto|note|please note|tip|hint|example|e\.g\.?|i\.e\.?|warning|caution|important|attention please"
    r"|ps|p\.s\.?|nb|n\.b\.?|q|a"
    r"|(?:step|part|section|chapter|question|exercise|task|unit|worksheet|lesson|figure|table|appendix|day|week)"
    r"\s*(?:\d+|[a-z]|[ivx]+)"
    r"|注|注意|提示|温馨提示|例|例如|例题|如下|第[一二三四五六七八九十\d]+(?:部分|章|节|题|步|页|条)"
    r"|[一二三四五六七八九十]+|步骤\d*|答|问",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"(?:dear|hello|hi|hey|good (?:morning|afternoon|evening))\b|(?:尊敬的|亲爱的|各位|您好|你好)"
    r"|.*(?:\b(?:follow(?:s|ing)|below|are|is|includes?|to bring|such as)|如下|下列|以下|包括|例如|请问)\s*[:：]\s*$"
    r"|(?:example|e\.g\.|for example|例如?|例题)\s*\d?\s*[:：]",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"\b(?:said|says|asked|asks|that|which|who|because|please|you|we|will|can|must|should|is|are|was|were|if|when)\b"
    r"|[说问道讲]$|请|如果|因为|所以|我们|你们|他们",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[-+−(]?\s?[$€£¥￥#]?\s?[A-Z]{0,4}-?\d[\w\s,./:%°()+$€£¥￥-]*|[-–—]", re.IGNORECASE)
_AMOUNT = re.compile(r"[-+−(]?\s?(?:[$€£¥￥]|USD|EUR|RMB|CNY)?\s?\d[\d,. ]*\s?(?:[$€£¥￥%]|元|USD|EUR|RMB)?\)?")


def is_label(text: str) -> bool:
    """Whether a text may be the label of a field: a few words, no sentence, no numbering."""
    text = text.strip()
    if not text or not any(map(str.isalpha, text)) or text[0] in "\"“'‘(（[<•-*@#":
        return False
    chinese = has_ideographs(text)
    if len(text) > (16 if chinese and len(text.split()) < 3 else LONGEST_LABEL) or len(text.split()) > MOST_LABEL_WORDS:
        return False
    if re.match(r"[一二三四五六七八九十]+[、.．]", text):
        return False
    if re.match(r"\d", text) and not re.match(r"\d+(?:st|nd|rd|th)\b|\d+号?[^\d\s.、)]", text):
        return False
    if re.search(r"[!?！？。，,;；@=]|\.\s|\w{3,}\.$|\d$(?<![A-Za-z ]\d)", text):
        return False
    return _NO_LABEL.fullmatch(text) is None and (is_known_label(text) or _SPEECH.search(text) is None)


def is_known_label(text: str, *, amounts: bool = False) -> bool:
    """Whether a text is a label wherever it stands. `amounts`: one of those that an amount of money follows."""
    text = text.strip()
    patterns = (
        (_KNOWN_AMOUNTS, _KNOWN_AMOUNTS_ZH) if amounts else (_KNOWN, _KNOWN_ZH, _KNOWN_AMOUNTS, _KNOWN_AMOUNTS_ZH)
    )
    return any(pattern.fullmatch(text) for pattern in patterns)


def is_block_label(text: str) -> bool:
    """Whether the value of a label may be several lines: an address, a recipient."""
    return _BLOCK_LABEL.fullmatch(text.strip()) is not None


def is_lead_in(text: str) -> bool:
    """Whether a line with a colon greets somebody, or leads to a list or an example."""
    return _LEAD_IN.match(text.strip()) is not None


def is_figure(text: str) -> bool:
    """Whether a value is a number with what belongs to it: an amount, a date in figures, a phone number."""
    return _FIGURE.fullmatch(text.strip()) is not None


def is_amount(text: str) -> bool:
    """Whether a value is an amount of money or a percentage."""
    return _AMOUNT.fullmatch(text.strip()) is not None and any(map(str.isdigit, text))
