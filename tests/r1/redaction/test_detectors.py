from __future__ import annotations

import pytest

from r1.errors import RedactionError
from r1.redaction import RedactionOptions, Redactor
from tests.r1.redaction.texts import KEY_BEGIN, KEY_BODY, KEY_END, VALUES, values_in

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"

FOUND = [
    ("email", "Mail: alice@example.com.", ["alice@example.com"]),
    ("email", "<mailto:alice@example.com>, 'bob@example.org'", ["alice@example.com", "bob@example.org"]),
    ("email", "邮箱alice@example.com谢谢", ["alice@example.com"]),
    ("email", "ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｃｏｍ，谢谢", ["ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｃｏｍ"]),
    ("email", "张三@example.com", ["张三@example.com"]),
    ("email", "josé@example.com", ["josé@example.com"]),
    ("email", "user=alice@例子.中国，", ["alice@例子.中国"]),
    ("phone", "Call +44 20 7946 0958 or (212) 555-0118.", ["+44 20 7946 0958", "(212) 555-0118"]),
    ("phone", "212-555-0118, 212.555.0118, 1-212-555-0118", ["212-555-0118", "212.555.0118", "1-212-555-0118"]),
    ("phone", "联系电话13800138000谢谢", ["13800138000"]),
    ("phone", "手机：１３８００１３８０００。", ["１３８００１３８０００"]),
    ("phone", "138-0013-8000 138 0013 8000", ["138-0013-8000", "138 0013 8000"]),
    ("phone", "(010) 6234 5678，0755-12345678", ["(010) 6234 5678", "0755-12345678"]),
    ("phone", "+8613800138000 或 +86 138 0013 8000", ["+8613800138000", "+86 138 0013 8000"]),
    ("phone", "020 7946 0958, 030/1234567", ["020 7946 0958", "030/1234567"]),
    ("phone", "01 23 45 67 89; 01.23.45.67.89", ["01 23 45 67 89", "01.23.45.67.89"]),
    ("phone", "+49 (0)30 1234567, +49 30 12 34 56 7", ["+49 (0)30 1234567", "+49 30 12 34 56 7"]),
    ("phone", "Phone: 555-0142", ["555-0142"]),
    ("phone", "Phone number: 555-0118 (home)", ["555-0118"]),
    ("phone", "call me at 555-0118", ["555-0118"]),
    ("phone", "联系电话：555-0126", ["555-0126"]),
    ("phone", "Phone (555-0118)", ["555-0118"]),
    ("phone", "Tel. 123456", ["123456"]),
    ("phone", "+44 20 7946 0958 / 13800138000", ["+44 20 7946 0958", "13800138000"]),
    ("phone", "020 7946 0958 / 13800138000 / 212-555-0118", ["020 7946 0958", "13800138000", "212-555-0118"]),
    ("phone", "Meet on 2026-11-03 13800138000", ["13800138000"]),
    ("bank_card", "Card 4111 1111 1111 1111, 12/27", ["4111 1111 1111 1111"]),
    ("bank_card", "卡号4111111111111111。", ["4111111111111111"]),
    ("bank_card", "4111-1111-1111-1111", ["4111-1111-1111-1111"]),
    ("bank_card", "Amex 3782-822463-10005", ["3782-822463-10005"]),
    ("bank_card", "银联6222021234567890128", ["6222021234567890128"]),
    ("bank_card", "1234 4111 1111 1111 1111", ["4111 1111 1111 1111"]),
    ("bank_card", "4111 1111 1111 1111 123", ["4111 1111 1111 1111"]),
    ("bank_card", "４１１１１１１１１１１１１１１１", ["４１１１１１１１１１１１１１１１"]),
    ("iban", "DE89 3704 0044 0532 0130 00 Please pay", ["DE89 3704 0044 0532 0130 00"]),
    ("iban", "账户gb82west12345698765432，", ["gb82west12345698765432"]),
    ("iban", "FR14-2004-1010-0505-0001-3M02-606.", ["FR14-2004-1010-0505-0001-3M02-606"]),
    ("national_id", "身份证号11010519491231002X，谢谢", ["11010519491231002X"]),
    ("national_id", "本人１１０１０５１９４９１２３１００２Ｘ持有", ["１１０１０５１９４９１２３１００２Ｘ"]),
    ("national_id", "110105 19491231 002x", ["110105 19491231 002x"]),
    ("national_id", "身份证：110105194912310021", ["110105194912310021"]),
    ("national_id", "SSN 123-45-6789", ["123-45-6789"]),
    ("national_id", "social security number: 123456789", ["123456789"]),
    ("national_id", "Steuer-ID: 36 574 261 809", ["36 574 261 809"]),
    ("national_id", "Tax ID 36574261809", ["36574261809"]),
    ("national_id", "NIR 2 95 10 99 126 111 93", ["2 95 10 99 126 111 93"]),
    ("national_id", "DNI 54362315K, NIE X-2482300W", ["54362315K", "X-2482300W"]),
    ("national_id", "Codice fiscale RSSMRA85T10A562S", ["RSSMRA85T10A562S"]),
    ("national_id", "NI number AB 12 34 56 C", ["AB 12 34 56 C"]),
    ("national_id", "BSN: 111222333", ["111222333"]),
    ("national_id", "PESEL 83010411457", ["83010411457"]),
    ("national_id", "NHS number 943 476 5870", ["943 476 5870"]),
    ("ip_address", "at 192.168.1.20:8080, 10.0.0.0/8.", ["192.168.1.20", "10.0.0.0"]),
    ("ip_address", "地址192.168.1.20是", ["192.168.1.20"]),
    ("ip_address", "2001:db8::1: up, [2001:db8::2]:443", ["2001:db8::1", "2001:db8::2"]),
    ("ip_address", "fe80::1%eth0 ::ffff:192.168.1.20", ["fe80::1%eth0", "::ffff:192.168.1.20"]),
    ("secret", f"token {JWT}.", [JWT]),
    ("secret", "密钥sk-" + "a1B2" * 6 + "，勿外传", ["sk-" + "a1B2" * 6]),
    ("secret", "use ghp_" + "Zz09" * 8 + " here", ["ghp_" + "Zz09" * 8]),
    ("secret", "AKIAABCDEFGH12345678", ["AKIAABCDEFGH12345678"]),
    ("secret", "Authorization: Bearer abc123def456", ["abc123def456"]),
    ("secret", "Authorization: Basic dXNlcjpwYXNz1=", ["dXNlcjpwYXNz1="]),
    ("secret", "password: hunter", ["hunter"]),
    ("secret", "password: hunter2. Then type hunter2, twice.", ["hunter2"]),
    ("secret", "my password is hunter2", ["hunter2"]),
    ("secret", "密码：abc123，用户名：bob", ["abc123"]),
    ("secret", "密码是abc123。", ["abc123"]),
    ("secret", '{"api_key": "x y z", "n": 1}', ["x y z"]),
    ("secret", "OPENAI_API_KEY=abc123456", ["abc123456"]),
    ("secret", "dbPassword = 'p;q&r'", ["p;q&r"]),
    ("secret", "Server=db;Password=p@ss1;Timeout=3", ["p@ss1"]),
    ("secret", "https://example.com/?token=abcd1234efgh&page=2", ["abcd1234efgh"]),
    ("secret", "key=zx81zx81zx81", ["zx81zx81zx81"]),
    ("secret", "PIN: 1234, 验证码：887766", ["1234", "887766"]),
    ("secret", f"{KEY_BEGIN}\n{KEY_BODY}\n{KEY_END}", [f"{KEY_BEGIN}\n{KEY_BODY}\n{KEY_END}"]),
    ("secret", f"{KEY_BEGIN}\n{KEY_BODY}\n{KEY_BODY}=\nand so on", [f"{KEY_BEGIN}\n{KEY_BODY}\n{KEY_BODY}="]),
    ("url_credentials", "https://user:p%40ss@example.com/a", ["user:p%40ss"]),
    ("url_credentials", "postgres://u:p@ss@db:5432", ["u:p@ss"]),
    ("url_credentials", "redis://:pw@localhost", [":pw"]),
    ("url_credentials", "见https://abcdef0123@example.com/repo。", ["abcdef0123"]),
]

LEFT = [
    ("email", "logo@2x.png, user@localhost, @alice, 3 lemons @ 2.50, a@b"),
    ("phone", "Invoice date: 2026-11-03, 03.11.2026, 11/03/2026, 20261103, 2026年11月3日"),
    ("phone", "Harbor 6:55 7:10 7:25 7:50, 2026-11-03 10:15:30, 9:00-11:30"),
    ("phone", "$1,234,567.00, 12 345 678 €, 1.234.567,89 EUR, 1 250 000 元, 13800138000元"),
    ("phone", "First 11,200 21,800 310\n310 355 240 415\n100.50 200.75\n2120 5550 1183"),
    ("phone", "FB-2047, RH-318, INV-2026-0001234, INV0301234567, #0301234567"),
    ("phone", "Order number: 0301234567; invoice no. 212-555-0118; 订单号：13800138000；发票号码：0301234567"),
    ("phone", "ISBN 978-3-16-148410-0, 0-306-40615-2, EAN 4006381333931"),
    ("phone", "Bank account: 4400 1187 203, sort code 20-00-00"),
    ("phone", "1700000000 1700000000000 2125550118 12345678"),
    ("phone", "Phone: see below. The phone costs 120. Call 911. 电话：无"),
    ("phone", "66号 3号楼 5号楼, 17 Willow Street, 20001-1234, 192.168.100.200"),
    ("phone", "2.125.550.118 and 3.14159265358979 and 1e10"),
    ("bank_card", "4111 1111 1111 1112, 0000 0000 0000 0000, 1700000000000000"),
    ("bank_card", "x4111111111111111, 4111111111111111y, 41111111111111110000"),
    ("iban", "DE89 3704 0044 0532 0130 01, XX89 3704 0044 0532 0130 00, AB12 is a seat"),
    ("national_id", "000-12-3456, 110105194912310021, 36574261809, 111222333, 83010411457, 943 476 5870"),
    ("national_id", "54362315A, RSSMRA85T10A562T, 2026-11-0312, 20261103"),
    ("ip_address", "1.2.3, v1.2.3.4, version 10.20.30.40, 版本10.20.30.40, 256.1.1.1, 1.2.3.4 Scope, 127.0.0.1"),
    ("ip_address", "12:30:45, std::vector, a::b, ::1, 00:1A:2B:3C:4D:5E, 1:2:3"),
    ("secret", "Key: C major. The key is under the mat. Token: 3 dollars. primary key: id"),
    ("secret", "Password: required. The password is wrong. 密码：请输入。 Passwords: none"),
    ("secret", "password=${DB_PASSWORD} token=os.environ['T'] password=**** def f(password: str)"),
    ("secret", "the bearer of bad news, bearer instruments, sk-learn, sk-my-long-hyphenated-word"),
    ("secret", "monkey=abc12345678, sort key=name, Step 1: Heat the oven"),
    ("url_credentials", "https://example.com/@alice, git@example.com, ssh://git@example.com, http://h/a?b=c@d"),
]


@pytest.mark.parametrize(("kind", "text", "values"), FOUND)
def test_values_are_found(kind: str, text: str, values: list[str]) -> None:
    """Each value is taken whole, and nothing beside it, in English and Chinese."""
    assert values_in(text, kind) == values


@pytest.mark.parametrize(("kind", "text", "values"), FOUND)
def test_values_are_taken_with_all_kinds_on(kind: str, text: str, values: list[str]) -> None:
    """With every detector at work, none of the values can be read in the redacted text."""
    redacted = Redactor().redact(text).text
    assert [value for value in values if value in redacted] == []


@pytest.mark.parametrize(("kind", "text"), LEFT)
def test_other_numbers_and_words_stay(kind: str, text: str) -> None:
    """What only looks like a value passes unchanged."""
    assert values_in(text, kind) == []


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_each_value_is_known_as_its_kind(kind: str) -> None:
    """A value alone is counted under the most specific kind."""
    for value in VALUES[kind]:
        redaction = Redactor().redact(value)
        assert (redaction.counts, redaction.text) == ({kind: 1}, f"<{kind.upper()}_1>")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("https://u:4111111111111111@example.com", "https://<URL_CREDENTIALS_1>@example.com"),
        ("password: alice@example.com", "password: <SECRET_1>"),
        ("13800138000@example.com", "<EMAIL_1>"),
        ("IBAN DE89 3704 0044 0532 0130 00 030 1234567", "IBAN <IBAN_1> <PHONE_1>"),
        ("token=https://u:p1@example.com/12345", "token=<SECRET_1>"),
        ("https://alice@example.com:pw@example.org", "https://<URL_CREDENTIALS_1>@example.org"),
    ],
)
def test_the_most_specific_kind_wins(text: str, redacted: str) -> None:
    """Where detectors overlap, the more specific takes the value, and the others see only the rest."""
    assert Redactor().redact(text).text == redacted


def test_other_regions_can_be_asked_for() -> None:
    """A Spanish number without its country code is known only when Spain is among the regions."""
    assert values_in("612 345 678", "phone") == []
    redactor = Redactor(RedactionOptions(regions=("ES",)))
    assert redactor.redact("612 345 678").text == "<PHONE_1>"


def test_an_unknown_region_fails_closed() -> None:
    """A country that does not exist is an error, not a detector that finds nothing."""
    with pytest.raises(RedactionError, match="use codes such as"):
        Redactor(RedactionOptions(regions=("XX",))).redact("Phone 212-555-0118")
