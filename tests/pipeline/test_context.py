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
