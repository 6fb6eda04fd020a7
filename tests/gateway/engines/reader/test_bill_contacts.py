"""The two sides of a bill: whose an address or a telephone number is, and the account to pay into."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask

HEAD = """Harrow Cycle Works
5 Mill Lane, Eastport
Phone: 555-0177
Invoice"""
CUSTOMER = """Bill to:   Joan Pell
Address:   9 Oak Street, Eastport"""
REST = """Description   Quantity   Unit price   Amount
Bicycle bell   1   $20.00   $20.00
Total   $20.00
Please pay by bank transfer within 14 days.
Bank account: 1203 4411 870"""
INVOICE = f"{HEAD}\n{CUSTOMER}\n{REST}"
INVOICE_ZH = """远山自行车行
地址：青石市松林路5号
电话：0571-8800 1234
销售单
客户：周明
地址：青石市梅花街9号
商品   数量   单价   金额
车铃   1   20.00   20.00
合计   20.00
收款账号：6222 0011 8890"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the customer's address?", "9 Oak Street"),
        ("Where is the workshop?", "5 Mill Lane"),
        ("What is the address of Harrow Cycle Works?", "5 Mill Lane"),
        ("What is the workshop's phone number?", "555-0177"),
        ("What is the phone number of Harrow Cycle Works?", "555-0177"),
    ],
)
def test_each_side_has_its_own(question: str, expected: str) -> None:
    """The letterhead is the firm's, what stands under the customer's name is the customer's."""
    assert expected in ask(question, INVOICE)


@pytest.mark.parametrize(("question", "expected"), [("客户的地址是什么？", "梅花街9号"), ("车行在哪里？", "松林路5号")])
def test_each_side_has_its_own_in_chinese(question: str, expected: str) -> None:
    """The same label stands over both addresses."""
    assert expected in ask(question, INVOICE_ZH)


@pytest.mark.parametrize(
    "question",
    ["What is the customer's phone number?", "What is the plumber's phone number?", "What is the bank's phone number?"],
)
def test_the_firms_number_is_nobody_elses(question: str) -> None:
    """A number in the letterhead is not given for another's."""
    assert ask(question, INVOICE) == REFUSED


def test_the_customers_address_is_not_the_firms() -> None:
    """A bill without a letterhead does not say where the workshop is."""
    page = f"Harrow Cycle Works\nInvoice\n{CUSTOMER}\n{REST}"
    assert ask("Where is the workshop?", page) == REFUSED
    assert "9 Oak Street" in ask("What is the customer's address?", page)


def test_a_number_under_the_name_is_the_customers() -> None:
    """With a number for each side, each is given its own."""
    page = f"{HEAD}\n{CUSTOMER}\nPhone:   555-0188\n{REST}"
    assert "555-0188" in ask("What is the customer's phone number?", page)
    assert "555-0177" in ask("What is the workshop's phone number?", page)


@pytest.mark.parametrize(
    ("question", "page", "expected"),
    [
        ("Which account do I transfer the money to?", INVOICE, "1203 4411 870"),
        ("What is the bank account number?", INVOICE, "1203 4411 870"),
        ("转账转到哪个账号？", INVOICE_ZH, "6222 0011 8890"),
    ],
)
def test_a_bank_account_is_what_one_transfers_to(question: str, page: str, expected: str) -> None:
    """The label need not speak of the transfer; all groups of its digits are given."""
    assert expected in ask(question, page)


def test_the_firms_account_is_not_the_customers() -> None:
    """Nothing is said of the customer's own bank, in either language."""
    assert ask("What is the customer's bank account?", INVOICE) == REFUSED
    assert ask("客户的电话是多少？", INVOICE_ZH) == REFUSED_ZH
