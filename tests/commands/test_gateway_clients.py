"""`gateway client`: registering, listing, changing, rotating and revoking, as a user does it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from commands import command_line
from commands.settings import data_folder
from gateway.access.registry import Registry, client_place
from gateway.access.sealing import KeyFile, Seal
from gateway.database import open_database
from tests.commands.conftest import Outcome, RunCommand

Client = Callable[..., Outcome]


@pytest.fixture
def client(command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Runs `gateway client …` with a data folder of its own."""
    for variable in ("GATEWAY_DATABASE", "GATEWAY_KEY_FILE", "GATEWAY_SECRETS_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    # The module by itself, so that this does not depend on where the verb hangs.
    monkeypatch.setattr(command_line, "VERBS", ("gateway_clients",))
    return lambda *arguments: command("gateway_clients", *arguments)


def test_add_prints_key_and_secret_once(client: Client) -> None:
    """On stdout, to be copied; what they are good for on stderr; the list shows the key and no secret."""
    added = client("add", "kitchen", "--role", "developer", "--tenant", "家", "--requests-per-minute", "60")
    assert added.code == 0
    key, secret = re.fullmatch(r"api_key     (r1-[0-9a-f]{16})\napi_secret  (\S{64})\n", added.out).groups()  # type: ignore[union-attr]  # fails as it should
    assert "not shown again" in added.err
    assert secret not in added.err
    listed = client("list")
    assert listed.code == 0
    for shown in ("kitchen", key, "developer", "家", "in use"):
        assert shown in listed.out
    assert secret not in listed.out + listed.err


def test_json_is_one_object_and_nothing_else(client: Client) -> None:
    """Of every verb."""
    added = client("add", "厨房", "--role", "auditor", "--json").object
    assert set(added) == {"api_key", "api_secret", "client"}
    listed = client("list", "--json").object["clients"]
    assert listed == [added["client"]]
    assert listed[0] == {
        "name": "厨房",
        "api_key": added["api_key"],
        "role": "auditor",
        "tenant": "default",
        "limits": {
            "requests_per_minute": None,
            "tokens_per_minute": None,
            "tokens_per_day": None,
            "calls_at_once": None,
        },
        "created_at": listed[0]["created_at"],
        "rotated_at": None,
        "old_secret_until": None,
        "revoked_at": None,
    }
    changed = client("change", "厨房", "--calls-at-once", "2", "--role", "developer", "--json").object["client"]
    assert (changed["role"], changed["limits"]["calls_at_once"]) == ("developer", 2)
    rotated = client("rotate", added["api_key"], "--json").object
    assert rotated["api_secret"] != added["api_secret"]
    assert rotated["client"]["old_secret_until"]
    assert client("renew-keys", "--json").object == {"sealed_anew": 4}
    assert client("revoke", "厨房", "--json").object["client"]["revoked_at"]


def test_the_secret_that_was_printed_is_the_one_that_counts(client: Client) -> None:
    """After adding, rotating and renewing the keys."""
    client("add", "kitchen", "--role", "developer")
    secret = client("rotate", "kitchen", "--json").object["api_secret"]
    client("renew-keys")
    folder = data_folder() / "gateway"
    with open_database(f"sqlite:///{folder / 'gateway.sqlite'}") as database:
        registry = Registry(database, Seal(KeyFile(folder / "secrets.key")))
        key = registry.find("kitchen").client_id
        assert registry.open(registry.snapshot().sealed[key].current, client_place(key)).decode() == secret


def test_files_are_the_owner_s_alone_and_hold_no_secret(client: Client, tmp_path: Path) -> None:
    """Database and key file, in a folder of mode 0700; a canary in neither."""
    secrets = [client("add", name, "--role", "developer", "--json").object["api_secret"] for name in ("a", "b")]
    secrets.append(client("rotate", "a", "--json").object["api_secret"])
    outputs = [client("list"), client("list", "--json"), client("revoke", "b"), client("renew-keys"), client("list")]
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"gateway.sqlite", "secrets.key"}
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        for secret in secrets:
            assert secret.encode() not in file.read_bytes()
    for outcome in outputs:
        assert outcome.code == 0
        assert not any(secret in outcome.out + outcome.err for secret in secrets)


def test_a_client_s_life(client: Client) -> None:
    """Changed, rotated, revoked: each is said, and the list shows it."""
    client("add", "kitchen", "--role", "developer", "--tokens-per-day", "5000")
    changed = client("change", "kitchen", "--requests-per-minute", "7", "--tokens-per-day", "0")
    assert "7 requests per minute" in changed.err
    assert "tokens per day" not in changed.err
    assert "old secret counts until" in client("rotate", "kitchen").err
    assert "old secret" not in client("rotate", "kitchen", "--old-secret-hours", "0").err
    assert "rotated" in client("list", "--json").out
    assert "is revoked" in client("revoke", "kitchen").err
    assert "revoked" in client("list").out
    assert client("add", "kitchen", "--role", "developer").code == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("add", "x", "--role", "king"), "administrator, developer, auditor"),
        (("add", "x"), "--role"),
        (("add", "--role", "developer"), "NAME"),
        (("add", "kitchen", "--role", "developer"), "already"),
        (("add", "a\nforged", "--role", "developer"), "printable"),
        (("add", "\x1b[31mred", "--role", "developer"), "printable"),
        (("add", "", "--role", "developer"), "printable"),
        (("add", "x", "--role", "developer", "--tenant", "a:b"), "tenant"),
        (("add", "x", "--role", "developer", "--calls-at-once", "-4"), "calls at once"),
        (("add", "x", "--role", "developer", "--tokens-per-day", "many"), "valid integer"),
        (("add", "x", "--role", "developer", "--tokens-per-day", "9" * 30), "tokens per day"),
        (("rotate", "nobody"), "there are: kitchen"),
        (("rotate", "kitchen", "--old-secret-hours", "-1"), "30 days"),
        (("rotate", "kitchen", "--old-secret-hours", "9" * 30), "30 days"),
        (("revoke", "nobody\n"), "there are: kitchen"),
        (("revoke",), "NAME"),
        (("change", "kitchen"), "--role"),
        (("change", "nobody", "--role", "auditor"), "there are: kitchen"),
        (("change", "kitchen", "--role", ""), "administrator, developer, auditor"),
        (("lend", "kitchen"), "lend"),
    ],
)
def test_bad_input_is_the_user_s_to_mend(client: Client, arguments: tuple[str, ...], complaint: str) -> None:
    """Exit code 2, on stderr, with what there is; nothing changes."""
    client("add", "kitchen", "--role", "developer")
    before = client("list", "--json").out
    outcome = client(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert complaint in re.sub(r"\s+", " ", outcome.err)
    assert "\x1b" not in outcome.err
    assert client("list", "--json").out == before


@pytest.mark.parametrize("name", ["Kitchen", " kit chen", "ｋｉｔｃｈｅｎ", "KITCHEN"])
def test_names_that_look_alike_are_refused(client: Client, name: str) -> None:
    """By case, spaces, or another form of the same letters; the one that is there is named. A revoked one's is free."""
    client("add", "kitchen", "--role", "developer")
    outcome = client("add", name, "--role", "auditor")
    assert outcome.code == 2
    assert "there is a client 'kitchen' already" in outcome.err and "looks like" in outcome.err
    client("revoke", "kitchen")
    assert client("add", name, "--role", "auditor").code == 0


def test_a_list_in_a_pipe_has_a_line_for_each_client(client: Client) -> None:
    """However long, and in columns, Chinese too; no word is broken."""
    client("add", "厨房", "--role", "developer", "--tenant", "a" * 64)
    limits = ("--requests-per-minute", "60", "--tokens-per-day", "100000", "--calls-at-once", "3")
    client("add", "kitchen of the second floor", "--role", "administrator", *limits)
    heading, *lines = client("list").out.splitlines()
    assert len(lines) == 2
    assert "60 requests per minute, 100000 tokens per day, 3 calls at once" in "\n".join(lines)
    assert heading.split() == ["name", "api_key", "role", "tenant", "limits", "created", "state"]
    assert len({cell_len(line.partition("r1-")[0]) for line in lines}) == 1


def test_nothing_registered_is_said(client: Client) -> None:
    """With the command that registers one."""
    outcome = client("list")
    assert (outcome.code, outcome.out) == (0, "")
    assert "client add" in outcome.err


def test_another_database_and_key_file(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By flag or environment; the data folder stays empty."""
    database, key = f"sqlite:///{tmp_path}/g.sqlite", tmp_path / "keys" / "k"
    assert client("add", "a", "--role", "developer", "--database", database, "--key-file", key).code == 0
    monkeypatch.setenv("GATEWAY_DATABASE", database)
    monkeypatch.setenv("GATEWAY_KEY_FILE", str(key))
    assert [one["name"] for one in client("list", "--json").object["clients"]] == ["a"]
    assert not data_folder().exists()


def test_a_key_in_the_environment_makes_no_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """And renewing it says how."""
    monkeypatch.setenv("GATEWAY_SECRETS_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    assert client("add", "a", "--role", "developer").code == 0
    assert not (data_folder() / "gateway" / "secrets.key").exists()
    renewed = client("renew-keys")
    assert renewed.code == 1
    assert "GATEWAY_SECRETS_KEY" in renewed.err
    monkeypatch.delenv("GATEWAY_SECRETS_KEY")
    assert client("list").code == 1


@pytest.mark.parametrize(
    ("url", "code", "complaint"),
    [
        ("mysql://user:canary@host/x", 2, "sqlite:///PATH"),
        ("canary", 2, "sqlite:///PATH"),
        ("postgresql://user:canary@127.0.0.1:9/x", 1, "127.0.0.1"),
        ("sqlite:////dev/null/x.sqlite", 2, "there is no folder /dev/null"),
    ],
)
def test_a_database_that_cannot_be_used_fails(client: Client, url: str, code: int, complaint: str) -> None:
    """By its address without the password; an address that names nothing is the user's to mend."""
    outcome = client("list", "--database", url)
    assert outcome.code == code
    assert complaint in outcome.err
    assert "canary" not in outcome.err.replace("'canary'", "")


def test_files_that_cannot_be_trusted_fail(client: Client, tmp_path: Path) -> None:
    """A key file that others can read, and a database that is none."""
    client("add", "a", "--role", "developer")
    key = data_folder() / "gateway" / "secrets.key"
    key.chmod(0o644)
    outcome = client("list")
    assert outcome.code == 1
    assert "chmod 600" in outcome.err
    key.chmod(0o600)
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(os.urandom(5000))
    outcome = client("list", "--database", f"sqlite:///{broken}")
    assert outcome.code == 1
    assert str(broken) in outcome.err
