"""Sentences that list, switch and drop documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.document_requests import EVERYTHING, DocumentRequest, document_choice, document_request

ATTACHED = ("invoice.png", "letter_from_bank.pdf", "停水通知.png", "worksheet-4.png")


@pytest.mark.parametrize(
    "sentence",
    [
        "Which documents do you have?",
        "What documents do you have open?",
        "which files are attached",
        "How many documents do we have?",
        "List the documents.",
        "Please list all documents",
        "Can you show me the attached files, please?",
        "Do you have any documents?",
        "What have I given you?",
        "有哪些文件？",
        "你有哪些文件",
        "现在有什么文档？",
        "我们一共有几个文件？",
        "列出所有文件。",
        "请告诉我有哪些文件。",
        "有文件吗？",
    ],
)
def test_a_list_is_asked_for(sentence: str) -> None:
    """However it is put."""
    assert document_request(sentence, ATTACHED) == DocumentRequest("list")
    assert document_request(sentence, ()) == DocumentRequest("list")


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Use the invoice.", "invoice.png"),
        ("Please switch to the letter now.", "letter_from_bank.pdf"),
        ("OK, go back to the invoice, please.", "invoice.png"),
        ("use in voice", "invoice.png"),
        ("Use the inboice.", "invoice.png"),
        ("Take the letter from the bank", "letter_from_bank.pdf"),
        ("Use invoice dot png.", "invoice.png"),
        ("use the PDF", "letter_from_bank.pdf"),
        ("Use the work sheet.", "worksheet-4.png"),
        ("Use worksheet four instead", "worksheet-4.png"),
        ("Use the bill.", "invoice.png"),
        ("Use the notice", "停水通知.png"),
        ("Open the second document.", "letter_from_bank.pdf"),
        ("Use the last file", "worksheet-4.png"),
        ("Use document number three", "停水通知.png"),
        ("用发票", "invoice.png"),
        ("请用那张发票吧。", "invoice.png"),
        ("切换到停水通知。", "停水通知.png"),
        ("换成那份通知", "停水通知.png"),
        ("看那封信", "letter_from_bank.pdf"),
        ("用第二个文件", "letter_from_bank.pdf"),
        ("打开最后一份文件", "worksheet-4.png"),
        ("改用练习", "worksheet-4.png"),
    ],
)
def test_another_document_is_to_be_used(sentence: str, name: str) -> None:
    """By its name, its kind in either language, its number, or a name that was misheard."""
    request = document_request(sentence, ATTACHED)
    assert request is not None
    assert (request.action, request.names, request.candidates) == ("switch", (name,), ())


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Forget the letter.", ("letter_from_bank.pdf",)),
        ("Please drop the invoice", ("invoice.png",)),
        ("You can close the worksheet now.", ("worksheet-4.png",)),
        ("I don't need the invoice anymore.", ("invoice.png",)),
        ("Forget the letter and the invoice.", ("letter_from_bank.pdf", "invoice.png")),
        ("Forget all documents.", ATTACHED),
        ("Remove the first document.", ("invoice.png",)),
        ("忘掉那封信", ("letter_from_bank.pdf",)),
        ("把发票删掉。", ("invoice.png",)),
        ("请把那张发票拿走吧", ("invoice.png",)),
        ("发票不要了", ("invoice.png",)),
        ("忘掉发票和通知", ("invoice.png", "停水通知.png")),
        ("删除所有文件", ATTACHED),
    ],
)
def test_documents_are_to_be_forgotten(sentence: str, names: tuple[str, ...]) -> None:
    """One, two, or all of them."""
    request = document_request(sentence, ATTACHED)
    assert request is not None
    assert (request.action, request.names) == ("drop", names)


@pytest.mark.parametrize(
    "sentence",
    ["Forget everything.", "forget about everything", "Clear everything, please", "忘掉一切", "全部忘掉", "全忘了吧"],
)
def test_everything_is_to_be_forgotten(sentence: str) -> None:
    """All documents, whether there are some or none."""
    assert document_request(sentence, ATTACHED) == DocumentRequest("drop", ATTACHED, said=EVERYTHING)
    assert document_request(sentence, ()) == DocumentRequest("drop", (), said=EVERYTHING)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The first document.", "invoice.png"),
        ("the last document", "worksheet-4.png"),
        ("OK, the second file, please.", "letter_from_bank.pdf"),
        ("document number three", "停水通知.png"),
        ("第一个文件", "invoice.png"),
        ("最后一个文件。", "worksheet-4.png"),
        ("那第二份文件吧", "letter_from_bank.pdf"),
    ],
)
def test_a_document_named_by_its_place_is_to_be_used(sentence: str, name: str) -> None:
    """Without a verb; as a question it is none."""
    request = document_request(sentence, ATTACHED)
    assert request is not None and (request.action, request.names) == ("switch", (name,))
    assert document_request(f"{sentence.rstrip('.。')}?", ATTACHED) is None


@pytest.mark.parametrize(
    ("sentence", "attached", "in_use", "names", "candidates"),
    [
        ("Use the other one.", ("a.png", "b.png"), "a.png", ("b.png",), ()),
        ("Switch to the other document", ("a.png", "b.png"), "b.png", ("a.png",), ()),
        ("the other document", ("a.png", "b.png"), "b.png", ("a.png",), ()),
        ("用另一个", ("a.png", "b.png"), "a.png", ("b.png",), ()),
        ("换另外一份文件", ("a.png", "b.png"), "a.png", ("b.png",), ()),
        ("Drop the other one.", ("a.png", "b.png"), "a.png", ("b.png",), ()),
        ("Use the other one.", ("a.png", "b.png", "c.png"), "a.png", (), ("b.png", "c.png")),
        ("Use the other one.", ("a.png", "b.png"), "", (), ("a.png", "b.png")),
        ("Use the other invoice.", ("invoice-1.png", "invoice-2.png", "b"), "invoice-1.png", ("invoice-2.png",), ()),
        ("Use the other one.", ("a.png",), "", (), ()),
    ],
)  # fmt: skip
def test_the_other_one_is_another_than_the_one_in_use(
    sentence: str, attached: tuple[str, ...], in_use: str, names: tuple[str, ...], candidates: tuple[str, ...]
) -> None:
    """Of more than one other it must be asked which."""
    request = document_request(sentence, attached, in_use)
    assert request is not None
    assert (request.names, request.candidates) == (names, candidates)


@pytest.mark.parametrize("sentence", ["Use the other side.", "Take another look.", "the other day", "打开另一扇窗"])
def test_others_that_are_no_documents_are_left_alone(sentence: str) -> None:
    """They are about something else."""
    assert document_request(sentence, ATTACHED, "invoice.png") is None


@pytest.mark.parametrize(
    ("before", "sentence", "name"),
    [
        ("Which documents do you have?", "the second one", "letter_from_bank.pdf"),
        ("有哪些文件？", "第二个", "letter_from_bank.pdf"),
        ("Use the invoice.", "the last one", "worksheet-4.png"),
        ("用发票", "另一个", ""),
        ("Which documents do you have?", "What is the total?", ""),
        ("Forget the invoice.", "the second one", ""),
    ],
)
def test_a_document_may_be_chosen_after_a_list(before: str, sentence: str, name: str) -> None:
    """Or after another was put in use; after one was dropped nothing more is done."""
    asked = document_request(before, ATTACHED)
    assert asked is not None
    chosen = document_choice(sentence, asked, ATTACHED, "invoice.png")
    assert (chosen.names if chosen else ()) == ((name,) if name else ())


@pytest.mark.parametrize(
    ("sentence", "attached", "candidates"),
    [
        ("Use the invoice.", ("invoice-1.png", "invoice-5.png", "letter.png"), ("invoice-1.png", "invoice-5.png")),
        ("Use the invoice.", ("invoice.png", "invoice-2.png"), ("invoice.png", "invoice-2.png")),
        ("Forget the document.", ("a.png", "b.png"), ("a.png", "b.png")),
        ("Forget the bill.", ("invoice.png", "bill.png"), ("invoice.png", "bill.png")),
        ("用发票", ("发票1.png", "发票2.png"), ("发票1.png", "发票2.png")),
        ("Use the contract.", ATTACHED, ()),
        ("Use the may invoice.", ("invoice-march.png",), ()),
        ("Forget the fifth document.", ATTACHED, ()),
        ("忘掉合同", ATTACHED, ()),
        ("forget report", ATTACHED, ()),
        ("Use the invoice.", (), ()),
    ],
)  # fmt: skip
def test_it_does_not_guess(sentence: str, attached: tuple[str, ...], candidates: tuple[str, ...]) -> None:
    """Between two that fit, and for one that is not attached, no name is given."""
    request = document_request(sentence, attached)
    assert request is not None
    assert (request.names, request.candidates) == ((), candidates)


@pytest.mark.parametrize(
    ("sentence", "attached", "name"),
    [
        ("Use the April invoice.", ("invoice-march.png", "invoice-april.png"), "invoice-april.png"),
        ("Use the second invoice.", ("letter.png", "invoice-a.png", "invoice-b.png"), "invoice-b.png"),
        ("Use invoice two.", ("invoice-1.png", "invoice-2.png"), "invoice-2.png"),
        ("Use the letter from the bank.", ("letter-bank.png", "letter-landlord.png"), "letter-bank.png"),
        ("Forget the document.", ("scan0001.png",), "scan0001.png"),
        ("Use invoice.png", ("invoice.png", "invoice-2.png"), "invoice.png"),
        ("Use the rental agreement.", ("RentalAgreement.pdf", "agreement-gym.pdf"), "RentalAgreement.pdf"),
        ("用第二张发票", ("信.png", "发票1.png", "发票2.png"), "发票2.png"),
    ],
)
def test_a_further_word_decides(sentence: str, attached: tuple[str, ...], name: str) -> None:
    """Of several of a kind, the one whose name has that word, or that number."""
    request = document_request(sentence, attached)
    assert request is not None
    assert request.names == (name,)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "   ",
        "What is the total on this invoice?",
        "Use the invoice to find the total.",
        "What documents do I need for the visa?",
        "Which files must be sent to the office?",
        "Forget it.",
        "Forget the meeting.",
        "Forget what I said.",
        "Drop me a line.",
        "Use the force.",
        "Take the bus.",
        "Open the window, please.",
        "Close the door.",
        "Should I use the invoice?",
        "Look at page two.",
        "Is the letter signed?",
        "How do I use the form?",
        "需要带哪些文件？",
        "办签证要哪些文件？",
        "发票上的总额是多少？",
        "用发票上的日期算一下",
        "忘了吧",
        "不用谢",
        "忘掉会议",
        "这封信是谁写的？",
        "看看天气",
        "关掉灯",
        "信里说了什么？",
        "Take notes.",
        "Use form letters.",
        "Forget all of it.",
        "Open windows.",
    ],
)
def test_other_sentences_are_left_alone(sentence: str) -> None:
    """A question about a document is no request, nor is a request about anything else."""
    assert document_request(sentence, ATTACHED) is None


@pytest.mark.parametrize(
    "sentence", ["Use all documents.", "use all", "Use all of them again", "用所有文件", "请用全部"]
)
def test_all_are_to_be_used(sentence: str) -> None:
    """Which ends that one of them is."""
    request = document_request(sentence, ATTACHED)
    assert request is not None and (request.action, request.names) == ("switch", ATTACHED)


INVOICES = ("invoice-march.png", "invoice-5.png")


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The second one.", "invoice-5.png"),
        ("the first one please", "invoice-march.png"),
        ("March", "invoice-march.png"),
        ("I mean the March one", "invoice-march.png"),
        ("invoice five", "invoice-5.png"),
        ("invoice-5.png", "invoice-5.png"),
        ("第二个", "invoice-5.png"),
        ("第一张吧。", "invoice-march.png"),
        ("What is the total?", None),
        ("the letter", None),
        ("the invoice", None),
        ("", None),
        ("The second one says what it costs", None),
    ],
)
def test_one_is_chosen(sentence: str, name: str | None) -> None:
    """After "Which one?", by what tells the candidates apart; any other sentence chooses none."""
    asked = document_request("Use the invoice.", INVOICES)
    assert asked is not None and asked.candidates == INVOICES
    choice = document_choice(sentence, asked)
    assert (choice.names if choice else None) == ((name,) if name else None)


@pytest.mark.parametrize("sentence", ["Both.", "all of them", "两个都要", "都要"])
def test_both_are_chosen(sentence: str) -> None:
    """Where they are to be dropped."""
    asked = document_request("Forget the invoice.", INVOICES)
    assert asked is not None
    choice = document_choice(sentence, asked)
    assert choice is not None and (choice.action, choice.names) == ("drop", INVOICES)


@given(
    st.sampled_from(["use", "forget", "switch to", "drop", "用", "忘掉", "把", "list", "which documents"]),
    st.text(max_size=40),
    st.lists(st.text(max_size=12), max_size=4, unique=True),
)
def test_anything_is_heard(verb: str, rest: str, attached: list[str]) -> None:
    """No sentence fails; names and candidates are attached ones, and never both are given."""
    request = document_request(f"{verb} {rest}", attached)
    if request is not None:
        assert set(request.names) | set(request.candidates) <= set(attached)
        assert not (request.names and request.candidates)
        assert len(request.candidates) != 1


@given(st.sampled_from(ATTACHED), st.permutations(ATTACHED))
def test_a_name_is_always_found(name: str, attached: list[str]) -> None:
    """Whatever the order of the attached ones, a document is found by its file name."""
    request = document_request(f"Use {name}", attached) or document_request(f"用{name}", attached)
    assert request is not None
    assert request.names == (name,)
