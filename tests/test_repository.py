"""Rules that hold for every file of the repository."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

FORBIDDEN_NAMES = ("utils", "helpers", "common", "base", "manager", "handler", "misc")
"""They say nothing of what a module holds."""

FORBIDDEN_TEXT = {
    "a folder of one machine": re.compile(r"(?<![\w.<{-])/(?:work|root|home/\w+|Users/\w+)/\w"),
    "the host of a package registry": re.compile(
        r"\b(?:py" r"pi\.org|python" r"hosted\.org|npm" r"js\.org|deb\.deb" r"ian)"
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE" r" KEY"),
}

MOST_LINES = 400
MOST_FUNCTION_LINES = 50
MOST_PARAMETERS = 6
"""Of an `__init__`, `self` not counted; more go into a frozen dataclass of options."""


NOT_OURS = (".venv", ".git", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")
"""Folders to leave out where there is no git to say which files belong to the repository."""


@cache
def _all_files() -> tuple[Path, ...]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return tuple(file for file in ROOT.rglob("*") if file.is_file() and not set(NOT_OURS) & set(file.parts))
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return tuple(ROOT / name for name in listed if (ROOT / name).is_file())


def _files(*endings: str) -> list[Path]:
    return [file for file in _all_files() if file.name.endswith(endings)]


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("what", FORBIDDEN_TEXT)
def test_nothing_ties_the_tree_to_one_machine(what: str) -> None:
    """No file names a folder of the machine it was written on, a registry's host, or a key."""
    texts = _files(".py", ".md", ".toml", ".txt", ".json", ".yaml", ".yml", ".cfg", "Makefile", "run")
    found = [
        f"{_name(file)}: {match.group()}"
        for file in texts
        for match in FORBIDDEN_TEXT[what].finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_modules_are_named_for_what_they_hold() -> None:
    """No module is called utils, helpers, common and the like."""
    assert [_name(file) for file in _files(".py") if file.stem.strip("_") in FORBIDDEN_NAMES] == []


def test_files_stay_short() -> None:
    """A file that must be longer says so in its first lines: 'Longer than 400 lines because'."""
    long = []
    for file in _files(".py"):
        lines = file.read_text(encoding="utf-8").splitlines()
        if len(lines) > MOST_LINES and "Longer than" not in "\n".join(lines[:15]):
            long.append(f"{_name(file)}: {len(lines)}")
    assert long == []


def test_functions_stay_short() -> None:
    """No function has more than 50 lines, its docstring not counted."""
    long = []
    for file in _files(".py"):
        for function in _functions(file):
            first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
            lines = (function.end_lineno or 0) - first.lineno + 1
            if lines > MOST_FUNCTION_LINES:
                long.append(f"{_name(file)}: {function.name}: {lines}")
    assert long == []


def test_objects_are_made_of_few_parameters() -> None:
    """No `__init__` takes more than six parameters besides `self`."""
    many = []
    for file in _files(".py"):
        for function in _functions(file):
            taken = function.args
            count = len(taken.posonlyargs) + len(taken.args) + len(taken.kwonlyargs) - 1
            if function.name == "__init__" and count > MOST_PARAMETERS:
                many.append(f"{_name(file)}:{function.lineno}: {count}")
    assert many == []


def test_every_test_says_what_it_holds() -> None:
    """Each test has a docstring: the behaviour that it holds, in one sentence or two."""
    silent = [
        f"{_name(file)}: {function.name}"
        for file in _files(".py")
        if _name(file).startswith("tests/")
        for function in _functions(file)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert silent == []


def test_exceptions_from_the_rules_carry_their_reason() -> None:
    """Every `noqa` and `type: ignore` names its rule and is followed by why."""
    mark = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(.*)")
    bare = []
    for file in _files(".py"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = mark.search(line)
            if match and not re.match(r"(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|\[[\w, -]+\])\W+\w", match.group(1)):
                bare.append(f"{_name(file)}:{number}: {match.group()}")
    assert [entry for entry in bare if not entry.startswith("tests/test_repository.py")] == []


def test_constraints_hold_versions_only() -> None:
    """Each line of constraints.txt is a comment or `name==version`: no address, no option, no path."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pinned if not re.fullmatch(r"[\w.-]+==[\w.!+]+", line)] == []
    names = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in pinned}
    asked = re.findall(r'^\s+"([\w-]+)>=', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name.lower() for name in asked if name != "setuptools"} <= names


def test_every_sample_has_origin_and_licence() -> None:
    """Each sound and document is in the manifest, with where it comes from and under which licence."""
    samples = json.loads((ROOT / "assets" / "manifest.json").read_text(encoding="utf-8"))["samples"]
    assert all(sample["origin"] and sample["licence"] for sample in samples)
    known = {name for sample in samples for name in (sample["path"], sample["text"])}
    there = {_name(file) for file in _files("") if _name(file).startswith(("assets/audio/", "assets/documents/"))}
    assert there == known
    assert "licence" in (ROOT / "assets" / "speech-model" / "README.md").read_text(encoding="utf-8").lower()
