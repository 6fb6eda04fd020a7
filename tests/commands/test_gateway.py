"""`gateway` as a user has it: settings, refusals, and the three commands to a running one in front of Ollama."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from commands.gateway_settings import GatewaySettings, load_gateway_settings, servers
from commands.settings import Settings, load_settings
from gateway.monitoring.alerts import AlertLimits
from pipeline.errors import InputError
from r1.errors import SettingsError
from tests.commands.conftest import RunCommand
from tests.commands.ollama import OllamaServer
from tests.commands.signals import obey_signals
from tests.conftest import ROOT
from tests.gateway.serving import free_port

DOOR = [sys.executable, str(ROOT / "run_agent.py"), "gateway"]
QUESTION = "Why is the sky blue?"


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(variable)


# -- settings


def test_flags_win_over_environment_over_file(tmp_path: Path) -> None:
    """Each setting from the place that counts most, and in its own type."""
    file = tmp_path / "config.toml"
    file.write_text('[gateway]\nport = 1\nslots = 5\nhost = "::1"\ndocs = false\ndrain_s = 2\n')
    settings = load_gateway_settings({"GATEWAY_PORT": "2", "GATEWAY_SLOTS": "6", "GATEWAY_DOCS": "on"}, file)
    assert settings.chosen({"port": 3, "slots": None}) == GatewaySettings("::1", 3, slots=6, docs=True, drain_s=2.0)


def test_the_other_commands_pass_over_the_gateway_s_table(tmp_path: Path) -> None:
    """One file serves both."""
    file = tmp_path / "config.toml"
    file.write_text('[gateway]\nport = 1\n[r1]\nmodel = "x"\n')
    assert load_settings({}, file).r1_model == "x"


def test_paths_in_the_file_start_at_its_folder(tmp_path: Path) -> None:
    """As those of the other settings do."""
    file = tmp_path / "config.toml"
    file.write_text('[gateway]\ncertificate = "tls/server.pem"\n')
    assert load_gateway_settings({}, file).certificate == str(tmp_path / "tls/server.pem")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[gateway]\nprot = 1", "'gateway.prot' is not a setting; known: "),
        ('[gateway]\nport = "x"', "'gateway.port' must be a whole number"),
        ("[gateway]\nport = 70000", "'gateway.port' must be from 0 to 65535"),
        ("[gateway]\ndrain_s = nan", "'gateway.drain_s' must be from 0 to"),
        ("[gateway]\nhost = 1", "'gateway.host' must be a string"),
        ('[gateway]\ncache = "maybe"', "'gateway.cache' must be on or off"),
        ("[gateway]\ndocs = 7", "'gateway.docs' must be on or off"),
        ('[gateway]\ncertificate_key = "x"', "needs a certificate"),
        ("gateway = 1", "'gateway' is not a setting"),
        ("[gateway", "cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, content: str, said: str) -> None:
    """With its place and what would be right."""
    file = tmp_path / "config.toml"
    file.write_text(content)
    with pytest.raises(InputError) as caught:
        load_gateway_settings({}, file)
    assert said in str(caught.value) and str(file) in str(caught.value)


def test_a_variable_that_cannot_be_is_named() -> None:
    """By its own name."""
    with pytest.raises(InputError, match="GATEWAY_PORT must be a whole number"):
        load_gateway_settings({"GATEWAY_PORT": "http"}, Path("/nowhere"))


@pytest.mark.skipif(os.name != "posix", reason="there are no such permissions")
@pytest.mark.parametrize(
    "line", ['webhook = "https://x/y"', 'webhook_secret = "x"', 'database = "postgresql://u:p@h/d"']
)
def test_a_file_with_secrets_must_be_private(tmp_path: Path, line: str) -> None:
    """Others could read them; none is repeated."""
    file = tmp_path / "config.toml"
    file.write_text(f"[gateway]\n{line}\n")
    file.chmod(0o644)
    with pytest.raises(InputError, match="holds a secret of the gateway") as caught:
        load_gateway_settings({}, file)
    assert line.partition('"')[2] not in str(caught.value)
    file.chmod(0o600)
    load_gateway_settings({}, file)


def test_nothing_secret_is_shown() -> None:
    """Settings can be printed."""
    assert "canary" not in repr(GatewaySettings(webhook="https://canary", webhook_secret="canary"))


def test_servers_have_weights_and_keys_of_their_own() -> None:
    """No server is sent another one's key; the fallback is asked only when the others fail."""
    settings = Settings(api_key="first", fallback="openai:http://f/v1", fallback_api_key="last")
    environment = {"R1_2_API_KEY": "second", "R1_2_MODEL": "m2"}
    targets = ["openai:http://a/v1=3", "openai:http://b/v1", "ollama=0"]
    found = servers(settings, targets, environment)
    assert [(each.options.base_url, each.weight, each.options.api_key, each.options.model) for each in found] == [
        ("http://a/v1", 3, "first", ""),
        ("http://b/v1", 1, "second", "m2"),
        ("http://localhost:11434", 0, "", ""),
        ("http://f/v1", 0, "last", ""),
    ]


def test_without_a_server_the_reader_answers() -> None:
    """And one from the settings counts where no flag names any."""
    assert servers(Settings(), (), {}) == []
    assert [each.options.base_url for each in servers(Settings(r1="openai:http://a/v1"), (), {})] == ["http://a/v1"]


@pytest.mark.parametrize("weight", ["x", "-1", "1.5", "1001", ""])
def test_a_weight_that_is_none_is_refused(weight: str) -> None:
    """It must be a whole number."""
    with pytest.raises(InputError, match="weight behind ="):
        servers(Settings(), [f"ollama={weight}"], {})


def test_some_server_must_have_a_weight() -> None:
    """Else nobody would be asked; a server that is none is named."""
    with pytest.raises(InputError, match="none would be asked"):
        servers(Settings(), ["ollama=0"], {})
    with pytest.raises(SettingsError, match="nonsense"):
        servers(Settings(), ["ollama", "nonsense"], {})


# -- refusals


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--port", "99999"], 2, "--port must be from 0 to 65535"),
        (["--slots", "0"], 2, "--slots must be from 3"),
        (["--certificate-key", "x"], 2, "needs a certificate"),
        (["--r1", "nonsense"], 2, "nonsense"),
        (["--r1", "openai:http://localhost:8080/v1"], 2, "is where this gateway itself would listen"),
        (["--database", "mysql://x/y", "--port", "0"], 2, "mysql"),
        (["--database", "sqlite:////nowhere/at/all/g.sqlite", "--port", "0"], 2, "there is no folder /nowhere/at/all"),
        (["--weights", "/nowhere/weights", "--port", "0"], 2, "--weights /nowhere/weights: holds no model"),
        (["--certificate", "/nowhere.pem", "--port", "0"], 1, "/nowhere.pem cannot be read"),
        (["--redis", "nonsense", "--port", "0"], 1, "redis"),
    ],
)
def test_what_cannot_be_served_is_refused(command: RunCommand, flags: list[str], code: int, said: str) -> None:
    """Before anything listens, in a sentence."""
    outcome = command("gateway", *flags)
    assert (outcome.code, said in outcome.err) == (code, True), outcome.err


def test_a_gateway_that_is_not_there_is_said(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a token, and for the panel; without a key first that."""
    url = f"http://127.0.0.1:{free_port()}"
    for verb in ("token", "panel-link"):
        assert "R1_API_KEY" in command("gateway", verb, "--url", url).err
    monkeypatch.setenv("R1_API_KEY", "key")
    monkeypatch.setenv("R1_API_SECRET", "0123456789abcdef" * 3)
    for verb in ("token", "panel-link"):
        outcome = command("gateway", verb, "--url", url)
        assert outcome.code == 1
        assert "check that the server runs" in outcome.err


def test_a_token_is_asked_for_where_the_settings_say_the_gateway_listens(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the panel's link too; R1_BASE_URL and --url win."""
    monkeypatch.setenv("R1_API_KEY", "key")
    monkeypatch.setenv("R1_API_SECRET", "0123456789abcdef" * 3)
    port, other = free_port(), free_port()
    monkeypatch.setenv("GATEWAY_PORT", str(port))
    for verb in ("token", "panel-link"):
        assert f"127.0.0.1:{port}" in command("gateway", verb).err
    monkeypatch.setenv("R1_BASE_URL", f"http://127.0.0.1:{other}")
    assert f"127.0.0.1:{other}" in command("gateway", "token").err


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (GatewaySettings(), "http://127.0.0.1:8080"),
        (GatewaySettings("0.0.0.0", 0), "http://127.0.0.1:8080"),
        (GatewaySettings("::1", 9), "http://[::1]:9"),
        (GatewaySettings("gateway.example.com", 8443, certificate="x"), "https://gateway.example.com:8443"),
    ],
)
def test_where_a_gateway_is_reached(settings: GatewaySettings, address: str) -> None:
    """By its host, unless that is every one; with TLS where it has a certificate."""
    assert settings.address == address


def test_a_slip_in_the_database_s_path_makes_no_folder(command: RunCommand, tmp_path: Path) -> None:
    """Exit code 2 of every verb that opens it; a file is made only in a folder that is there."""
    url = f"sqlite:///{tmp_path}/gatway/g.sqlite"
    for verb in (["client", "list"], ["client", "add", "x", "--role", "auditor"], ["--port", "0"]):
        outcome = command("gateway", *verb, "--database", url)
        assert (outcome.code, f"there is no folder {tmp_path}/gatway" in outcome.err) == (2, True), outcome.err
    outcome = command("feedback", "stats", "--database", url)
    assert (outcome.code, "there is no folder" in outcome.err) == (2, True)
    assert command("gateway", "client", "list", "--database", f"sqlite:///{tmp_path}").code == 2
    assert not (tmp_path / "gatway").exists()


def test_the_limits_of_alerts_are_settings(tmp_path: Path) -> None:
    """Each of them, with the same values where nothing is said; what cannot be is named."""
    known = {each.name: each.default for each in fields(AlertLimits)}
    assert {name: getattr(GatewaySettings(), f"alert_{name}") for name in known} == known
    file = tmp_path / "config.toml"
    file.write_text("[gateway]\nalert_first_event_p99_ms = 8000\n")
    settings = load_gateway_settings({"GATEWAY_ALERT_LOAD_SHARE": "0.9", "GATEWAY_ALERT_LEAST_CALLS": "5"}, file)
    assert (settings.alert_first_event_p99_ms, settings.alert_load_share, settings.alert_least_calls) == (8000, 0.9, 5)
    for variable, value in (("LOAD_SHARE", "0"), ("ENDS_BELOW", "1.5"), ("QUEUE_P95_MS", "nan"), ("LEAST_CALLS", "x")):
        with pytest.raises(InputError, match=f"GATEWAY_ALERT_{variable} must be"):
            load_gateway_settings({f"GATEWAY_ALERT_{variable}": value}, file)


def test_the_configuration_file_names_the_database_for_every_verb(command: RunCommand, tmp_path: Path) -> None:
    """`client add` writes where `gateway` reads; a flag wins."""
    from commands.settings import configuration_file

    file = configuration_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'[gateway]\ndatabase = "sqlite:///{tmp_path}/told.sqlite"\nkey_file = "{tmp_path}/told.key"\n')
    try:
        assert command("gateway", "client", "add", "phone", "--role", "developer").code == 0
        assert (tmp_path / "told.sqlite").exists() and (tmp_path / "told.key").exists()
        flagged = command("gateway", "client", "list", "--database", f"sqlite:///{tmp_path}/other.sqlite", "--json")
        assert flagged.object == {"clients": []}
    finally:
        file.unlink()


# -- a running one


@contextmanager
def running(*flags: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A gateway in a process of its own, and its address."""
    process = subprocess.Popen(
        [*DOOR, "--port", "0", *flags],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=obey_signals,  # noqa: PLW1509 - nothing else reaches the signals of the child
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        address = re.search(r"answers at (\S+),", line)
        assert address is not None, line + process.stderr.read()
        yield address[1], process
    finally:
        process.kill()
        process.communicate()


def registered(command: RunCommand, monkeypatch: pytest.MonkeyPatch, role: str = "developer") -> None:
    """A client, whose key and secret are in the environment from here on."""
    client = command("gateway", "client", "add", role, "--role", role, "--json").object
    monkeypatch.setenv("R1_API_KEY", client["api_key"])
    monkeypatch.setenv("R1_API_SECRET", client["api_secret"])


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder for this test alone."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.mark.usefixtures("own_data")
def test_three_commands_lead_to_a_gateway_in_front_of_ollama(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client, the gateway, a token; curl's request, OpenAI's own client, our own commands; a log; an orderly end."""
    registered(command, monkeypatch)
    with OllamaServer() as behind, running("--r1", behind.target) as (address, process):
        token = command("gateway", "token", "--url", address).out.strip()
        headers = {"Authorization": f"Bearer {token}"}
        whole = httpx.post(f"{address}/v1/models/r1/infer", json={"prompt": QUESTION}, headers=headers, timeout=20)
        assert whole.json()["choices"][0]["text"] == behind.answer
        with openai.OpenAI(base_url=f"{address}/v1", api_key=token, timeout=20) as client:
            stream: Any = client.chat.completions.create(
                model="r1", messages=[{"role": "user", "content": "And green?"}], stream=True
            )
            deltas = [chunk.choices[0].delta for chunk in stream if chunk.choices]
        assert "".join(delta.content or "" for delta in deltas) == behind.answer
        assert "".join((delta.model_extra or {}).get("reasoning_content", "") for delta in deltas) == behind.thought
        ours = command("infer", "And red?", "--r1", address, "--json").object
        assert (ours["answer"], ours["served_by"]) == (behind.answer, "deepseek-r1:7b")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    calls = command("gateway", "audit", "search", "--json").out
    assert calls.count('"route": "/v1/models/r1/infer"') == 2 and calls.count("/v1/chat/completions") == 1
    assert QUESTION not in calls
    assert command("gateway", "audit", "verify").code == 0


@pytest.mark.slow
@pytest.mark.usefixtures("own_data")
def test_being_reachable_without_tls_is_said() -> None:
    """In words; and that nobody may call yet."""
    with running("--host", "0.0.0.0") as (address, process):
        assert address.startswith("http://127.0.0.1:")
        assert process.stderr is not None
        assert "can be read on the way" in process.stderr.readline()
        assert "no client is registered" in process.stderr.readline()
        assert httpx.get(f"{address}/health", timeout=20).json() == {"status": "ok"}


@pytest.mark.slow
@pytest.mark.usefixtures("own_data")
@pytest.mark.parametrize(("signals", "code", "status"), [(1, 0, 200), (2, 128 + signal.SIGTERM, 503)])
def test_calls_under_way_are_finished_and_noted(
    command: RunCommand, monkeypatch: pytest.MonkeyPatch, signals: int, code: int, status: int
) -> None:
    """After SIGTERM; a second one cuts them short, and the exit code says so."""
    registered(command, monkeypatch)
    with (
        OllamaServer() as behind,
        running("--r1", behind.target, "--drain-s", "60") as (address, process),
        ThreadPoolExecutor() as beside,
    ):
        headers = {"Authorization": f"Bearer {command('gateway', 'token', '--url', address).out.strip()}"}
        behind.answering.clear()
        url, body = f"{address}/v1/models/r1/infer", {"prompt": QUESTION}
        call = beside.submit(lambda: httpx.post(url, json=body, headers=headers, timeout=30))
        try:
            while not behind.bodies:
                time.sleep(0.02)
            for _ in range(signals):
                assert process.poll() is None
                process.send_signal(signal.SIGTERM)
                time.sleep(0.5)
            if signals == 1:
                assert process.poll() is None
                behind.answering.set()
            assert call.result(30).status_code == status
            assert process.wait(30) == code
        finally:
            behind.answering.set()
    logged = command("gateway", "audit", "search", "--route", "/v1/models/r1/infer", "--json").out
    assert logged.count('"route"') == 1
