"""`ask --each-question`: every question of a document, answered in writing and in sound."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from markdown_it import MarkdownIt

from commands import ask_each
from commands.each_answer import Answered, EachResult, markdown, repeats, spoken_parts
from pipeline.errors import SetupError
from pipeline.events import Answer, Citation
from tests.commands.conftest import RunCommand
from tests.commands.documents import blank
from tests.commands.sounds import samples_of
from tests.conftest import ROOT
from text.placed_lines import placed_lines
from text.questions import find_questions

DOCUMENTS = ROOT / "assets" / "documents"
WORKSHEET, INVOICE = DOCUMENTS / "worksheet.png", DOCUMENTS / "invoice.png"
QUESTION_KEYS = {
    "document", "kind", "number", "parent", "stem", "text", "options", "asked", "page", "lines",
    "answer", "citations", "served_by", "finish_reason", "error",
}  # fmt: skip


def test_a_worksheet_by_the_reader(command: RunCommand, tmp_path: Path) -> None:
    """Six questions, six entries in the file, on the screen and in the sound."""
    outcome = command("ask", "--document", WORKSHEET, "--each-question")
    assert outcome.code in {0, 1}  # the reader knows no worksheets; what it does not know is an entry all the same
    assert "1. What is 17 times 23?" in outcome.out
    assert "17 times 23 is 391." in outcome.out
    assert "answered by reader" in outcome.out
    written = (tmp_path / "answers.md").read_text(encoding="utf-8")
    assert [token for token in MarkdownIt().parse(written) if token.type == "heading_open"].__len__() == 7
    assert "*worksheet.png, page 1, line 8*" in written
    assert "17 times 23 is 391." in written
    samples, _ = samples_of(tmp_path / "answers.wav")
    assert samples.any()


def test_silent_and_json(command: RunCommand, tmp_path: Path) -> None:
    """One object with every question in its order; no sound where none is wanted."""
    outcome = command("ask", "--document", WORKSHEET, "--each-question", "--silent", "--json", "--out", "done.md")
    result = outcome.object
    assert set(result) == {"documents", "missing", "questions", "out", "reply"}
    assert (result["out"], result["reply"]) == ("done.md", None)
    assert [set(question) for question in result["questions"]] == [QUESTION_KEYS] * 6
    assert [question["number"] for question in result["questions"]] == [f"{number}." for number in range(1, 7)]
    assert [question["lines"] for question in result["questions"]] == [[number] for number in range(8, 14)]
    assert "391" in result["questions"][0]["answer"]
    assert [question["error"] for question in result["questions"]][:2] == [None, None]
    assert outcome.code == int(any(question["error"] for question in result["questions"]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["done.md"]


def test_no_questions(command: RunCommand, tmp_path: Path) -> None:
    """A document without questions is named, with what to do; exit code 1, and nothing is written."""
    outcome = command("ask", "--document", INVOICE, "--each-question")
    assert outcome.code == 1
    assert outcome.err.strip().splitlines()[-1] == (
        "error: invoice.png: no questions were found there; ask one of your own with --text Q"
    )
    assert outcome.out == ""
    assert list(tmp_path.iterdir()) == []


def test_no_questions_as_json(command: RunCommand, tmp_path: Path) -> None:
    """The object is there all the same; a blank page is named."""
    outcome = command("ask", "--document", blank(tmp_path / "blank.png"), "--each-question", "--silent", "--json")
    assert outcome.code == 1
    assert (outcome.object["questions"], outcome.object["out"]) == ([], None)
    assert "no text found" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["question.wav"], "--each-question and the sound file question.wav"),
        (["--text", "Why?"], "--each-question and --text"),
        (["--conversation", "kitchen"], "--each-question and --conversation"),
        (["--trace", "t.json"], "--each-question and --trace t.json"),
        (["--out", "a.wav"], "--out a.wav: with --each-question this is the written file, such as a.md"),
        (["--out", "missing/a.md"], "missing/a.md"),
        (["--out", "."], "."),
        (["--document", "nothing.png"], "nothing.png"),
    ],
)
def test_what_does_not_go_together(command: RunCommand, arguments: list[str], words: str) -> None:
    """Bad use is refused by both names before anything is loaded."""
    outcome = command("ask", "--each-question", "--document", WORKSHEET, *arguments)
    assert outcome.code == 2
    assert words in outcome.err
    assert "loaded" not in outcome.err
    assert outcome.out == ""


def test_bad_use_of_one_flag(command: RunCommand) -> None:
    """Questions need a document; silence needs questions."""
    assert "--document exam.png" in command("ask", "--each-question").err
    outcome = command("ask", "--text", "Why?", "--silent")
    assert outcome.code == 2
    assert "--silent goes with --each-question" in outcome.err


class _Server:
    """Chat completions on loopback, answered by a function of the prompt: a text, or the status of a failure."""

    def __init__(self, reply: Callable[[str], str | int]) -> None:
        self.prompts: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(200, json.dumps({"data": [{"id": "deepseek-r1"}]}), "application/json")

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                prompt = next(each["content"] for each in body["messages"] if each["role"] == "user")
                outer.prompts.append(prompt)
                said = reply(prompt)
                if isinstance(said, int):
                    self._send(said, json.dumps({"error": {"message": "no"}}), "application/json")
                    return
                deltas: list[dict[str, Any]] = [{"reasoning_content": "secret thoughts"}, {"content": said}, {}]
                choices = [{"index": 0, "delta": delta, "finish_reason": None if delta else "stop"} for delta in deltas]
                events = [{"model": "deepseek-r1", "choices": [choice]} for choice in choices]
                lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
                self._send(200, f"{lines}data: [DONE]\n\n", "text/event-stream")

            def _send(self, status: int, body: str, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def target(self) -> str:
        """For `--r1`."""
        return f"openai:http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[str], str | int]], _Server]]:
    """Starts a server with the given replies."""
    servers: list[_Server] = []

    def start(reply: Callable[[str], str | int]) -> _Server:
        servers.append(_Server(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def asked(prompt: str) -> str:
    """The question of a prompt."""
    return prompt.rsplit("\nUser: ", 1)[1].removesuffix("\nAssistant:")


def test_one_failure_leaves_the_rest(
    command: RunCommand, tmp_path: Path, serve: Callable[..., _Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that fails is an entry with its error, the others are answered; exit code 1."""
    monkeypatch.setenv("R1_CACHE", "off")

    def reply(prompt: str) -> str | int:
        question = asked(prompt)
        if "pencil" in question:
            return 422
        if "minutes" in question:
            return ""
        return f"Reply to {question} [worksheet.png p1 l8] [worksheet.png p1 l99]"

    server = serve(reply)
    model = ("--r1", server.target, "--model", "deepseek-r1")
    outcome = command("ask", "--document", WORKSHEET, "--each-question", "--silent", "--json", *model)
    assert outcome.code == 1
    questions = outcome.object["questions"]
    assert [bool(question["error"]) for question in questions] == [False, False, False, True, True, False]
    assert questions[0]["answer"] == "Reply to What is 17 times 23?"
    assert questions[0]["citations"] == [
        {"document": "worksheet.png", "page": 1, "line": 8, "quote": "1. What is 17 times 23?"}
    ]
    assert "422" in questions[3]["error"]
    assert "did not reach an answer" in questions[4]["error"]
    assert "secret" not in outcome.out
    written = (tmp_path / "answers.md").read_text(encoding="utf-8")
    assert written.count("**No answer:**") == 2
    assert written.index("17 times 23") < written.index("four thousand")
    assert all("[worksheet.png p1 l8]" in prompt for prompt in server.prompts)


def test_answers_come_in_the_order_of_the_questions(
    command: RunCommand, serve: Callable[..., _Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the calls end, the screen has them as the sheet does."""
    monkeypatch.setenv("R1_CACHE", "off")
    server = serve(lambda prompt: f"({asked(prompt)})")
    outcome = command(
        "ask", "--document", WORKSHEET, "--each-question", "--silent", "--r1", server.target, "--model", "deepseek-r1"
    )
    lines = [line.strip() for line in outcome.out.splitlines()]
    answers = [line.strip("()") for line in lines if line.startswith("(")]
    assert outcome.code == 0
    assert [line.split(" ", 1)[1] for line in lines if line[:2] in {f"{number}." for number in range(1, 7)}] == answers
    assert len(answers) == 6


def test_a_voice_that_fails(command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers are there in writing, the fault is said, and the exit code is 1."""

    async def fail(*_: object) -> None:
        raise SetupError("the voice is gone; run doctor")

    monkeypatch.setattr(ask_each, "_speak", fail)
    outcome = command("ask", "--document", WORKSHEET, "--each-question")
    assert outcome.code == 1
    assert "the voice is gone" in outcome.err
    assert "391" in (tmp_path / "answers.md").read_text(encoding="utf-8")


def test_what_was_answered_before_a_stop_is_kept(
    command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off in the middle, the written file has the answers that had come."""

    async def stop(_client: object, _context: object, result: EachResult, *, quiet: bool) -> None:
        document, question = result.found[0]
        result.answered.append(Answered(document, question, Answer(question.asked, "It is 391.")))
        raise asyncio.CancelledError

    monkeypatch.setattr(ask_each, "_answer", stop)
    with pytest.raises(asyncio.CancelledError):
        command("ask", "--document", WORKSHEET, "--each-question", "--silent")
    written = (tmp_path / "answers.md").read_text(encoding="utf-8")
    assert "It is 391." in written
    assert "6 questions, 1 answered" in written


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("A pencil costs $0.80. How much do six cost?", "It says: “A pencil costs $0.80.”", True),
        ("植物生长需要哪些条件？", "文件里写着：“4、植物生长需要哪些条件？”", True),
        ("Which word is a verb?", "The verb is “run”.", False),
        ("What does the sign say?", "It says: “No entry.”", False),
        ("What is 2 plus 2?", "2 plus 2 is 4.", False),
        ("Who said “Go”?", "Tom is the one in the story who said “Go”.", False),
        ("What is ice?", "", False),
    ],
)
def test_a_quotation_of_the_question_is_no_answer(question: str, answer: str, expected: bool) -> None:
    """What only repeats the question is told from what quotes the document."""
    assert repeats(question, answer) is expected


def entry(text: str, answer: str | None, document: str = "a.png") -> Answered:
    """The first question of a text with an answer."""
    (question, *_) = find_questions(placed_lines(text))
    place = Citation(document, 1, 2, "Total   $5 *net*")
    return Answered(
        document, question, None if answer is None else Answer(question.asked, answer, (place,)), error="*gone*"
    )


def test_markdown_shows_things_as_they_are() -> None:
    """Marks of Markdown in questions, answers and names are shown, not obeyed; options are a list."""
    html = MarkdownIt().render(markdown([entry("1. Which is <b>?\nA. *x*\nB. _y_", "# One\n* two", "a_b_.png")], 2))
    assert "<h1>Answers: a_b_.png</h1>" in html
    assert "<h2>1. Which is &lt;b&gt;?</h2>" in html
    assert "<li>A. *x*</li>" in html
    assert "<p># One</p>" in html
    assert "<p>* two</p>" in html
    assert "<em>a_b_.png, page 1, lines 1-3</em>" in html
    assert "Total $5 *net*" in html
    assert "2 questions, 1 answered" in html


def test_markdown_of_two_documents() -> None:
    """Each has a heading of its own, its questions below."""
    html = MarkdownIt().render(markdown([entry("1. Why?", "So.", "a.png"), entry("1. Who?", None, "b.png")], 2))
    assert html.index("<h2>a.png</h2>") < html.index("<h3>1. Why?</h3>") < html.index("<h2>b.png</h2>")
    assert "<strong>No answer:</strong> *gone*" in html


@pytest.mark.parametrize(
    ("text", "answer", "spoken"),
    [
        ("3. What is ice?", "Frozen water.", ("Question 3: What is ice?\n", "Frozen water.")),
        ("What is ice?", "Frozen water.", ("Question 7: What is ice?\n", "Frozen water.")),
        ("1. A week has ____ days.", None, ("Question 1: A week has blank days.\n", "I have no answer to this.")),
        ("2、冰是什么？", "结冰的水。", ("第2题：冰是什么？\n", "结冰的水。")),
        ("2、一天有____小时", None, ("第2题：一天有 什么 小时。\n", "这一题没有答案。")),
    ],
)
def test_how_it_is_said(text: str, answer: str | None, spoken: tuple[str, str]) -> None:
    """By its printed number, or its place in the list; gaps are said."""
    assert spoken_parts(entry(text, answer), 7) == spoken
