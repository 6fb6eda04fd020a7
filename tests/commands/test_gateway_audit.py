"""`gateway audit`: search, verify, retain, as a person uses them."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from sqlalchemy import delete

from commands import command_line
from commands.gateway_audit import app
from commands.gateway_audit_times import milliseconds_of
from commands.settings import data_folder
from gateway.audit.pending import pending_of
from gateway.audit.store import AuditStore
from gateway.audit.tables import CALLS
from gateway.database import open_database
from gateway.privacy import open_gateway_key
from pipeline.errors import InputError
from tests.commands.conftest import Outcome, RunCommand
from tests.gateway.audit.records import CANARY, Kind, answer, question, record

Audit = Callable[..., Outcome]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a gateway that was told nothing keeps its data."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("GATEWAY_DATABASE", raising=False)
    monkeypatch.delenv("GATEWAY_AUDIT_KEY_FILE", raising=False)
    folder = data_folder() / "gateway"
    folder.mkdir(mode=0o700, parents=True)
    return folder


@pytest.fixture
def audit(command: RunCommand, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    """Runs a verb of `gateway audit`, with the command line's own way of telling what went wrong."""

    def build() -> typer.Typer:
        gateway = typer.Typer()
        gateway.add_typer(app, name="audit")
        root = typer.Typer(pretty_exceptions_enable=False)
        root.add_typer(gateway, name="gateway")
        return root

    monkeypatch.setattr(command_line, "build", build)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: command("gateway", "audit", *arguments)


@pytest.fixture
def written(folder: Path) -> Path:
    """A log with an old call and some new ones; its database."""
    now = datetime.now(UTC)
    kinds = [Kind(), Kind("key-2", "office", "/v1/models"), Kind(status=429, error_class="overloaded"), Kind("", "")]
    made = [record(1, at=now - timedelta(days=200))]
    made += [record(number, kinds[number % 4], now - timedelta(hours=1)) for number in range(2, 10)]
    with open_database(f"sqlite:///{folder / 'gateway.sqlite'}") as database:
        store = AuditStore(database, open_gateway_key(folder / "audit.key"))
        store.append([pending_of(each) for each in made], "writer", 1)
    return folder / "gateway.sqlite"


@pytest.mark.usefixtures("written")
def test_calls_are_shown_as_a_table(audit: Audit) -> None:
    """The newest first, with a word on where older ones are."""
    shown = audit("search", "--limit", "4")
    assert shown.code == 0 and "key-2" in shown.out and "overloaded" in shown.out
    assert [line.split()[0] for line in shown.out.splitlines()[1:]] == ["9", "8", "7", "6"]
    assert "--before 6" in shown.err
    assert CANARY not in shown.out + shown.err


@pytest.mark.usefixtures("written")
def test_a_table_in_a_pipe_has_a_line_for_each_call(audit: Audit) -> None:
    """Nothing in it is broken, whatever the width of a terminal would be."""
    heading, *lines = audit("search").out.splitlines()
    assert len(lines) == 9 and heading.split()[0] == "sequence"
    assert all("/v1/models" in line for line in lines)


@pytest.mark.usefixtures("written")
def test_a_table_fits_a_narrow_terminal(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 80 columns: an api_key of the usual length, and the route that is asked most, stay whole."""
    from rich.console import Console

    from commands import gateway_audit_report as module

    written = io.StringIO()
    console = Console(file=written, width=80, force_terminal=True, color_system=None, highlight=False)
    monkeypatch.setattr(module, "screen", lambda: console)
    folder = data_folder() / "gateway"
    with open_database(f"sqlite:///{folder / 'gateway.sqlite'}") as database:
        store = AuditStore(database, open_gateway_key(folder / "audit.key"))
        store.append([pending_of(record(20, Kind("r1-0123456789abcdef")))], "writer", 9)
    audit("search", "--limit", "1")
    _heading, *lines = written.getvalue().splitlines()
    assert len(lines) == 1 and "r1-0123456789abcdef" in lines[0] and "/v1/models/r1/infer" in lines[0]


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("flags", [("--json",), ("--format", "json")])
def test_calls_are_written_as_json(audit: Audit, flags: tuple[str, ...]) -> None:
    """One object, with all that is kept and the mark for the next page."""
    shown = audit("search", "--limit", "2", *flags).object
    assert [entry["sequence"] for entry in shown["entries"]] == [9, 8] and shown["next"] == 8
    assert len(shown["entries"][0]["request_digest"]) == 64
    assert audit("search", "--before", "3", "--json").object["next"] is None


@pytest.mark.usefixtures("written")
def test_calls_are_written_as_csv(audit: Audit) -> None:
    """A heading and a line each, which any spreadsheet reads."""
    rows = list(csv.DictReader(io.StringIO(audit("search", "--format", "csv", "--limit", "5000").out)))
    assert [row["sequence"] for row in rows] == [str(number) for number in range(9, 0, -1)]
    assert rows[0]["client_id"] == "key-2" and rows[0]["queued_ms"] == "3.5" and rows[0]["streamed"] == "true"


def test_a_spreadsheet_takes_no_value_for_a_formula(audit: Audit, folder: Path) -> None:
    """What an engine or a caller named itself is text."""
    with open_database(f"sqlite:///{folder / 'gateway.sqlite'}") as database:
        store = AuditStore(database, open_gateway_key(folder / "audit.key"))
        store.append([pending_of(record(1, Kind(error_class='=HYPERLINK("x")')))], "writer", 1)
    (row,) = csv.DictReader(io.StringIO(audit("search", "--format", "csv").out))
    assert row["error_class"] == '\'=HYPERLINK("x")'


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("--caller", "key-2"), [9, 5]),
        (("--tenant", "office"), [9, 5]),
        (("--route", "/v1/models"), [9, 5]),
        (("--status", "429"), [6, 2]),
        (("--error", "overloaded"), [6, 2]),
        (("--error", "", "--tenant", "home"), [8, 4, 1]),
        (("--since", "2d"), list(range(9, 1, -1))),
        (("--until", "2d"), [1]),
        (("--tenant", "home", "--since", "3h", "--until", "30m", "--limit", "2"), [8, 6]),
        (("--caller", "nobody"), []),
    ],
)
def test_what_is_asked_holds_together(audit: Audit, flags: tuple[str, ...], expected: list[int]) -> None:
    """Each flag narrows the search."""
    assert [entry["sequence"] for entry in audit("search", *flags, "--json").object["entries"]] == expected


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("form", ["table", "csv"])
def test_nothing_found_is_said(audit: Audit, form: str) -> None:
    """On stderr; stdout stays empty."""
    shown = audit("search", "--caller", "nobody", "--format", form)
    assert (shown.code, shown.out) == (0, "") and "no call fits" in shown.err


@pytest.mark.usefixtures("written")
def test_a_body_is_checked_against_a_call(audit: Audit, tmp_path: Path) -> None:
    """By sequence and by id; exit code 1 for another body, and for a user who was not the one."""
    body, user = tmp_path / "body", f"{CANARY}-ana"
    body.write_bytes(question(2))
    for call in ("2", "infer-2"):
        shown = audit("check", call, "--body", body, "--user", user)
        assert (shown.code, "this is the request of call 2 (infer-2," in shown.out) == (0, True), shown.err
    body.write_bytes(answer(2))
    assert audit("check", "2", "--body", body, "--user", user, "--json").object["is"] == "response"
    other = audit("check", "3", "--body", body, "--user", user)
    assert (other.code, "NOT THE SAME" in other.out) == (1, True)
    assert audit("check", "2", "--body", body, "--user", "tom", "--json").object["is"] == "no_key"
    for arguments, fault in (
        (("2", "--body", body), "add --user"),
        (("99", "--body", body), "no such call"),
        (("2", "--body", tmp_path / "nowhere"), "cannot be read"),
    ):
        shown = audit("check", *arguments)
        assert (shown.code, fault in shown.err) == (2, True)


@pytest.mark.usefixtures("written")
def test_a_call_that_named_nobody_is_checked_by_its_client_s_key(audit: Audit, folder: Path, tmp_path: Path) -> None:
    """Also one of a caller who had no credential."""
    with open_database(f"sqlite:///{folder / 'gateway.sqlite'}") as database:
        store = AuditStore(database, open_gateway_key(folder / "audit.key"))
        made = [record(20, user=""), record(21, Kind(client=""), user="")]
        store.append([pending_of(each) for each in made], "writer", 2)
    body = tmp_path / "body"
    for number in (20, 21):
        body.write_bytes(question(number))
        assert audit("check", f"infer-{number}", "--body", body, "--json").object["is"] == "request"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("search",), "no gateway has kept a log there"),
        (("search", "--database", "sqlite:///nowhere.sqlite"), "there is no such file"),
        (("verify", "--audit-key", "nowhere.key"), "there is no such file"),
        (("search", "--since", "yesterday"), "--since 'yesterday': give a date"),
        (("search", "--limit", "0"), "--limit"),
        (("search", "--format", "xml"), "--format"),
        (("retain", "--days", "-1"), "--days -1"),
        (("verify", "--head", "12"), "--head 12: give it as"),
        (("verify", "--head", "x:00"), "--head x:00: give it as"),
    ],
)
def test_what_cannot_be_used_is_named(audit: Audit, arguments: tuple[str, ...], fault: str) -> None:
    """Exit code 2, and nothing is made that was not there."""
    shown = audit(*arguments)
    assert shown.code == 2 and fault in shown.err and shown.out == "" and not list(Path.cwd().glob("*.sqlite"))


def test_a_database_that_fails_is_told(audit: Audit, folder: Path) -> None:
    """Exit code 1, with what to do."""
    (folder / "gateway.sqlite").write_bytes(b"no database " * 1000)
    shown = audit("search")
    assert shown.code == 1 and "keep this file apart" in shown.err


@pytest.mark.usefixtures("written")
def test_a_log_that_is_intact_is_said_to_be(audit: Audit) -> None:
    """With the head, to be noted elsewhere and compared with later."""
    shown = audit("verify")
    assert shown.code == 0 and shown.out.startswith("intact: 9 rows, 1 to 9\nhead: 9:")
    head = shown.out.splitlines()[1].removeprefix("head: ")
    assert audit("verify", "--head", head).code == 0
    told = audit("verify", "--json").object
    assert told["intact"] and told["head"] == head and told["signatures_checked"]


def test_a_log_that_was_changed_is_told(audit: Audit, written: Path) -> None:
    """Exit code 1, and which rows."""
    with open_database(f"sqlite:///{written}") as database, database.writing() as connection:
        connection.execute(delete(CALLS).where(CALLS.c.sequence == 4))
    shown = audit("verify")
    assert shown.code == 1 and "row 4 is gone" in shown.out and "NOT INTACT" in shown.out
    told = audit("verify", "--json")
    assert told.code == 1 and [fault["sequence"] for fault in told.object["faults"]] == [4]


def test_without_the_key_signatures_are_not_checked(audit: Audit, written: Path) -> None:
    """That is said, and no key is made that never signed anything."""
    (written.parent / "audit.key").unlink()
    shown = audit("verify")
    assert shown.code == 0 and "signatures are not checked" in shown.err
    assert not (written.parent / "audit.key").exists()
    assert audit("retain", "--yes").code == 2


@pytest.mark.usefixtures("written")
def test_old_calls_are_removed_when_it_is_meant(audit: Audit) -> None:
    """Without --yes it is only said how many that would be; afterwards the log verifies."""
    asked = audit("retain", "--json")
    assert (asked.object["outlived"], asked.object["removed"]) == (1, 0)
    assert "1 calls from before" in audit("retain").err
    assert audit("retain", "--yes", "--json").object["removed"] == 1
    shown = audit("verify")
    assert shown.code == 0 and shown.out.startswith("intact: 8 rows, 2 to 9, after 1 that retention removed")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", "2026-03-01T00:00:00+00:00"),
        ("2026-03-01T08:30", "2026-03-01T08:30:00+00:00"),
        ("2026-03-01 08:30:15.5+08:00", "2026-03-01T00:30:15.500000+00:00"),
        ("2026-03-01T08:30Z", "2026-03-01T08:30:00+00:00"),
        ("90m", "2026-02-28T22:30:00+00:00"),
        ("24h", "2026-02-28T00:00:00+00:00"),
        (" 7d ", "2026-02-22T00:00:00+00:00"),
    ],
)
def test_moments_are_read_as_people_write_them(text: str, moment: str) -> None:
    """In UTC unless they say otherwise; a span counts back from now."""
    now = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
    assert milliseconds_of("--since", text, lambda: now) == datetime.fromisoformat(moment).timestamp() * 1000


@pytest.mark.parametrize("text", ["", "soon", "12", "-3h", "2026-13-01", "3y", "٣d", "9" * 30 + "d"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    """With what would be one."""
    with pytest.raises(InputError, match=r"--until .* such as 24h"):
        milliseconds_of("--until", text)


@pytest.mark.usefixtures("written")
def test_help_answers_at_once(audit: Audit) -> None:
    """Nothing heavy is imported for it."""
    started = time.monotonic()
    shown = audit("search", "--help")
    assert shown.code == 0 and "--error" in shown.out and time.monotonic() - started < 5
