"""Conversations to be summarised, made and drawn, and what must not be in a summary of them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from pipeline.context import Exchange, Summariser
from pipeline.events import Citation
from pipeline.testing import VirtualClock
from stages.summary import ExtractiveOptions, ExtractiveSummariser
from text.facts import Evidence, facts_in
from text.marks import safe_name
from text.summary import parse_summary

NOTED = "Thank you, I will remember that in this conversation."
INVOICE = Citation("invoice.png", 1, 3, "Total $420.00")
ENGLISH = (
    Exchange("Hello!", "Hello. Show me a document and ask me about it."),
    Exchange("My sister is called Mei and her flat number is 47.", NOTED),
    Exchange("What is the total on this invoice?", "The total is $420.00.", (INVOICE,)),
    Exchange("When does bus 12 leave?", "8:05.", (Citation("times.png", 1, 2, "12 8:05"),)),
    Exchange("What is the discount?", "I cannot find that in the document."),
    Exchange("What is my sister called?", "Your sister is Mei."),
    Exchange("I am allergic to nuts, what is the tax?", "The tax is $20.00.", (INVOICE,)),
    Exchange("Thanks.", "You are welcome."),
)
CHINESE = (
    Exchange("你好！", "您好。请给我看一份文件，然后提问。"),
    Exchange("我的妹妹叫小梅，她住在四十七号。", "好的，我记住了。"),
    Exchange("总额是多少？", "总额是420元。", (Citation("发票.png", 1, 3, "总额：420元"),)),
    Exchange("折扣是多少？", "我在文件里找不到这一点。"),
    Exchange("谢谢", "不客气。"),
)


def extract(exchanges: Sequence[Exchange], summary: str = "", longest_tokens: int = 500) -> str:
    """The extractive summary."""
    summariser: Summariser = ExtractiveSummariser(ExtractiveOptions(longest_tokens))
    return VirtualClock().run(summariser.summarise(summary, exchanges))


PIECES = st.sampled_from(
    "my sister is called Mei|I live at 47|我的妹妹叫小梅|她住在四十七号|What is the total?|总额是多少？|8:05|No.|是的。"
    "|The total is $420.00.|Actually,|I cannot find that.|→|- |The user said:|用户说过：|(a.png p1)|我|!|1,200|twelve"
    "|\n|Hello|and then|but|，|My code is 5.|My code is 7.|The user has a dog.|Dr. Brown".split("|")
)
TEXTS = st.lists(PIECES, max_size=8).map(" ".join) | st.text(max_size=60)
EXCHANGES = st.lists(
    st.builds(
        Exchange,
        TEXTS,
        TEXTS,
        st.lists(st.builds(Citation, st.text(max_size=8), st.just(1), st.just(2), TEXTS), max_size=2).map(tuple),
    ),
    max_size=6,
)


def invented(made: str, summary: str, exchanges: Sequence[Exchange]) -> frozenset[str]:
    """The numbers and names in a summary that its source does not hold."""
    source = [summary, *(f"{each.question}\n{each.answer}" for each in exchanges)]
    source += [
        f"{safe_name(cited.document)} p{cited.page} {cited.quote}" for each in exchanges for cited in each.citations
    ]
    evidence, parts = Evidence("\n".join(source)), parse_summary(made)
    return frozenset().union(*(evidence.lacks(facts_in(text)) for text in (parts.prose, *parts.told, *parts.answered)))
