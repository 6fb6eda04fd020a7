"""What the user had heard of a reply that was broken off."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.heard import HeardReply, Spoken, heard_reply, joined

REPLY = [Spoken("The total is four hundred dollars.", 2.0), Spoken("It is due on Friday.", 1.5)]


def test_whole_words_are_kept() -> None:
    """Half of a sentence's time is about half of its words, never a part of one."""
    assert heard_reply(REPLY, ["More."], 1000) == HeardReply(
        "The total is four", "hundred dollars. It is due on Friday. More."
    )


def test_everything_heard() -> None:
    """A few milliseconds of fading at the end make no sentence unheard."""
    assert heard_reply(REPLY, [], 3470) == HeardReply("The total is four hundred dollars. It is due on Friday.", "")


def test_nothing_heard() -> None:
    """A reply broken off before its first sound was not heard."""
    assert heard_reply(REPLY[:1], [], 0) == HeardReply("", REPLY[0].text)


def test_chinese_is_cut_between_characters() -> None:
    """Chinese has no spaces: it is cut after a character, and joined without a space."""
    reply = [Spoken("总额是四百二十元。", 2.0), Spoken("星期五到期。", 1.0)]
    assert heard_reply(reply, [], 1000) == HeardReply("总额是四", "百二十元。星期五到期。")


TEXTS = st.text(st.sampled_from("ab 。,总额\n"), min_size=1, max_size=20)


@given(st.lists(st.builds(Spoken, TEXTS, st.floats(0.1, 5)), max_size=5), st.floats(0, 30_000))
def test_nothing_is_lost_or_doubled(spoken: list[Spoken], heard_ms: float) -> None:
    """Heard and unheard together are the reply, spaces aside."""
    reply = heard_reply(spoken, [], heard_ms)
    together = "".join((reply.heard + reply.unheard).split())
    assert together == "".join("".join(piece.text for piece in spoken).split())


@given(st.lists(TEXTS, max_size=5))
def test_joining_adds_only_spaces(sentences: list[str]) -> None:
    """Sentences joined are the sentences."""
    assert "".join(joined(sentences).split()) == "".join("".join(sentences).split())
