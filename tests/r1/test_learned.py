"""What is remembered of models, within a process and over runs."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from r1.learned import LearnedModels, ModelKey, known_to_think

MODEL = ModelKey("http://gpu:8000/v1", "llama-3")


def test_what_was_shown_is_there_in_the_next_run(tmp_path: Path) -> None:
    """By server and model: another server's model of the same name is another model."""
    file = tmp_path / "state" / "models.json"
    LearnedModels(file).note(MODEL, "plain")
    again = LearnedModels(file)
    assert again.shown(MODEL) == "plain"
    assert again.shown(ModelKey("http://other/v1", "llama-3")) is None


@pytest.mark.parametrize("name", ["deepseek-r1:7b", "QwQ-32B", "qwen3-8b", "gpt-oss:20b", "Kimi-K2-Thinking"])
def test_one_plain_reply_does_not_make_a_thinker_plain(name: str) -> None:
    """It may have skipped thinking once."""
    learned, key = LearnedModels(), ModelKey("http://gpu:8000/v1", name)
    learned.note(key, "plain")
    assert learned.shown(key) is None
    assert known_to_think(name)


def test_a_model_that_has_thought_in_a_field_stays_one_that_thinks() -> None:
    """A later reply without thoughts changes nothing."""
    learned = LearnedModels()
    learned.note(MODEL, "field")
    learned.note(MODEL, "plain")
    assert learned.shown(MODEL) == "field"


@pytest.mark.parametrize("content", ["{", "[1]", '{"x": 7}', "\xff"])
def test_a_spoilt_file_costs_the_memory_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    """It is learned anew, and written over."""
    file = tmp_path / "models.json"
    file.write_bytes(content.encode("latin-1"))
    with caplog.at_level(logging.WARNING):
        learned = LearnedModels(file)
    assert learned.shown(MODEL) is None
    learned.note(MODEL, "field")
    assert LearnedModels(file).shown(MODEL) == "field"


def test_a_file_that_cannot_be_written_fails_no_call(tmp_path: Path) -> None:
    """What was learned holds for this run."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    learned = LearnedModels(blocked / "models.json")
    learned.note(MODEL, "field")
    assert learned.shown(MODEL) == "field"
