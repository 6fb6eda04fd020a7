"""What a turn knows of the turns before it."""

from pipeline.context import ConversationContext, Exchange
from pipeline.events import Line, Page


def page(document: str, number: int = 1, text: str = "text") -> Page:
    return Page(document, number, 2, (Line(1, text),))


def test_fresh_documents_go_with_the_next_exchange() -> None:
    """Documents attached before a question stand with that question's exchange, and with no later one."""
    context = ConversationContext().with_pages([page("a"), page("a", 2)]).with_pages([page("b")])
    assert context.fresh_documents == ("a", "b")
    context = context.with_exchange(Exchange("q", "a")).with_exchange(Exchange("r", "b"))
    assert [exchange.documents for exchange in context.recent] == [("a", "b"), ()]
    assert context.fresh_documents == () and context.documents == ("a", "b")


def test_a_page_read_again_keeps_its_place() -> None:
    """The same document shown again replaces its pages where they stood, and is not fresh again."""
    context = ConversationContext().with_pages([page("a"), page("b")]).with_exchange(Exchange("q", "a"))
    context = context.with_pages([page("a", text="new")])
    assert [each.document for each in context.pages] == ["a", "b"] and context.pages[0].text == "new"
    assert context.fresh_documents == ()


def test_a_dropped_document_is_gone() -> None:
    """Its pages are no longer shown; the exchanges about it stay."""
    context = ConversationContext().with_pages([page("a"), page("b")]).with_exchange(Exchange("q", "a"))
    context = context.without_document("a")
    assert context.documents == ("b",) and len(context.recent) == 1


def test_compaction_keeps_documents_and_counts() -> None:
    """A summary stands for the oldest exchanges; documents are not summarised away."""
    context = ConversationContext(summary="old", covers_turns=3).with_pages([page("a")])
    for number in range(5):
        context = context.with_exchange(Exchange(f"q{number}", "a"))
    context = context.compacted("new", 4)
    assert (context.summary, context.covers_turns) == ("new", 7)
    assert [exchange.question for exchange in context.recent] == ["q4"] and context.documents == ("a",)


def talked(*documents: str) -> ConversationContext:
    """A conversation about documents that came with its first question."""
    return ConversationContext().with_pages([page(name) for name in documents]).with_exchange(Exchange("q", "a"))


def test_a_document_that_comes_to_others_is_in_use() -> None:
    """Who shows one means it; the others stay, and the next exchange takes the change over."""
    context = talked("a")
    assert context.document_in_use == ""
    context = context.with_pages([page("b")]).with_pages([page("b", 2)])
    assert context.document_in_use == "b" and context.documents == ("a", "b")
    context = context.with_exchange(Exchange("r", "b")).with_exchange(Exchange("s", "b"))
    assert [exchange.in_use for exchange in context.recent] == [None, "b", None]
    assert context.document_in_use == "b" and context.fresh_in_use is None


def test_of_several_that_come_at_once_none_is_in_use() -> None:
    """In one go or one after the other: any of the documents may be meant."""
    at_once = talked("a").with_pages([page("b"), page("c")])
    one_by_one = talked("a").with_pages([page("b")]).with_pages([page("c")])
    assert at_once == one_by_one and at_once.document_in_use == "" and at_once.fresh_in_use is None
    used = talked("a").with_pages([page("b")]).with_exchange(Exchange("r", "b"))
    assert used.with_pages([page("c"), page("d")]).fresh_in_use == ""
    assert ConversationContext().with_pages([page("a")]).with_pages([page("b")]).fresh_in_use is None


def test_a_document_is_put_in_use_and_all_are_again() -> None:
    """By name; a change back before the next question leaves no trace."""
    context = talked("a", "b")
    assert context.using("a").document_in_use == "a"
    assert context.using("a").using("") == context
    context = context.using("a").with_exchange(Exchange("r", "b")).using("")
    assert context.document_in_use == "" and context.fresh_in_use == ""


def test_a_document_in_use_that_is_dropped() -> None:
    """All others are in use then; another one that is dropped changes nothing."""
    context = talked("a", "b", "c").using("b").with_exchange(Exchange("r", "b"))
    assert context.without_document("a").document_in_use == "b"
    dropped = context.without_document("b")
    assert dropped.document_in_use == "" and dropped.fresh_in_use == ""
    assert dropped.with_pages([page("b")]).document_in_use == "b"


def test_compaction_keeps_what_is_in_use() -> None:
    """Also where the exchange that changed it is in the summary."""
    context = talked("a", "b").using("a")
    for number in range(4):
        context = context.with_exchange(Exchange(f"q{number}", "a"))
    compacted = context.compacted("summary", 3)
    assert compacted.document_in_use == compacted.in_use_before == "a"
    assert compacted.using("b").with_exchange(Exchange("r", "b")).compacted("more", 1).in_use_before == "a"
    assert compacted.using("b").with_exchange(Exchange("r", "b")).compacted("more", 3).in_use_before == "b"
