"""`infer`: a prompt in writing, or a file of them; the answer and how it came about."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.conftest import RunCommand
from tests.commands.servers import OpenAIServer
from tests.conftest import ROOT

QUESTION = "What is seventeen times twenty-three?"


def test_the_embedded_reader_answers_without_any_configuration(command: RunCommand) -> None:
    """The answer alone on the first line, and a line about who gave it."""
    outcome = command("infer", QUESTION)
    assert outcome.code == 0
    answer, about = outcome.out.strip().splitlines()
    assert answer == "17 times 23 is 391."
    assert "served by reader" in about


def test_the_object_has_the_documented_keys(command: RunCommand) -> None:
    """Answer, thoughts, usage, tries, what became of the parameters, times."""
    result = command("infer", QUESTION, "--json", "--preset", "logical").object
    assert result["answer"] == "17 times 23 is 391."
    assert "17*23" in result["thoughts"]
    assert result["finish_reason"] == "stop"
    assert result["served_by"] == "reader"
    assert [attempt["outcome"] for attempt in result["attempts"]] == ["answered"]
    assert result["attempts"][0]["usage"] == result["usage"] == result["spent"]
    assert set(result["parameters"]) == {"applied", "ignored", "rejected", "adjusted"}
    assert "stop_sequences" in result["parameters"]["applied"]
    assert result["timing"]["first_answer_ms"] <= result["timing"]["total_ms"]


def test_thoughts_are_shown_when_asked_for(command: RunCommand) -> None:
    """Streamed too; without the flag they are not."""
    assert "This is arithmetic" not in command("infer", QUESTION, "--stream").out
    shown = command("infer", QUESTION, "--stream", "--show-thinking").out
    assert shown.index("This is arithmetic") < shown.index("391.")


def test_the_prompt_may_come_from_standard_input(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a dash."""
    monkeypatch.setattr("sys.stdin", io.StringIO(QUESTION))
    assert command("infer", "-").out.startswith("17 times 23 is 391.")


def test_a_file_of_prompts_is_answered_line_by_line(command: RunCommand, tmp_path: Path) -> None:
    """Each answer with the number of its prompt; blank lines are none."""
    file = tmp_path / "prompts.txt"
    file.write_text("What is two times three?\n\nWhat is four times five?\n", encoding="utf-8")
    lines = command("infer", "--file", file).out.splitlines()
    assert sorted(line.split() for line in lines) == [
        ["1", "2", "times", "3", "is", "6."], ["2", "4", "times", "5", "is", "20."],
    ]  # fmt: skip
    results = command("infer", "--file", file, "--json").object["results"]
    assert [(entry["prompt"], entry["answer"]) for entry in results] == [
        ("What is two times three?", "2 times 3 is 6."),
        ("What is four times five?", "4 times 5 is 20."),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give one prompt, or --file"),
        (["a", "--file", "b"], "give one prompt, or --file"),
        ([" "], "the prompt is empty"),
        (["a", "--stream", "--json"], "give one of them"),
        (["a", "--preset", "poetic"], "creative, logical, realtime"),
        (["a", "--temperature", "2"], "temperature: must lie between 0.0 and 1.0"),
        (["a", "--reasoning-budget", "-1"], "reasoning_budget: must be a whole number"),
        (["--file", "missing.txt"], "missing.txt: this cannot be read"),
        (["a", "--r1", "nonsense"], "no URL"),
    ],
)
def test_bad_input_is_named_with_its_remedy(command: RunCommand, arguments: list[str], said: str) -> None:
    """Exit code 2, before anything is asked."""
    outcome = command("infer", *arguments)
    assert outcome.code == 2
    assert said in outcome.err


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\x00"])
def test_a_file_without_prompts_is_refused(command: RunCommand, tmp_path: Path, content: bytes) -> None:
    """Empty, blank, or no text at all."""
    file = tmp_path / "prompts.txt"
    file.write_bytes(content)
    outcome = command("infer", "--file", file)
    assert outcome.code == 2
    assert str(file) in outcome.err


def test_a_server_is_asked_by_its_address_and_model(command: RunCommand) -> None:
    """Thoughts in its field, and its name in the result; the second time the answer is kept."""
    with OpenAIServer(thought="Hm.", answer="Because of the light.") as server:
        arguments = (
            "infer",
            "Why is the sky blue?",
            "--r1",
            f"openai:{server.url}",
            "--model",
            "deepseek-r1",
            "--json",
        )
        first, second, third = command(*arguments).object, command(*arguments).object, command(*arguments, "--no-cache")
    assert first["answer"] == second["answer"] == "Because of the light."
    assert first["thoughts"] == "Hm."
    assert (first["served_by"], second["served_by"]) == ("deepseek-r1", "cache")
    assert third.object["served_by"] == "deepseek-r1"
    assert len(server.bodies) == 2


def test_a_reply_without_an_answer_exits_with_1(command: RunCommand) -> None:
    """After the second try, with a sentence that says so and never the thoughts."""
    with OpenAIServer(thought="secret thoughts", answer="") as server:
        outcome = command("infer", "Why?", "--r1", f"openai:{server.url}", "--model", "deepseek-r1")
    assert outcome.code == 1
    assert "did not reach an answer" in outcome.out
    assert "ended by empty_answer" in outcome.out
    assert "secret" not in outcome.out
    assert len(server.bodies) == 2


def test_the_fallback_answers_when_the_first_is_not_there(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """As configured in the environment."""
    with OpenAIServer(answer="Yes.") as server:
        monkeypatch.setenv("R1_FALLBACK", f"openai:{server.url}")
        monkeypatch.setenv("R1_FALLBACK_MODEL", "deepseek-r1")
        outcome = command("infer", "Why?", "--r1", "openai:http://127.0.0.1:9/v1", "--model", "x", "--json",
                          "--preset", "realtime")  # fmt: skip
    assert outcome.code == 0, outcome.err
    attempts = outcome.object["attempts"]
    assert attempts[0]["outcome"] == "UnreachableError"
    assert attempts[-1] == {**attempts[-1], "upstream": server.url, "outcome": "answered"}


def test_nobody_there_is_said_with_the_next_step(command: RunCommand) -> None:
    """Exit code 1 and no traceback."""
    outcome = command("infer", "Why?", "--r1", "openai:http://127.0.0.1:9/v1", "--model", "x")
    assert outcome.code == 1
    assert "check that the server runs" in outcome.err


def test_the_json_is_one_object(command: RunCommand) -> None:
    """Progress goes to stderr."""
    assert json.loads(command("infer", QUESTION, "--json").out)


def test_only_line_ends_part_the_prompts_of_a_file(command: RunCommand, tmp_path: Path) -> None:
    """A byte order mark is none of the first one, a line separator inside one is text; answers come in their order."""
    file = tmp_path / "prompts.txt"
    file.write_text("\ufeffWhat is two times three?\r\nWhat is four\u2028times five?\n", encoding="utf-8")
    assert [line.split()[0] for line in command("infer", "--file", file).out.splitlines()] == ["1", "2"]
    results = command("infer", "--file", file, "--json").object["results"]
    assert [entry["prompt"] for entry in results] == ["What is two times three?", "What is four\u2028times five?"]


@pytest.mark.parametrize("place", ["OFF", "no", "memory", "./answers"])
def test_where_answers_are_kept_can_be_said(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    """Off in any spelling keeps nothing anywhere, least of all in a file of that name."""
    monkeypatch.setenv("R1_CACHE", place)
    with OpenAIServer("Yes.") as server:
        for _ in range(2):
            command("infer", "Why?", "--r1", f"openai:{server.url}", "--model", "deepseek-r1")
    assert (tmp_path / "answers").exists() is (place == "./answers")
    assert not (tmp_path / place).exists() or place == "./answers"
    assert len(server.bodies) == (1 if place == "./answers" else 2)


def test_a_place_that_is_none_is_refused(command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mistyped word makes no file."""
    monkeypatch.setenv("R1_CACHE", "offf")
    outcome = command("infer", "Why?", "--r1", "openai:http://127.0.0.1:9/v1", "--model", "x")
    assert outcome.code == 2
    assert "R1_CACHE 'offf' is no place" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_fallback_that_is_none_is_named(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its variable."""
    monkeypatch.setenv("R1_FALLBACK", "nonsense")
    outcome = command("infer", "Why?", "--r1", "openai:http://127.0.0.1:9/v1", "--model", "x")
    assert outcome.code == 2
    assert "R1_FALLBACK" in outcome.err


@pytest.mark.parametrize(
    ("closed", "code", "said"), [(">&-", 1, "standard output is closed"), ("<&-", 2, "standard input")]
)
def test_a_closed_stream_is_said(closed: str, code: int, said: str) -> None:
    """Rather than failing in our own code."""
    argument = "hi" if closed == ">&-" else "-"
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} run_agent.py infer {argument} {closed}"],
        cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert said in done.stderr


@pytest.mark.slow
def test_a_server_that_never_says_that_it_is_there_does_not_keep_the_fallback_waiting(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent, OpenAIServer("Yes.") as server:
        monkeypatch.setenv("R1_FALLBACK", f"openai:{server.url}")
        monkeypatch.setenv("R1_FALLBACK_MODEL", "deepseek-r1")
        target = f"openai:http://127.0.0.1:{silent.getsockname()[1]}/v1"
        began = time.monotonic()
        outcome = command("infer", "Why?", "--r1", target, "--model", "x", "--preset", "realtime")
    assert outcome.code == 0
    assert outcome.out.startswith("Yes.")
    assert time.monotonic() - began < 20
