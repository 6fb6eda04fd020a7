"""The README does what it says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commands.command_line import VERBS
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_come_first() -> None:
    """The first screen holds one sentence, the two commands, and nothing that needs scrolling."""
    first = README.splitlines()[:12]
    assert any("make demo" in line for line in first)
    assert any("make test" in line for line in first)


def test_the_example_runs() -> None:
    """The pipeline of the README, twelve lines long, runs as it stands, on the shipped sample."""
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len([line for line in example.splitlines() if line]) == 12
    done = subprocess.run([sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "You said: What is the total on this invoice?" in done.stdout


def test_every_verb_is_in_the_table() -> None:
    """The table of commands names each verb once, and no other."""
    assert sorted(re.findall(r"^\| `([a-z]+)", README, re.MULTILINE)) == sorted(VERBS)


@pytest.mark.parametrize("line", re.findall(r"python run_agent\.py (?!COMMAND)([^`\n]+)", README))
def test_every_shown_command_parses(line: str) -> None:
    """The options of each command line shown exist."""
    verb, *arguments = shlex.split(line, comments=True)
    assert verb in VERBS
    help_text = _help(verb)
    inner = [verb]
    for word in arguments:  # the verbs of a verb, such as `gateway client add`
        if not re.search(rf"^  {word} ", help_text.partition("Commands:")[2], re.MULTILINE):
            break
        inner.append(word)
        help_text = _help(*inner)
    assert {option for option in arguments if option.startswith("--")} <= set(re.findall(r"--[a-z0-9-]+", help_text))


def _help(*verbs: str) -> str:
    command = [sys.executable, "run_agent.py", *verbs, "--help"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(entry) for key, entry in value.items()}
    return [_shape(value[0])] if isinstance(value, list) and value else type(value) in (int, float) or type(value)


def test_the_documented_shapes_are_real(tmp_path: Path) -> None:
    """The objects in docs/output.md have the very keys that the commands print."""
    text = (ROOT / "docs" / "output.md").read_text(encoding="utf-8")
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    asked, continued, inferred, listed, turn, read, heard, _ = blocks
    sound, page = ROOT / "assets/audio/en/invoice-total.wav", ROOT / "assets/documents/invoice.png"

    def printed(*arguments: str | Path) -> Any:
        command = [sys.executable, str(ROOT / "run_agent.py"), *map(str, arguments), "--json"]
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    shown = printed("ask", sound, "--document", page, "--conversation", "kitchen")
    assert _shape(shown.pop("context")) == _shape(continued["context"])
    assert _shape(shown) == _shape(asked)
    assert _shape(printed("infer", "What is 17 times 23?")) == _shape(inferred)
    assert _shape(printed("ocr", page)) == _shape(read)
    assert _shape(printed("transcribe", sound)) == _shape(heard)
    assert _shape(printed("conversations", "list")) == _shape(listed)
    (stored,) = printed("conversations", "show", "kitchen")["turns"]
    assert stored.keys() == turn.keys() and _shape(stored["citations"]) == _shape(turn["citations"])


def test_what_it_links_to_is_there() -> None:
    """No link leads nowhere."""
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
