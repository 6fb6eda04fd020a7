"""`check`: the shipped parts and a user's own, judged by files."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
import yaml

from commands.assembly import Workshop
from tests.commands.conftest import RunCommand
from tests.commands.documents import blank
from tests.commands.sound_pairs import CHINESE, DOCUMENTS, SOUNDS, sample
from tests.conftest import ROOT

# ----------------------------------------------------------------------------------------------------------------- asr


def test_the_shipped_samples_pass(command: RunCommand) -> None:
    """`check asr assets/audio/en` passes with the shipped model, one row a file."""
    outcome = command("check", "asr", SOUNDS)
    assert outcome.code == 0, outcome.out
    files = list(SOUNDS.glob("*.wav"))
    assert outcome.out.count("pass ") == len(files) == 20
    assert f"{len(files)} of {len(files)} passed" in outcome.out
    assert all(file.name in outcome.out for file in files)


def test_a_wrong_expectation_fails(command: RunCommand, tmp_path: Path) -> None:
    """It is shown what was expected and what was heard, with a letter below each word that differs."""
    sample(tmp_path / "s", "time")
    sample(tmp_path / "s", "invoice-due", "When was the big invoice paid?")
    outcome = command("check", "asr", "s")
    assert outcome.code == 1
    assert "FAIL   s/invoice-due.wav" in outcome.out
    assert "WER 50.0 % (3 in 6 words), where 25.0 % is allowed" in outcome.out
    lines = outcome.out.splitlines()
    (top,) = (number for number, line in enumerate(lines) if line.strip().startswith("expected"))
    assert lines[top].split() == "expected when was the big invoice paid".split()
    assert lines[top + 1].split() == "heard when is the *** invoice due".split()
    assert lines[top + 2].split() == ["S", "D", "S"]
    assert lines[top + 2].index("D") == lines[top].index("big")
    assert "1 of 2 passed" in outcome.out
    assert "--asr-model small" in outcome.err


def test_the_limit_is_the_users(command: RunCommand, tmp_path: Path) -> None:
    """`--max-wer` moves it; beyond 0..1 it is refused, so that 25 is not taken for a percentage."""
    file = sample(tmp_path / "s", "time", "What time was it?")
    assert command("check", "asr", file).code == 0
    assert command("check", "asr", file, "--max-wer", "0.2").code == 1
    assert command("check", "asr", file, "--max-wer", "25").code == 2


def test_a_broken_file_is_a_row_and_the_rest_goes_on(command: RunCommand, tmp_path: Path) -> None:
    """Its message names it; the next file is still judged."""
    (tmp_path / "a.wav").write_text("no sound", encoding="utf-8")
    (tmp_path / "a.txt").write_text("Hello", encoding="utf-8")
    sample(tmp_path, "time")
    outcome = command("check", "asr", ".", "--json")
    assert outcome.code == 1
    broken, good = outcome.object["cases"]
    assert (broken["name"], broken["verdict"], good["verdict"]) == ("a.wav", "error", "passed")
    assert "a.wav: this is not an audio file" in broken["failures"][0]
    assert "--asr-model" not in outcome.err


def test_silence_that_is_expected(command: RunCommand, silence: Path) -> None:
    """An empty text says that nothing is to be heard."""
    silence.with_suffix(".txt").write_text("\n", encoding="utf-8")
    assert command("check", "asr", silence).code == 0


def test_repeated_runs(command: RunCommand, tmp_path: Path) -> None:
    """Each is in the object; the case has the median."""
    outcome = command("check", "asr", sample(tmp_path, "time"), "--repeat", "3", "--json")
    (case,) = outcome.object["cases"]
    times = sorted(run["total_ms"] for run in case["runs"])
    assert len(times) == 3
    assert case["total_ms"] == times[1]
    assert 0 < case["real_time_factor"] < 5
    assert case["sound_s"] == pytest.approx(1.5, abs=0.2)


def test_bad_places_end_before_any_work(command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file, an empty folder, a missing text, a report that cannot be written: exit code 2, nothing loaded."""
    monkeypatch.setattr(Workshop, "recognizer", None)
    file = sample(tmp_path, "time")
    (tmp_path / "empty").mkdir()
    (tmp_path / "lone").mkdir()
    shutil.copy(file, tmp_path / "lone")
    for arguments, fault in (
        ([file, "nowhere.wav"], "nowhere.wav: there is no such file or folder"),
        (["empty"], "empty: there is no sound file in this folder"),
        (["lone"], "lone/time.txt: there is no such file"),
        ([file, "--junit", "no/where.xml"], "no/where.xml: the file cannot be written"),
        ([], "Missing argument"),
        ([file, "--repeat", "0"], "--repeat"),
    ):
        outcome = command("check", "asr", *arguments)
        assert (outcome.code, outcome.out) == (2, "")
        assert fault in outcome.err


def test_chinese_needs_another_model(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped one understands English only: it is said, with the file and the remedy, before any work."""
    monkeypatch.setattr(Workshop, "recognizer", None)
    outcome = command("check", "asr", SOUNDS, CHINESE)
    assert (outcome.code, outcome.out) == (2, "")
    assert "notice-date.wav: this is Chinese, and the shipped speech model understands English only" in outcome.err
    assert "--asr-model small" in outcome.err


def test_an_asked_language_is_the_recognisers(command: RunCommand, tmp_path: Path) -> None:
    """It says itself which it does not know; `auto` leaves it to the script."""
    file = sample(tmp_path, "time")
    unknown, other = (
        command("check", "asr", file, "--language", "xx"),
        command("check", "asr", file, "--language", "zh"),
    )
    assert (unknown.code, other.code) == (2, 2)
    assert "no language code" in unknown.err
    assert "language 'zh' was asked for" in other.err
    assert command("check", "asr", file, "--language", "auto").code == 0
    assert command("check", "asr", CHINESE, "--language", "auto").code == 2


def test_junit(command: RunCommand, tmp_path: Path) -> None:
    """The report is written beside what is printed, also when something failed."""
    sample(tmp_path / "s", "time")
    sample(tmp_path / "s", "letter-date", "Who are you?")
    assert command("check", "asr", "s", "--junit", "report.xml").code == 1
    (suite,) = Tree.fromstring((tmp_path / "report.xml").read_bytes())
    assert [suite.get(key) for key in ("name", "tests", "failures", "errors")] == ["check asr", "2", "1", "0"]


# ----------------------------------------------------------------------------------------------------------------- ocr


def test_documents(command: RunCommand, tmp_path: Path) -> None:
    """English, Chinese and a PDF of two pages pass; a wrong expectation and a file that is no document do not."""
    for name in ("invoice.png", "notice-zh.png", "report.pdf"):
        shutil.copy(DOCUMENTS / name, tmp_path)
        shutil.copy((DOCUMENTS / name).with_suffix(".txt"), tmp_path)
    outcome = command("check", "ocr", ".", "--json")
    assert outcome.code == 0, outcome.out
    cases = {case["name"]: case for case in outcome.object["cases"]}
    assert {case["measure"] for case in cases.values()} == {"cer"}
    assert (cases["report.pdf"]["pages"], cases["notice-zh.png"]["language"]) == (2, "zh")
    assert cases["report.pdf"]["first_output_ms"] < cases["report.pdf"]["total_ms"]
    invoice = (tmp_path / "invoice.txt").read_text(encoding="utf-8")
    (tmp_path / "invoice.txt").write_text(invoice.replace("Fernhill Bicycle", "Bernhill Tricycle"), encoding="utf-8")
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 no more")
    outcome = command("check", "ocr", "invoice.png", "report.pdf", "--max-cer", "0.001")
    assert outcome.code == 1
    assert "Bernhill" in outcome.out
    assert "ERROR  report.pdf" in outcome.out


def test_a_blank_page_that_is_expected(command: RunCommand, tmp_path: Path) -> None:
    """An empty text says that there is nothing to read."""
    blank(tmp_path / "blank.png").with_suffix(".txt").write_text("", encoding="utf-8")
    assert command("check", "ocr", "blank.png").code == 0


# ----------------------------------------------------------------------------------------------------------------- tts


def test_the_voice_is_understood(command: RunCommand) -> None:
    """The line that is said by default is heard word for word, with its times."""
    outcome = command("check", "tts", "--repeat", "2", "--json")
    (case,) = outcome.object["cases"]
    assert (outcome.code, case["error_rate"]) == (0, 0.0), case
    assert case["sound_s"] > 1
    assert 0 < case["first_output_ms"] < 5000


def test_a_line_that_is_not_understood(command: RunCommand) -> None:
    """Outside its domain the shipped model fails, and it is said why; what cannot be said or heard is bad input."""
    outcome = command("check", "tts", "Purple giraffes whistle beneath Andromeda.")
    assert outcome.code == 1
    assert "Purple giraffes" in outcome.out
    assert "samples only" in outcome.err
    assert command("check", "tts", "…").code == 2
    assert command("check", "tts", "你好").code == 2


# ---------------------------------------------------------------------------------------------------------------- turn


def test_the_shipped_turns_pass(command: RunCommand) -> None:
    """A spoken question in English and a typed one in Chinese, each about a document."""
    outcome = command("check", "turn", ROOT / "assets" / "checks", "--json")
    assert outcome.code == 0, outcome.out
    cases: list[dict[str, Any]] = outcome.object["cases"]
    spoken = next(case for case in cases if case["expected"])
    assert (spoken["measure"], spoken["error_rate"]) == ("wer", 0.0)
    assert sum(line["ms"] for line in spoken["lines"]) == pytest.approx(spoken["total_ms"], abs=1.0)
    assert spoken["citations"][0]["document"] == "invoice.png"


def test_a_turn_that_is_not_as_it_should_be(command: RunCommand, tmp_path: Path) -> None:
    """All that is wrong is listed, a sentence each; a document that cannot be read makes an error."""
    (tmp_path / "bad.png").write_bytes(b"no picture")
    written = {
        "text": "What is the total on this invoice?",
        "documents": [str(DOCUMENTS / "invoice.png")],
        "answer": "nine hundred",
        "forbidden": [r"\$\d+"],
        "citation": {"document": "invoice.png", "page": 1, "line": 1},
        "budgets": {"total": 0},
    }
    (tmp_path / "a.yaml").write_text(json.dumps(written), encoding="utf-8")
    (tmp_path / "b.yaml").write_text("text: What?\ndocuments: bad.png\nanswer: a", encoding="utf-8")
    outcome = command("check", "turn", ".", "--junit", "report.xml")
    assert outcome.code == 1
    for fault in (
        "FAIL   a.yaml",
        "the answer should match “nine hundred”, and is “The total is $420.00.”",
        "the answer must not contain “$420”",
        "the answer should cite invoice.png, page 1, line 1, and cites invoice.png, page 1, line 17",
        "budget total:",
        "ERROR  b.yaml",
        "bad.png: is not a document that can be read",
        "0 of 2 passed",
    ):
        assert fault in outcome.out
    (suite,) = Tree.fromstring((tmp_path / "report.xml").read_bytes())
    assert [suite.get(key) for key in ("failures", "errors")] == ["1", "1"]


def test_a_case_that_cannot_be_used(command: RunCommand, tmp_path: Path) -> None:
    """An unknown key ends the command, with the keys there are."""
    (tmp_path / "a.yaml").write_text("text: What?\nanswers: a", encoding="utf-8")
    outcome = command("check", "turn", "a.yaml")
    assert (outcome.code, outcome.out) == (2, "")
    assert "a.yaml: 'answers' is not a key; known: audio, text, documents" in outcome.err


def test_a_spoken_chinese_turn_needs_another_model(command: RunCommand, tmp_path: Path) -> None:
    """As with `check asr`."""
    sound = CHINESE / "notice-date.wav"
    (tmp_path / "a.yaml").write_text(f"audio: {sound}\ntranscript: 停水日期是哪天\n", encoding="utf-8")
    outcome = command("check", "turn", "a.yaml")
    assert outcome.code == 2
    assert "a.yaml: this is Chinese" in outcome.err


# ------------------------------------------------------------------------------------------------------- docs and help


def test_the_documented_object_is_real(command: RunCommand, tmp_path: Path) -> None:
    """The one in docs/testing.md has the very keys, and comes from the very case that is shown there."""
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    (shown,) = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    sample(tmp_path / "samples", "invoice-due", "When was the big invoice paid?")
    made = command("check", "asr", "samples", "--json").object
    (case,), (shown_case,) = made["cases"], shown["cases"]
    assert set(made) == set(shown)
    assert set(made["summary"]) == set(shown["summary"])
    assert set(case) == set(shown_case)
    assert set(case["runs"][0]) == set(shown_case["runs"][0])
    for key in ("name", "verdict", "failures", "heard", "expected", "error_rate", "sound_s"):
        assert case[key] == shown_case[key]


def test_the_documented_case_is_the_shipped_one() -> None:
    """As YAML, the one in docs/testing.md says what the file says that it names."""
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n# (assets/checks/\S+)\n(.*?)```", page, re.DOTALL)
    assert yaml.safe_load(shown[1]) == yaml.safe_load((ROOT / shown[0]).read_text(encoding="utf-8"))


def test_help_names_the_four(command: RunCommand) -> None:
    """Without a verb of its own, `check` lists what can be checked, each in a whole sentence."""
    outcome = command("check", "--help")
    assert outcome.code == 0
    for verb in ("asr", "ocr", "tts", "turn"):
        assert f"\n  {verb} " in outcome.out
    assert "..." not in outcome.out.partition("Commands:")[2]
