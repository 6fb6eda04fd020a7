"""`gateway token revoke`: by token, by its name, from standard input."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from commands.settings import data_folder
from gateway.access.registry import Registry
from gateway.access.sealing import KeyFile, Seal
from gateway.access.signed import sign
from gateway.database import open_database
from tests.commands.conftest import RunCommand

JTI = "0123456789abcdef" * 2
TOKEN = sign({"iss": "r1-gateway", "jti": JTI}, b"canary" * 8, "k1")


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("GATEWAY_DATABASE", "GATEWAY_KEY_FILE", "GATEWAY_SECRETS_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def revoked() -> frozenset[str]:
    """What the registry holds of revoked tokens."""
    folder = data_folder() / "gateway"
    with open_database(f"sqlite:///{folder / 'gateway.sqlite'}") as database:
        return Registry(database, Seal(KeyFile(folder / "secrets.key"))).snapshot().revoked_tokens


@pytest.mark.parametrize("given", [TOKEN, f"Bearer {TOKEN}", JTI, "-"])
def test_a_token_is_ended(command: RunCommand, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """The registry holds its name; the token itself is not repeated."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n"))
    outcome = command("gateway", "token", "revoke", given)
    assert (outcome.code, outcome.out) == (0, "")
    assert JTI in outcome.err and TOKEN not in outcome.err
    assert revoked() == {JTI}


def test_json_is_one_object(command: RunCommand) -> None:
    """And twice is as good as once."""
    for _ in range(2):
        outcome = command("gateway", "token", "revoke", JTI, "--json")
        assert outcome.object == {"token_id": JTI, "revoked": True}


@pytest.mark.parametrize("given", ["", "canary", JTI.upper(), sign({"jti": "canary"}, b"k", "k")])
def test_what_is_no_token_is_refused(command: RunCommand, given: str) -> None:
    """Exit code 2, and nothing of it is repeated."""
    outcome = command("gateway", "token", "revoke", given)
    assert outcome.code == 2
    assert "neither an access token" in outcome.err and "canary" not in outcome.err
