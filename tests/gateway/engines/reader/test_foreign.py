"""Questions in the other language than the page's, and questions in other words than the page's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.foreign import language_of_page
from gateway.engines.reader.asked.into_chinese import chinese_question
from gateway.engines.reader.asked.into_english import english_question
from gateway.engines.reader.asked.own_words import in_own_words
from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.page.lines import documents_of
from gateway.engines.reader.words.lexicon import longest_chinese, longest_english, senses_of_chinese, senses_of_english
from tests.gateway.engines.reader.asking import ask
from text.prompt import PromptPage

LEASE = """TENANCY AGREEMENT
3. Rent. The rent is £845 per calendar month, payable on the first day of each month.
5. Deposit. The Tenants pay a deposit of £1,100 on signing.
6. Bills. The Tenants pay for gas and electricity. The Landlord pays the building insurance.
7. Use. Smoking is not allowed in the flat.
9. Repairs. Faults are to be reported on 0141 555 0382.
12. Keys. A lost key costs £15 to replace."""
FERRY = """ELLRAY SOUND FERRIES
Fares
   Single   Return
Adult   £6.90   £12.40
Motorcycle   £11.20   £20.90
Bicycle   free   free
Please note
Vehicles must check in 30 minutes before departure.
Return tickets are valid for 30 days.
Dogs travel free but must be on a lead."""
NOTICE = """关于清洗水箱的停水通知
停水时间：6月16日8:30至14:00
应急取水点设在小区东门岗亭旁，凭门禁卡取水。
本次清洗费用共计9600元，由物业公司承担，业主无需另行付费。
联系人：钱师傅
夜间值班电话：6688 2110"""


def study_of(text: str) -> Study:
    """A page as a study."""
    (document,) = documents_of((PromptPage("page.png", 1, tuple(text.split("\n"))),))
    return Study(document)


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("月租多少钱？", LEASE, "845"),
        ("押金是多少？", LEASE, "1,100"),
        ("电费由谁付？", LEASE, "Tenants"),
        ("丢了一把钥匙要付多少钱？", LEASE, "£15"),
        ("可以在屋里抽烟吗？", LEASE, "不。"),
        ("成人往返票多少钱？", FERRY, "12.40"),
        ("摩托车单程多少钱？", FERRY, "11.20"),
        ("往返票有效期多长？", FERRY, "30 days"),
        ("Where can I get emergency water?", NOTICE, "东门"),
        ("Which number do I call at night?", NOTICE, "6688 2110"),
        ("Who pays for the cleaning?", NOTICE, "物业公司"),
        ("What is the cost of the cleaning?", NOTICE, "9600"),
    ],
)
def test_a_question_in_the_other_language(question: str, page: str, said: str) -> None:
    """The page's own value answers, whichever language it is asked in."""
    assert said in ask(question, page)


@pytest.mark.parametrize(
    ("question", "page", "verdict"),
    [
        ("自行车要收费吗？", FERRY, "不。"),
        ("狗要买票吗？", FERRY, "不。"),
        ("自行车免费吗？", FERRY, "是的。"),
        ("摩托车要收费吗？", FERRY, "是的。"),
        ("Is there a charge for bicycles?", FERRY, "No."),
        ("Are dogs free?", FERRY, "Yes."),
        ("Are motorcycles free?", FERRY, "No."),
        ("Do I have to pay for the cleaning?", NOTICE, "No."),
        ("清洗要收费吗？", NOTICE, "不。"),
    ],
)
def test_whether_something_costs(question: str, page: str, verdict: str) -> None:
    """A row or a sentence that names it with a price, or as free, says yes or no."""
    assert ask(question, page).startswith(verdict)


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("网速是多少？", LEASE),
        ("这套房子有多少平方米？", LEASE),
        ("行李要收费吗？", FERRY),
        ("Who is the driver?", NOTICE),
    ],
)
def test_what_the_page_does_not_say_is_refused(question: str, page: str) -> None:
    """A question in the other language whose answer is not there gets none."""
    answer = ask(question, page)
    assert "找不到" in answer or "cannot find" in answer


@pytest.mark.parametrize(
    ("question", "page", "put"),
    [
        ("房东负责付哪些费用？", LEASE, "what does landlord pay for?"),
        ("能用支票付款吗？", LEASE, "can i pay by cheque?"),
        ("下午三点以前可以进来吗？", LEASE, "can i before 15:00?"),
        ("从Portavaig到Skerness要多长时间？", FERRY, "how long does it take from Portavaig to Skerness?"),
        ("狗的疫苗护照在西伯利亚有效吗？", FERRY, None),
    ],
)
def test_chinese_put_in_english(question: str, page: str, put: str | None) -> None:
    """The way of asking and the words of the page; nothing where a word is unknown."""
    assert english_question(study_of(page), question) == put


@pytest.mark.parametrize(
    ("question", "put"),
    [
        ("Who is the contact person?", "联系人是谁？"),
        ("How much is the cleaning of the water tank?", "水箱的清洗多少钱？"),
        ("Why is the water turned off?", "为什么停水？"),
        ("What happens if it rains heavily?", "如果大雨，怎么办？"),
        ("Is building 8 affected?", "8号楼影响吗？"),
        ("How often is the zeppelin refuelled?", None),
    ],
)
def test_english_put_in_chinese(question: str, put: str | None) -> None:
    """What describes stands before what it describes; nothing where a word is unknown."""
    assert chinese_question(study_of(NOTICE), question) == put


@pytest.mark.parametrize(
    ("question", "page", "put"),
    [
        ("How much is a round trip for an adult?", FERRY, "How much is a Return for an adult?"),
        ("Who is responsible for power?", LEASE, "Who is responsible for electricity?"),
        ("哪天断水？", NOTICE, "哪天停水？"),
        ("保洁多少钱？", NOTICE, "清洗多少钱？"),
    ],
)
def test_the_pages_own_words(question: str, page: str, put: str) -> None:
    """What the page calls otherwise is put as the page calls it."""
    reworded = in_own_words(study_of(page), analyse(question))
    assert reworded is not None
    assert reworded.text.lower() == put.lower()


def test_nothing_to_reword() -> None:
    """A question in the page's words stays as it is."""
    assert in_own_words(study_of(LEASE), analyse("How much is the deposit?")) is None


def test_language_of_a_page() -> None:
    """A page in both languages is in neither alone, and no question about it is put otherwise."""
    assert language_of_page(study_of(LEASE)) == "en"
    assert language_of_page(study_of(NOTICE)) == "zh"
    assert language_of_page(study_of("Open every day 每天开放\nNo dogs allowed 禁止带狗")) is None


def test_the_lexicon_finds_the_longest_word() -> None:
    """Words inside longer ones are not taken apart, in either language and any form."""
    assert longest_chinese("停车位是几号", 0) == "停车位"
    assert longest_english(("parking", "spaces", "cost"), 0) == 2
    assert any("landlord" in sense.english for sense in senses_of_chinese("房东"))
    assert any("房东" in sense.chinese for sense in senses_of_english("Landlords"))


@given(st.text(max_size=40))
def test_any_text_can_be_put(text: str) -> None:
    """No text makes the putting fail, whatever it says."""
    english_question(study_of(LEASE), text)
    chinese_question(study_of(NOTICE), text)
    in_own_words(study_of(NOTICE), analyse(text))
