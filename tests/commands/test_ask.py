"""`ask`: a question in, an answer in text and sound out."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.embedded import EmbeddedGateway
from tests.commands.conftest import RunCommand
from tests.commands.documents import blank
from tests.commands.servers import OpenAIServer
from tests.commands.sounds import samples_of
from tests.conftest import ROOT

ASSETS = ROOT / "assets"
QUESTION = ASSETS / "audio" / "en" / "invoice-total.wav"
INVOICE = ASSETS / "documents" / "invoice.png"

TOP_KEYS = {
    "transcript",
    "documents",
    "missing",
    "thoughts",
    "answer",
    "citations",
    "unproven_citations",
    "served_by",
    "finish_reason",
    "reply",
    "ledger",
}
LEDGER_KEYS = {"total_ms", "unattributed_ms", "lines", "overlapped_ms", "cold_start_ms", "stages"}
STAGE_KEYS = {"name", "busy_ms", "waiting_ms", "blocked_ms", "first_output_ms"}


def test_spoken_question_about_a_document(command: RunCommand, tmp_path: Path) -> None:
    """The object has the documented shape, the answer and its place are right, and the ledger adds up."""
    outcome = command("ask", QUESTION, "--document", INVOICE, "--json", "--trace", "trace.json")
    assert outcome.code == 0
    result = outcome.object
    assert set(result) == TOP_KEYS
    assert result["transcript"] == "What is the total on this invoice?"
    assert "$420.00" in result["answer"]
    assert "[" not in result["answer"]
    place = result["citations"][0]
    assert (place["document"], place["page"]) == ("invoice.png", 1)
    page_lines = result["documents"][0]["pages"][0]["text"].splitlines()
    assert page_lines[place["line"] - 1] == place["quote"]
    assert result["served_by"] == "reader"
    assert samples_of(tmp_path / result["reply"])[0].any()
    ledger = result["ledger"]
    assert set(ledger) >= LEDGER_KEYS
    assert [set(stage) >= STAGE_KEYS for stage in ledger["stages"]] == [True] * 5
    assert sum(line["ms"] for line in ledger["lines"]) == pytest.approx(ledger["total_ms"], abs=0.001)
    assert "unattributed" in [line["name"] for line in ledger["lines"]]
    assert ledger["cold_start_ms"] > 0
    assert json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))["traceEvents"]


def test_typed_question(command: RunCommand) -> None:
    """A typed question needs no recogniser; the answer is printed for people."""
    outcome = command("ask", "--text", "What is seventeen times twenty-three?")
    assert outcome.code == 0
    assert "391" in outcome.out
    assert "speech recogniser" not in outcome.err


def test_typed_chinese(command: RunCommand) -> None:
    """A typed Chinese question about a Chinese document gets an answer out of it, and sound."""
    outcome = command("ask", "--json", "--text", "电话是多少？", "--document", ASSETS / "documents" / "notice-zh.png")
    assert outcome.code == 0
    assert outcome.object["citations"]
    assert outcome.object["reply"] == "reply.wav"


def test_silence(command: RunCommand, silence: Path) -> None:
    """Nothing heard is said so, on stderr and in the object, with exit code 1 and no invented words."""
    outcome = command("ask", silence, "--json")
    assert outcome.code == 1
    assert "I did not hear anything" in outcome.err
    assert outcome.object["transcript"] == ""
    assert "served by" not in command("ask", silence).out


def test_blank_document(command: RunCommand, tmp_path: Path) -> None:
    """A blank page is named, and no answer is made up from it."""
    outcome = command("ask", "--text", "What is the total?", "--document", blank(tmp_path / "blank.png"), "--json")
    assert outcome.code == 0
    assert "no text found" in outcome.err
    assert outcome.object["citations"] == []


def test_two_documents_of_one_name(command: RunCommand, tmp_path: Path) -> None:
    """Two files of the same name are told apart by their paths."""
    other = tmp_path / "copies" / "invoice.png"
    other.parent.mkdir()
    other.write_bytes(INVOICE.read_bytes())
    outcome = command("ask", "--text", "What is the total?", "--document", INVOICE, "--document", other, "--json")
    assert [document["name"] for document in outcome.object["documents"]] == [str(INVOICE), str(other)]


def test_unreachable_r1(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """An R1 that does not answer fails the command, by its address; nothing is written."""
    monkeypatch.setenv("R1_API_KEY", "someone")
    monkeypatch.setenv("R1_API_SECRET", "canary-canary-canary-canary-canary")
    outcome = command("ask", "--text", "Hello?", "--r1", "http://127.0.0.1:9")
    assert outcome.code == 1
    assert "http://127.0.0.1:9" in outcome.err
    assert "canary" not in outcome.err
    assert not Path("reply.wav").exists()


@pytest.fixture
def served_r1() -> Iterator[tuple[str, str, str]]:
    """A real gateway on a loopback port: its URL, a key, and that key's secret."""
    import uvicorn

    from gateway.access import Access
    from gateway.app import create_app
    from gateway.engines.reader import ReaderEngine
    from gateway.parts import GatewayParts

    secret = secrets.token_urlsafe(40)
    app = create_app(GatewayParts(ReaderEngine(), Access({"someone": secret})))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", "someone", secret
    server.should_exit = True
    thread.join(5)


def test_configured_r1(command: RunCommand, served_r1: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's R1 replaces the embedded reader; a wrong secret fails, and is not shown."""
    url, key, secret = served_r1
    for variable, value in zip(("R1_BASE_URL", "R1_API_KEY", "R1_API_SECRET"), (url, key, secret), strict=True):
        monkeypatch.setenv(variable, value)
    outcome = command("ask", "--text", "What is two plus two?")
    assert outcome.code == 0
    assert url in outcome.err
    monkeypatch.setenv("R1_API_SECRET", "canary" * 8)
    wrong = command("ask", "--text", "What is two plus two?")
    assert wrong.code == 1
    assert "secret" in wrong.err
    assert "canary" not in wrong.err + wrong.out


def test_embedded_gateway_is_gone_afterwards(command: RunCommand) -> None:
    """A second command in the same process starts and stops its own gateway."""
    assert command("ask", "--text", "What is two plus two?").code == 0
    assert command("ask", "--text", "What is two plus three?").code == 0

    async def starts_again() -> str:
        async with EmbeddedGateway() as gateway:
            return gateway.options.api_key

    assert asyncio.run(starts_again())


def test_a_model_that_gives_no_answer_fails(command: RunCommand) -> None:
    """It is said aloud, and the exit code is 1, as `infer`'s is; the thoughts are not spoken."""
    with OpenAIServer("", thought="secret thoughts") as server:
        target = f"openai:{server.url}"
        outcome = command("ask", "--text", "Why?", "--r1", target, "--model", "deepseek-r1", "--json")
    assert outcome.code == 1
    assert outcome.object["finish_reason"] == "empty_answer"
    assert "did not reach an answer" in outcome.object["answer"]
    assert "secret" not in outcome.object["answer"]


def test_nothing_that_is_read_is_written_over(command: RunCommand, tmp_path: Path) -> None:
    """Neither by a reply, nor by answers, nor through a link."""
    own = tmp_path / "own.md"
    own.write_bytes(INVOICE.read_bytes())
    link = tmp_path / "link.wav"
    link.symlink_to(own)
    for arguments in (
        ("--text", "What is the total?", "--out", own),
        ("--text", "What is the total?", "--out", link),
        ("--each-question", "--out", own),
    ):
        outcome = command("ask", "--document", own, *arguments)
        assert outcome.code == 2, outcome.err
        assert "which is read; name another file" in outcome.err
    assert own.read_bytes() == INVOICE.read_bytes()


def test_a_damaged_file_in_a_folder_is_left_out(command: RunCommand, tmp_path: Path) -> None:
    """The others answer."""
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "a.png").write_bytes(INVOICE.read_bytes()[:2000])
    (folder / "b.png").write_bytes(INVOICE.read_bytes())
    outcome = command("ask", "--document", folder, "--text", "What is the total?")
    assert "$420.00" in outcome.out
    assert "a.png" in outcome.err and "It is left out." in outcome.err
