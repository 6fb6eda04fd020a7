"""`feedback`: an answer of a conversation is corrected, counted, exported, handed on and deleted."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import command_line, feedback_correction
from commands.settings import data_folder
from pipeline.events import Citation
from pipeline.records import TurnOutcome, TurnState
from pipeline.store import ConversationStore
from tests.commands.conftest import RunCommand
from tests.commands.conversing import say
from tests.commands.loopback import LoopbackServer, QuietHandler
from tests.gateway.feedback.fine_tune_server import KEY, FineTuneServer

RIGHT = "The total is $470.00, and it is due on Friday."


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verb is there, and nothing of other tests is."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for variable in ("FEEDBACK_DATABASE", "FINE_TUNE_URL", "FINE_TUNE_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    if "feedback" not in command_line.VERBS:
        monkeypatch.setattr(command_line, "VERBS", (*command_line.VERBS, "feedback"))


@pytest.fixture
def work() -> str:
    """A conversation whose last turn that ended well cites a document."""
    with ConversationStore(data_folder()) as store, store.open("work") as conversation:
        say(conversation, "Who are you?", "A reader.")
        number = conversation.begin("turn-2", "What is the total?", cold=False)
        place = Citation("invoice.png", 1, 17, "Total $420.00")
        done = TurnOutcome(TurnState.DONE, "The total is $420.00.", citations=(place, place), served_by="reader")
        conversation.end(number, done)
        conversation.end(conversation.begin("turn-3", "Why?", cold=False), TurnOutcome(TurnState.FAILED, error="x"))
    return "work"


def test_correct(command: RunCommand, work: str, tmp_path: Path) -> None:
    """The last answer of the last conversation; both texts are shown; the file is for its owner alone."""
    outcome = command("feedback", "correct", RIGHT, "--consent")
    assert outcome.code == 0 and outcome.err == ""
    for part in ("What is the total?", "The total is $420.00.", RIGHT, "work, turn 2", "kept as fb-"):
        assert part in outcome.out
    file = tmp_path / "data" / "reasoning-voice" / "feedback.sqlite"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_correct_as_json(command: RunCommand, work: str) -> None:
    """One object; the same again is the same."""
    shape = command("feedback", "correct", RIGHT, "--consent", "--json").object
    assert set(shape) == {"conversation", "turn", "answer_id", "original", "corrected", "receipt"}
    assert (shape["conversation"], shape["turn"], shape["answer_id"]) == ("work", 2, "turn-2")
    assert shape["receipt"]["kept"] and shape["receipt"]["reason"] is None
    assert command("feedback", "correct", RIGHT, "--consent", "--json").object == shape


def test_another_turn_and_another_conversation(command: RunCommand, work: str) -> None:
    """By name and number; those that are not there are answered with those that are."""
    shape = command("feedback", "correct", "A parrot.", "--turn", "1", "--consent", "--json").object
    assert shape["original"] == "A reader." and shape["receipt"]["kept"]
    for flags, there in ((("--turn", "3"), "turns with one: 1, 2"), (("--conversation", "wrok"), "there are: work")):
        outcome = command("feedback", "correct", RIGHT, "--consent", *flags)
        assert (outcome.code, outcome.out) == (2, "") and there in outcome.err


def test_no_conversation(command: RunCommand) -> None:
    """Says how to begin one."""
    outcome = command("feedback", "correct", RIGHT, "--consent")
    assert outcome.code == 2 and "ask --conversation" in outcome.err


def test_consent_is_asked_for(command: RunCommand, work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off a terminal it must be given as a flag; at one it is asked for, and a no keeps nothing."""
    refused = command("feedback", "correct", RIGHT)
    assert refused.code == 2 and "--consent" in refused.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for said in (False, True):
        monkeypatch.setattr("typer.confirm", lambda *_, said=said, **__: said)
        outcome = command("feedback", "correct", RIGHT, "--json")
        assert (outcome.code, outcome.object["receipt"]["kept"]) == (0 if said else 1, said)
    assert command("feedback", "stats", "--json").object["by_reason"] == {"no_consent": 1}


def test_a_correction_from_standard_input_and_from_an_editor(
    command: RunCommand, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """- reads it; without one an editor opens with the answer; neither gives nothing."""
    monkeypatch.setattr(feedback_correction, "_standard_input", lambda: f"  {RIGHT}\n")
    assert command("feedback", "correct", "-", "--consent", "--json").object["corrected"] == RIGHT
    assert "in quotes" in command("feedback", "correct", "--consent").err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.edit", lambda text, **_: f"{text} Yes: $421.\n")
    edited = command("feedback", "correct", "--consent", "--json").object
    assert edited["corrected"] == "The total is $420.00. Yes: $421."
    monkeypatch.setattr("click.edit", lambda *_, **__: None)
    assert command("feedback", "correct", "--consent").code == 2
    assert command("feedback", "correct", " ", "--consent").code == 2


@pytest.mark.parametrize(
    ("said", "reason"),
    [("That's wrong!", "complaint"), ("The total is $420.00", "identical"), ("总额是五元", "language_mismatch")],
)
def test_not_kept(command: RunCommand, work: str, said: str, reason: str) -> None:
    """The reason in words on stderr, as a code in the JSON; exit code 1."""
    outcome = command("feedback", "correct", said, "--consent")
    assert outcome.code == 1 and "not kept: " in outcome.err and "kept as" not in outcome.out
    assert command("feedback", "correct", said, "--consent", "--json").object["receipt"]["reason"] == reason


def test_what_is_no_text(command: RunCommand, work: str) -> None:
    """A broken argument is refused by name."""
    outcome = command("feedback", "correct", "The total is \udcff", "--consent", "--json")
    assert (outcome.code, outcome.out) == (2, "") and "corrected" in outcome.err


def test_no_escape_reaches_the_terminal(command: RunCommand) -> None:
    """Whatever the names and texts hold."""
    with ConversationStore(data_folder()) as store, store.open("work") as conversation:
        say(conversation, "Why\x1b[31m?", "Because\x1b]0;x\x07 of 5.")
    outcome = command("feedback", "correct", "Because of \x1b[31m6.", "--consent")
    assert outcome.code == 0 and "\x1b" not in outcome.out + outcome.err and "\x07" not in outcome.out


def test_stats(command: RunCommand, work: str) -> None:
    """A table and an object; by tenant and day."""
    assert "feedback correct" in command("feedback", "stats").err
    command("feedback", "correct", RIGHT, "--consent")
    command("feedback", "correct", "wrong", "--consent")
    shown = command("feedback", "stats").out
    assert "1 kept, 1 rejected" in shown and "complaint" in shown and "local" in shown
    shape = command("feedback", "stats", "--json").object
    assert set(shape) == {"kept", "rejected", "by_reason", "by_language", "by_tenant", "by_day"}
    assert shape["by_language"]["en"]["kept"] == 1
    assert command("feedback", "stats", "--tenant", "other", "--json").object["kept"] == 0
    assert command("feedback", "stats", "--since", "2999-01-01", "--json").object["kept"] == 0


def test_export(command: RunCommand, work: str, tmp_path: Path) -> None:
    """Nothing is written without --write; with it the samples rest on the lines that the answer cited."""
    command("feedback", "correct", RIGHT, "--consent")
    planned = command("feedback", "export", "--out", "x.jsonl")
    assert "would write 1 sample" in planned.out and "--write" in planned.err and not (tmp_path / "x.jsonl").exists()
    shape = command("feedback", "export", "--out", "x.jsonl", "--json").object
    written = command("feedback", "export", "--out", "x.jsonl", "--write", "--json").object
    assert (shape["written"], written["written"]) == (False, True) and shape["manifest"] == written["manifest"]
    (sample,) = [json.loads(row) for row in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sample["messages"] == [
        {"role": "user", "content": "[invoice.png p1 l17] Total $420.00\n\nWhat is the total?"},
        {"role": "assistant", "content": RIGHT},
    ]
    assert json.loads((tmp_path / "x.jsonl.manifest.json").read_text(encoding="utf-8")) == written["manifest"]
    assert "preference" in command("feedback", "export", "--out", "x.jsonl", "--form", "preference").out


def test_who_has_corrections_is_said_when_the_tenant_has_none(
    command: RunCommand, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By every verb that takes one; with what was asked for there is no such word."""
    command("feedback", "correct", RIGHT, "--consent")
    monkeypatch.setenv("FINE_TUNE_URL", "http://127.0.0.1:9/v1")
    export, submit = ("export", "--out", "x.jsonl"), ("submit", "--model", "m")
    for verb in (("stats",), export, (*export, "--write"), submit):
        said = command("feedback", *verb, "--tenant", "norht").err
        assert "no correction of tenant norht; there are some of local (1): name one with --tenant" in said
    for verb in (("stats",), export, submit):
        assert "of tenant" not in command("feedback", *verb, "--tenant", "local").err
    nothing = command("feedback", *export, "--tenant", "norht").err
    assert "there is nothing to be written" in nothing and "--write" not in nothing


def test_an_empty_database_says_so(command: RunCommand) -> None:
    """And points to nobody."""
    assert "there are none of anybody" in command("feedback", "export", "--out", "x.jsonl").err


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (("export", "--out", "nowhere/x.jsonl"), 2, "no place for a file"),
        (("export", "--out", "x.jsonl", "--write"), 1, "no correction that makes a sample"),
        (("stats", "--since", "yesterday"), 2, "2026-11-24"),
        (("stats", "--database", "mysql://x/y"), 2, "sqlite:///PATH"),
        (("stats", "--database", "sqlite:////proc/nowhere/x.sqlite"), 2, "there is no folder"),
        (("submit", "--model", "m"), 2, "FINE_TUNE_URL"),
        (("submit", "--model", "m", "--to", "file:///etc/passwd"), 2, "no URL"),
        (("submit", "--model", "a\nb", "--to", "http://127.0.0.1:9"), 2, "no name of a model"),
        (("cancel", "fs-1", "--to", "http://127.0.0.1:9/v1"), 2, "there are: none"),
        (("delete",), 2, "--yes"),
        (("delete", "--user", "", "--yes"), 2, "--user"),
    ],
)
def test_bad_input(command: RunCommand, flags: tuple[str, ...], code: int, words: str) -> None:
    """Each is named, with what would do."""
    outcome = command("feedback", *flags)
    assert (outcome.code, outcome.out) == (code, "") and words in outcome.err


@pytest.fixture
def tuning(monkeypatch: pytest.MonkeyPatch) -> Iterator[FineTuneServer]:
    """A fine-tune API that the environment names."""
    with FineTuneServer() as server:
        monkeypatch.setenv("FINE_TUNE_URL", server.url)
        monkeypatch.setenv("FINE_TUNE_API_KEY", KEY)
        yield server


def test_submit_follow_and_cancel(command: RunCommand, work: str, tuning: FineTuneServer) -> None:
    """Seen first, sent with --send, followed, cancelled; too few wait for more; the key is nowhere to be seen."""
    command("feedback", "correct", RIGHT, "--consent")
    submit = ("feedback", "submit", "--model", "r1-distill")
    assert "fewer than 10" in command(*submit, "--send").err and not tuning.asked
    planned = command(*submit, "--fewest", "1")
    assert "would send 1 rows (chat)" in planned.out and "--send" in planned.err and not tuning.asked
    assert command(*submit, "--fewest", "1", "--json").object == {"sent": False, "unfinished": [], "batches": [1]}
    sent = command(*submit, "--fewest", "1", "--send", "--json")
    (submission,) = sent.object["submissions"]
    assert (submission["state"], submission["job_id"], submission["rows"]) == ("running", "ftjob-1", 1)
    assert b"Total $420.00" in tuning.files["file-1"]["content"]
    assert "running" in command("feedback", "submissions").out
    other = command("feedback", "submissions", "--to", "http://127.0.0.1:9/v1")
    assert "as they last stood" in other.err and "running" in other.out
    elsewhere = command("feedback", "cancel", submission["id"], "--to", "http://127.0.0.1:9/v1")
    assert elsewhere.code == 2 and "name that with --to" in elsewhere.err
    assert command("feedback", "cancel", submission["id"], "--json").object["state"] == "cancelled"
    again = command(*submit, "--fewest", "1", "--send")
    assert again.code == 0 and "ftjob-2" in again.out
    tuning.end_jobs("succeeded", fine_tuned_model="ft:r1:1")
    assert "ft:r1:1" in command("feedback", "submissions").out
    assert KEY not in sent.out + sent.err + again.out + again.err


def test_a_job_that_failed(command: RunCommand, work: str, tuning: FineTuneServer) -> None:
    """Exit code 1, with the reason."""
    command("feedback", "correct", RIGHT, "--consent")
    tuning.file_states = ["error"]
    outcome = command("feedback", "submit", "--model", "m", "--fewest", "1", "--send")
    assert outcome.code == 1 and "failed" in outcome.out


def test_delete(command: RunCommand, work: str, tuning: FineTuneServer) -> None:
    """All of it goes; what was handed on is named; twice is once."""
    command("feedback", "correct", RIGHT, "--consent")
    command("feedback", "submit", "--model", "m", "--fewest", "1", "--send")
    receipt = command("feedback", "delete", "--yes", "--json").object
    assert (receipt["tenant"], receipt["user"], receipt["erased"]) == ("local", "local", 1)
    assert receipt["submitted"][0]["file_id"] == "file-1"
    assert command("feedback", "delete", "--yes").out == "erased 0 corrections\n"
    assert command("feedback", "export", "--out", "x.jsonl", "--json").object["manifest"]["rows"] == 0


def test_send_to_a_gateway(command: RunCommand, work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the R1 client's own key and token; the receipt is the gateway's; nothing is kept here."""
    with _Gateway() as gateway:
        monkeypatch.setenv("R1_BASE_URL", gateway.address)
        monkeypatch.setenv("R1_API_KEY", "key")
        monkeypatch.setenv("R1_API_SECRET", "canary-secret-" + "0123456789abcdef" * 2)
        outcome = command("feedback", "correct", RIGHT, "--consent", "--send", "--json")
        assert outcome.code == 0 and outcome.object["receipt"]["id"] == "fb-there"
        gateway.status = 403
        refused = command("feedback", "correct", RIGHT, "--consent", "--send")
    (body, *_) = gateway.bodies
    assert (body["corrected"], body["consent"], body["answer_id"]) == (RIGHT, True, "turn-2")
    assert refused.code == 1 and "R1_API_KEY" in refused.err and "canary" not in refused.err
    assert command("feedback", "stats", "--json").object["kept"] == 0


def test_sending_needs_a_gateway(command: RunCommand, work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """None configured, and one that speaks another API, are bad input."""
    assert "R1_BASE_URL" in command("feedback", "correct", RIGHT, "--consent", "--send").err
    monkeypatch.setenv("R1_BASE_URL", "ollama")
    outcome = command("feedback", "correct", RIGHT, "--consent", "--send")
    assert outcome.code == 2 and "takes no feedback" in outcome.err


class _Gateway(LoopbackServer):
    """Answers the token endpoint and `POST /v1/feedback`."""

    def __init__(self) -> None:
        self.status = 200
        self.bodies: list[dict[str, Any]] = []

    def handler(self) -> type[QuietHandler]:
        outer = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:  # noqa: N802  the library's name
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
                if self.path == "/auth/token":
                    self._answer(200, {"access_token": "token", "token_type": "Bearer", "expires_in": 3600})
                elif self.path == "/v1/feedback" and self.headers["Authorization"] == "Bearer token":
                    outer.bodies.append(body)
                    self._answer(outer.status, {"kept": True, "id": "fb-there", "reason": None, "redacted": {}})
                else:
                    self._answer(404, {})

            def _answer(self, status: int, reply: dict[str, Any]) -> None:
                self.send(json.dumps(reply), "application/json", status)

        return Handler
