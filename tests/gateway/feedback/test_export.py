"""Training data: only what is consented, in the same order each time, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import exc, text

from gateway.database import Database
from gateway.errors import GatewayError
from gateway.feedback.correction import KeptCorrection, Texts
from gateway.feedback.export import described, manifest_of, write_export
from gateway.feedback.form import Form
from gateway.feedback.samples import Unfit, line, unfit
from gateway.feedback.store import FeedbackStore, Selection
from tests.gateway.feedback.corrections import Clock, correction

NORTH = Selection("north")


@pytest.fixture
def filled(store: FeedbackStore, clock: Clock) -> FeedbackStore:
    """Five corrections, one of them without a question and one whose answer holds what was taken out."""
    for number in range(3):
        store.keep(correction(number))
        clock.move(hours=1)
    store.keep(correction(3, prompt=""))
    store.keep(correction(4, corrected="Item 4 costs 5 euros: ask <EMAIL_1>, she knows everything about it."))
    return store


def test_forms() -> None:
    """As OpenAI's API takes them, with line ends and separators of any kind inside the strings."""
    texts = Texts("五元", "六元\n\u2028“六”", "多少？")
    chat = json.loads(line(texts, Form.CHAT))
    assert chat == {
        "messages": [{"role": "user", "content": "多少？"}, {"role": "assistant", "content": texts.corrected}]
    }
    pair = json.loads(line(texts, Form.PREFERENCE))
    assert pair["preferred_output"] == [{"role": "assistant", "content": texts.corrected}]
    assert pair["non_preferred_output"] == [{"role": "assistant", "content": "五元"}]
    assert pair["input"] == {"messages": [{"role": "user", "content": "多少？"}]}
    assert line(texts, Form.CHAT).count(b"\n") == 1 and "六".encode() in line(texts, Form.CHAT)


def test_what_makes_no_sample() -> None:
    """An answer to nothing, and one that could only be made up; a value that the question has may be repeated."""
    assert unfit(Texts("a", "b", " \n")) is Unfit.WITHOUT_PROMPT
    assert unfit(Texts("a", "b <EMAIL_2>", "c <EMAIL_1>")) is Unfit.HIDDEN_VALUE
    assert unfit(Texts("a <PHONE_1>", "b < email_1 >", "c <EMAIL_1>")) is None
    assert line(Texts("a", "b", ""), Form.CHAT) == b""


def test_written_as_described(filled: FeedbackStore, tmp_path: Path) -> None:
    """The dry run says to the byte what is then written; twice the same; for the owner alone; nothing else is left."""
    folder = tmp_path / "out"
    folder.mkdir()
    for form in Form:
        file = folder / f"{form}.jsonl"
        planned = described(filled.corrections(NORTH), form)
        written = write_export(filled.corrections(NORTH), form, file)
        content = file.read_bytes()
        assert planned == written and write_export(filled.corrections(NORTH), form, file) == written
        assert hashlib.sha256(content).hexdigest() == written.sha256 and len(content) == written.bytes
        assert written.rows == content.count(b"\n") == 3
        assert written.left_out == {"hidden_value": 1, "without_prompt": 1}
        assert (written.languages, written.models) == ({"en": 3}, {"r1-standard": 3})
        assert written.first_created_at == "2026-11-24T12:00:00.000Z" < written.last_created_at
        assert json.loads(manifest_of(file).read_text(encoding="utf-8")) == written.to_json()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(list(folder.iterdir())) == 4


def test_selected_by_language_and_day(filled: FeedbackStore) -> None:
    """And by nothing else: another tenant's are not there to be selected."""
    assert len(list(filled.corrections(Selection("north", since="2026-11-24T13:00:00.000Z")))) == 4
    assert not list(filled.corrections(Selection("north", language="zh")))
    assert not list(filled.corrections(Selection("south")))


def test_broken_off_it_leaves_what_was_there(filled: FeedbackStore, tmp_path: Path) -> None:
    """Neither half a file nor a temporary one."""
    file = tmp_path / "data" / "x.jsonl"
    file.parent.mkdir()
    file.write_text("old", encoding="utf-8")

    def breaks() -> Iterator[KeptCorrection]:
        yield from list(filled.corrections(NORTH))[:1]
        raise OSError(28, "No space left on device")

    with pytest.raises(GatewayError, match=r"x\.jsonl: this cannot be written \(No space left"):
        write_export(breaks(), Form.CHAT, file)
    assert [(entry.name, entry.read_text(encoding="utf-8")) for entry in file.parent.iterdir()] == [("x.jsonl", "old")]


def test_nothing_is_not_written(store: FeedbackStore, tmp_path: Path) -> None:
    """An empty export would take the place of a good one."""
    with pytest.raises(GatewayError, match="no correction that makes a sample"):
        write_export(store.corrections(NORTH), Form.CHAT, tmp_path / "x.jsonl")
    assert not (tmp_path / "x.jsonl").exists()


def test_the_table_holds_nothing_without_consent(filled: FeedbackStore, database: Database) -> None:
    """Not even if somebody writes it there."""
    with pytest.raises(exc.IntegrityError), database.writing() as connection:
        connection.execute(text("UPDATE feedback_corrections SET consent = 0"))
