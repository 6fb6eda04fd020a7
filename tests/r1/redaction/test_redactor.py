from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.errors import RedactionError, SettingsError
from r1.redaction import RedactionOptions, Redactor, redactor
from r1.redaction.detectors import Detector
from r1.redaction.placeholders import PLACEHOLDER
from tests.conftest import ROOT
from tests.r1.redaction.texts import KEY_BEGIN, KEY_BODY, KEY_END, VALUES, restored
from text.marks import find_marks
from text.prompt import PromptPage, PromptParts, build_prompt

REDACTOR = Redactor()
ALL_VALUES = [value for values in VALUES.values() for value in values]
FILLING = st.sampled_from(
    [
        "请联系",
        "谢谢，",
        " and ",
        "\n",
        " ",
        ". ",
        ": ",
        "[a.png p1 l4] ",
        "Total $420.00",
        "3号楼",
        "<b>",
        "，",
        "password: ",
    ]
)
ODD = st.sampled_from(
    [
        *(
            "<",
            ">",
            "[",
            "]",
            "@",
            "+",
            "1",
            "12",
            "0",
            "-",
            ".",
            ":",
            "//",
            "=",
            "&lt;",
            "\ufffc",
            "\ud800",
            "是",
            "为",
            "'",
        ),
        *(
            "EMAIL_1>",
            "<EMAIL_1>",
            "<email 2>",
            "＜PHONE\\_1＞",
            "&lt;SECRET-1&gt;",
            "<EMAIL_",
            "_1>",
            "x",
            "<NATIONAL_ID_1>",
        ),
        *("[a p1 l1]", " p1 l2]", "password=", "Bearer ", "http://", KEY_BEGIN, KEY_END, KEY_BODY, "<think>", "\x00"),
    ]
)
TEXTS = st.lists(st.one_of(st.sampled_from(ALL_VALUES), FILLING, ODD, st.text(max_size=8)), max_size=12).map("".join)
CUTS = st.lists(st.integers(0, 400), max_size=12)


@given(TEXTS, CUTS)
def test_what_was_taken_comes_back(text: str, cuts: list[int]) -> None:
    """Redacting and restoring gives the very same text, whatever it is and however the stream is cut."""
    redaction = REDACTOR.redact(text)
    assert restored(redaction, redaction.text, cuts) == text


@given(
    st.lists(st.tuples(st.sampled_from(ALL_VALUES), st.sampled_from(["，", "\n", "。请联系", " / ", "; "])), max_size=8)
)
def test_no_value_remains(parts: list[tuple[str, str]]) -> None:
    """No value can be read in the redacted text, and equal values have one placeholder."""
    redaction = REDACTOR.redact("".join(value + between for value, between in parts))
    assert [value for value, _between in parts if value in redaction.text] == []
    assert sum(redaction.counts.values()) == len({value for value, _between in parts})
    assert len(PLACEHOLDER.findall(redaction.text)) == len(parts)


@given(TEXTS)
def test_placeholders_are_not_redacted_again(text: str) -> None:
    """A redacted text that is redacted once more keeps every placeholder, in order."""
    once = REDACTOR.redact(text)
    twice = REDACTOR.redact(once.text)
    kept = iter([found[0] for found in PLACEHOLDER.finditer(twice.text)])
    assert all(found[0] in kept for found in PLACEHOLDER.finditer(once.text))
    assert restored(once, restored(twice, twice.text)) == text


@given(
    st.lists(st.sampled_from(["word ", "字", "，", "12 ", "$420.00 ", "\n", "[a.png p1 l4] ", "7:50 ", "<b>"])).map(
        "".join
    )
)
def test_a_text_without_values_passes_unchanged(text: str) -> None:
    """Words, amounts, times, tags and marks stay as they are, and nothing is counted."""
    redaction = REDACTOR.redact(text)
    assert (redaction.text, dict(redaction.counts)) == (text, {})


def test_a_realistic_text_is_redacted_once_and_for_all() -> None:
    """The second redaction finds nothing left, also where a placeholder stands after a label."""
    once = REDACTOR.redact("password: hunter2, mail alice@example.com, 手机13800138000, key https://u:p@example.com")
    assert dict(once.counts) == {"secret": 1, "email": 1, "phone": 1, "url_credentials": 1}
    assert REDACTOR.redact(once.text).text == once.text


def test_numbering_avoids_what_the_text_has() -> None:
    """A placeholder that stands in the text, in any writing that is read, is given to no value."""
    redaction = REDACTOR.redact("<EMAIL_1> &lt;email 2&gt; ＜EMAIL-3＞ a@example.com b@example.com a@example.com")
    assert redaction.text == "<EMAIL_1> &lt;email 2&gt; ＜EMAIL-3＞ <EMAIL_4> <EMAIL_5> <EMAIL_4>"
    assert dict(redaction.counts) == {"email": 2}


def test_marks_stay_marks() -> None:
    """Marks of pages come through unchanged; of a document's name only a value in it is replaced."""
    page = PromptPage("scan 13800138000.png", 1, ("Phone: 555-0142", "Total $420.00"))
    prompt = build_prompt(PromptParts("Who is [x p1 l1]?", (page, PromptPage("plan.pdf", 2, ("a@example.com",)))))
    redaction = REDACTOR.redact(prompt)
    assert [str(mark) for mark in find_marks(redaction.text)] == [
        "[invoice.png p1 l4]",  # the example in the instructions
        "[scan <PHONE_1>.png p1 l1]",
        "[scan <PHONE_1>.png p1 l2]",
        "[plan.pdf p2 l1]",
    ]
    assert "p1 l1] Phone: <PHONE_2>\n" in redaction.text and "Who is [x p1 l1\\]?" in redaction.text
    assert restored(redaction, redaction.text) == prompt


def test_a_mark_is_no_part_of_a_value() -> None:
    """A key that runs over the lines of a page goes line by line, and the marks between stay."""
    lines = [KEY_BEGIN, KEY_BODY, KEY_END, "the end"]
    text = "\n".join(f"[key.png p1 l{number}] {line}" for number, line in enumerate(lines, 1))
    redaction = REDACTOR.redact(text)
    assert redaction.text == (
        "[key.png p1 l1] <SECRET_1>\n[key.png p1 l2] <SECRET_2>\n[key.png p1 l3] <SECRET_3>\n[key.png p1 l4] the end"
    )
    assert restored(redaction, redaction.text) == text


def test_nothing_shows_the_values() -> None:
    """Neither the redaction's text form, nor its counts, nor a restorer's, holds a value or the prompt."""
    redaction = REDACTOR.redact("The canary is canary@example.com")
    assert "canary" not in f"{redaction!r} {redaction} {redaction.counts} {redaction.restorer()!r}"
    assert "'email': 1" in repr(redaction)


def test_kinds_can_be_chosen() -> None:
    """Only the kinds that were asked for are taken."""
    redactor_of_mail = Redactor(RedactionOptions(frozenset({"email"})))
    assert redactor_of_mail.redact("a@example.com 13800138000").text == "<EMAIL_1> 13800138000"
    assert Redactor(RedactionOptions(frozenset())).redact("a@example.com").text == "a@example.com"


def test_unusable_options_are_refused() -> None:
    """A kind that does not exist, or a region that is no country code, is named when the options are made."""
    with pytest.raises(SettingsError, match="redaction of names is unknown: use secret"):
        RedactionOptions(frozenset({"names"}))
    with pytest.raises(SettingsError, match="'usa'"):
        RedactionOptions(regions=("usa",))


def test_any_fault_fails_closed_and_tells_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception becomes a RedactionError that carries neither the text nor the first error."""

    def broken(text: str) -> list[tuple[int, int]]:
        raise ValueError(f"cannot read {text}")

    def detectors(_options: RedactionOptions) -> Mapping[str, Detector]:
        return {"secret": broken}

    monkeypatch.setattr(redactor, "detectors_for", detectors)
    with pytest.raises(RedactionError, match=r"ValueError.*nothing was sent: report it") as caught:
        Redactor().redact("canary")
    assert caught.value.__context__ is None and caught.value.__cause__ is None
    assert "cannot read" not in "".join(traceback.format_exception(caught.value))


def test_more_values_than_numbers_fail_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the numbers run out, nothing is sent."""
    monkeypatch.setattr(redactor, "HIGHEST_NUMBER", 2)
    with pytest.raises(RedactionError, match="send a shorter one"):
        Redactor().redact("a@example.com b@example.com c@example.com")


def test_importing_is_cheap() -> None:
    """The large number libraries are loaded by the first text that needs them, not before."""
    program = (
        "import sys; from r1.redaction import Redactor; Redactor().redact('Total $420.00');"
        "print([name for name in ('phonenumbers', 'stdnum') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
