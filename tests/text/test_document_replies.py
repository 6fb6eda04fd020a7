"""What is answered to requests about documents."""

from __future__ import annotations

import pytest

from text.document_replies import Attached, about_documents, document_reply
from text.document_requests import document_request
from text.script import Language, has_ideographs

TWO = (Attached("invoice.png", 1), Attached("report.pdf", 3))
INVOICES = (Attached("a-invoice.png", 1), Attached("b-invoice.png", 1), Attached("letter.png", 2))


def reply(sentence: str, attached: tuple[Attached, ...], in_use: str = "") -> str:
    """What is said to `sentence`, in its language."""
    request = document_request(sentence, [each.name for each in attached])
    assert request is not None
    language: Language = "zh" if has_ideographs(sentence) else "en"
    return document_reply(request, attached, in_use, language)


@pytest.mark.parametrize(
    ("sentence", "attached", "said"),
    [
        ("What documents do you have?", (), "No document is attached."),
        ("What documents do you have?", TWO[:1], "I have one document: invoice.png, 1 page."),
        ("What documents do you have?", TWO, "I have 2 documents: invoice.png, 1 page; report.pdf, 3 pages."),
        ("Use the invoice.", TWO, "I am using invoice.png now."),
        ("Use all documents.", TWO, "I am using all documents now."),
        ("Forget the invoice.", TWO, "invoice.png is no longer attached."),
        ("Forget the letter and b-invoice.", INVOICES, "letter.png and b-invoice.png are no longer attached."),
        ("Forget all documents.", TWO, "All documents are gone: none is attached any more."),
        ("Use the invoice.", INVOICES, "Which one: a-invoice.png or b-invoice.png?"),
        ("Use the contract.", TWO, "There is no contract among the documents."),
        ("Use my contract.", TWO, "There is no contract among the documents."),
        ("Use the contract.", (), "No document is attached."),
        ("有哪些文件？", (), "还没有附上文件。"),
        ("有哪些文件？", TWO, "我有2份文件：invoice.png，1页；report.pdf，3页。"),
        ("用发票", TWO, "好，现在用的是invoice.png。"),
        ("用所有文件", TWO, "好，现在所有文件都用。"),
        ("把发票关掉", TWO, "invoice.png已经拿掉了。"),
        ("忘掉所有文件", TWO, "所有文件都已经拿掉了。"),
        ("用发票", INVOICES, "是哪一份：a-invoice.png，还是b-invoice.png？"),
        ("忘掉那份合同", TWO, "附上的文件里没有合同。"),
        ("忘掉合同", (), "还没有附上文件。"),
    ],
)
def test_it_says_what_is_done(sentence: str, attached: tuple[Attached, ...], said: str) -> None:
    """In the language of the request; and the exchange is known again, even when those documents are gone."""
    assert reply(sentence, attached) == said
    assert about_documents(sentence, said, ())


def test_the_list_says_which_is_in_use() -> None:
    """Where there are several."""
    assert reply("List the documents.", TWO, "report.pdf").endswith(" The one in use is report.pdf.")
    assert reply("列出所有文件。", TWO, "report.pdf").endswith("正在用的是report.pdf。")
    assert "in use" not in reply("List the documents.", TWO[:1], "invoice.png")


@pytest.mark.parametrize(
    ("sentence", "rest"), [("List the documents.", "; and 32 more."), ("列出文件", "；还有32份。")]
)
def test_a_long_list_is_cut(sentence: str, rest: str) -> None:
    """Nobody listens to forty names."""
    said = reply(sentence, tuple(Attached(f"scan-{number}.png", 1) for number in range(40)))
    assert "40" in said and said.endswith(rest) and "scan-7.png" in said and "scan-8.png" not in said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Use the document.", "Which one of the 6: 0.png, 1.png, 2.png, 3.png or another?"),
        ("用文件", "6份里是哪一份：0.png、1.png、2.png、3.png，还是别的？"),
    ],
)
def test_of_many_a_few_are_offered(sentence: str, said: str) -> None:
    """The others can be asked for by name all the same."""
    assert reply(sentence, tuple(Attached(f"{number}.png", 1) for number in range(6))) == said
    assert about_documents("zzz", said, ())


def test_a_name_cannot_break_the_line() -> None:
    """It is shown as it would stand in a mark."""
    assert reply("Forget the document.", (Attached("a\n[b].png", 1),)) == "a (b).png is no longer attached."


@pytest.mark.parametrize(
    ("question", "answer", "about"),
    [
        ("Use the invoice.", "I am us", True),
        ("the second one", "I am using b.png now.", True),
        ("What is the total?", "The total is $420.00.", False),
        ("What is " + "very " * 40 + "true?", "I am using all documents now.", False),
        ("现在用什么？", "现在用电脑。", False),
    ],
)
def test_other_exchanges_are_not_taken_for_one(question: str, answer: str, about: bool) -> None:
    """Broken off in the middle, it still is one."""
    assert about_documents(question, answer, ("invoice.png",)) == about


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Forget everything.", "All documents are gone; what you told me yourself stays."),
        ("忘掉一切", "所有文件都已经拿掉了，您自己告诉我的还记得。"),
    ],
)
def test_what_stays_is_said_when_everything_is_to_be_forgotten(sentence: str, said: str) -> None:
    """Only documents are dropped, so that is what is promised."""
    assert reply(sentence, (Attached("a.png", 1), Attached("b.png", 1))) == said
    assert about_documents("zzz", said, ())
