"""`latency`: figures over stored turns."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.latency import parse_duration
from commands.settings import data_folder
from pipeline.errors import InputError
from pipeline.records import TurnOutcome, TurnState
from pipeline.store import ConversationStore
from tests.commands.conftest import RunCommand
from tests.evaluation.latency_turns import ledger, simple

PARTS = [("endpoint", "source", 300.0), ("asr", "asr", 200.0), ("thinking", "reasoner", 900.0)]
KINDS = ("answered", "cancelled", "failed", "unfinished", "unreadable", "counted")

Keep = Callable[..., None]


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def keep() -> Keep:
    """Stores a turn."""

    def turn(
        kept: Any,
        name: str = "work",
        *,
        cold: bool = False,
        state: TurnState = TurnState.DONE,
        served_by: str = "reader",
    ) -> None:
        with ConversationStore(data_folder()) as store, store.open(name) as conversation:
            number = conversation.begin("id", "How late is it?", cold=cold)
            conversation.end(number, TurnOutcome(state, served_by=served_by, ledger=kept))

    return turn


@pytest.mark.parametrize("by", ["line", "stage", "upstream", "conversation"])
def test_nothing_stored_yet(command: RunCommand, by: str) -> None:
    """Without turns a sentence says how to make some; the object has its shape, with nothing in it."""
    outcome = command("latency", "--by", by)
    assert outcome.code == 0
    assert "ask --conversation NAME" in outcome.out
    kept = command("latency", "--json", "--by", by)
    assert kept.code == 0
    assert kept.object == {
        "by": by,
        "selection": {"conversation": None, "since": None, "last": None, "endings": ["answered"]},
        "turns": dict.fromkeys(KINDS, 0),
        "first": None,
        "last": None,
        "groups": [],
    }


def test_the_object(command: RunCommand, keep: Keep) -> None:
    """Warm and cold turns apart, each line with its percentiles, and what was left out."""
    keep(ledger(PARTS, cold_start_ms=1200.0), cold=True)
    keep(ledger(PARTS, playback_ms=100.0))
    keep(ledger(PARTS[:2], playback_ms=200.0))
    keep(ledger(PARTS, outcome="failed"), state=TurnState.FAILED)
    keep({"from": "an older version"})
    printed = command("latency", "--json").object
    assert printed["turns"] == dict(zip(KINDS, (3, 0, 1, 0, 1, 3), strict=True))
    (group,) = printed["groups"]
    assert group["warm"]["turns"] == 2
    assert group["warm"]["unsure"] == ["p95", "p99"]
    assert [row["name"] for row in group["warm"]["rows"]] == ["endpoint", "asr", "thinking", "playback", "unattributed"]
    assert group["warm"]["rows"][2] == {
        "name": "thinking", "turns": 1, "p50_ms": 450.0, "p95_ms": 855.0, "p99_ms": 891.0, "mean_ms": 450.0,
        "share": 0.4091,
    }  # fmt: skip
    assert group["warm"]["total"]["mean_ms"] == 1100.0
    assert group["cold"]["cold_start"]["p50_ms"] == 1200.0
    assert command("latency", "--json", "--include", "failed").object["turns"]["counted"] == 4


def test_the_table(command: RunCommand, keep: Keep) -> None:
    """A table for the warm turns and one for the cold ones, with a mark where a figure rests on few turns."""
    keep(ledger(PARTS, cold_start_ms=1200.0), cold=True)
    keep(ledger(PARTS))
    keep(simple(1.0), state=TurnState.CANCELLED)
    lines = [" ".join(line.split()) for line in command("latency").out.splitlines()]
    assert lines[0].startswith("2 answered turns, ")
    assert lines[1] == "Not counted: 1 cancelled."
    warm, cold = lines.index("1 warm turn"), lines.index("1 cold turn")
    assert lines[warm + 4] == "thinking 900.0 ~900.0 ~900.0 900.0 64.3% 1"
    assert "total 1,400.0 ~1,400.0 ~1,400.0 1,400.0 1" in lines[warm:cold]
    assert "cold start, before 1,200.0 ~1,200.0 ~1,200.0 1,200.0 1" in lines[cold:]
    assert any(line.startswith("~ rests on few turns") for line in lines)


def test_by_stage_upstream_and_conversation(command: RunCommand, keep: Keep) -> None:
    """Each view names what its tables are of."""
    keep(ledger(PARTS), "厨房", served_by="deepseek-r1")
    keep(ledger(PARTS), "work", served_by="")
    assert "reasoner " in command("latency", "--by", "stage").out
    upstreams = command("latency", "--by", "upstream").out
    assert "upstream deepseek-r1: 1 warm turn" in upstreams
    assert "upstream (gave no name): 1 warm turn" in upstreams
    assert "conversation 厨房: 1 warm turn" in command("latency", "--by", "conversation").out


def test_many_conversations_are_not_all_printed(command: RunCommand, keep: Keep) -> None:
    """The terminal shows the largest groups and says how many more there are; the object has all."""
    for number in range(12):
        keep(simple(1.0), f"conversation {number}")
    assert "… and 2 more with fewer turns" in command("latency", "--by", "conversation").out
    assert len(command("latency", "--by", "conversation", "--json").object["groups"]) == 12


def test_which_turns(command: RunCommand, keep: Keep) -> None:
    """A conversation, the last turns and a span of time narrow what is looked at, and the answer says so."""
    for ms in (1.0, 2.0, 3.0):
        keep(simple(ms))
    keep(simple(50.0), "home")
    one = command("latency", "--json", "--conversation", "work", "--last", "2", "--since", "1d12h").object
    assert one["groups"][0]["warm"]["total"]["mean_ms"] == 2.5
    assert one["selection"]["conversation"] == "work"
    assert one["selection"]["last"] == 2
    said = command("latency", "--conversation", "work", "--last", "2").out
    assert "conversation “work”, among the last 2 stored" in said
    nothing = command("latency", "--since", "0.000001s")
    assert nothing.code == 0
    assert "None of the stored turns" in nothing.out


def test_the_page_is_written(command: RunCommand, keep: Keep, tmp_path: Path) -> None:
    """`--html` writes one file, beside what is printed, and says where."""
    keep(ledger(PARTS))
    outcome = command("latency", "--json", "--html", "page.html")
    assert outcome.code == 0
    assert outcome.object["turns"]["counted"] == 1
    assert "wrote page.html" in outcome.err
    assert "1 answered turn," in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_without_plotly(command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the charts cannot be drawn, it says how to get what is missing before it does anything."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    outcome = command("latency", "--html", "page.html")
    assert outcome.code == 1
    assert "make setup" in outcome.err
    assert outcome.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--conversation", "nowhere"], "there is no conversation 'nowhere'"),
        (["--since", "7 days"], "--since '7 days': give a length of time"),
        (["--since", "0d"], "--since '0d'"),
        (["--since", "99999999w"], "--since '99999999w'"),
        (["--last", "0"], "--last"),
        (["--by", "mood"], "--by"),
        (["--include", "answered"], "--include"),
        (["--html", "no/such/folder/page.html"], "cannot be written"),
    ],
)
def test_what_cannot_be_done(command: RunCommand, arguments: list[str], said: str) -> None:
    """Each fault is named, with exit code 2 and nothing on stdout."""
    outcome = command("latency", *arguments)
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.out == ""


@given(st.lists(st.tuples(st.integers(1, 500), st.sampled_from("wdhms")), min_size=1, max_size=4))
def test_lengths_of_time_add_up(parts: list[tuple[int, str]]) -> None:
    """A length of time is the sum of its parts."""
    seconds = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
    wanted = sum(number * seconds[unit] for number, unit in parts)
    assert parse_duration("".join(f"{number}{unit}" for number, unit in parts)) == timedelta(seconds=wanted)


@given(st.text(max_size=12))
def test_no_length_of_time_crashes(text: str) -> None:
    """Anything is a length of time or is refused with a sentence."""
    try:
        length = parse_duration(text)
    except InputError:
        return
    assert length > timedelta()
