"""Finding, fetching and loading the speech model."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from stages.speech_model import SHIPPED_FOLDER, SpeechModel, SpeechModelOptions, find_weights
from tests.stages.sounds import noises, speech

REPOSITORY = Path(__file__).resolve().parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"

SCRIPT = """
import sys
from pipeline.errors import PipelineError
from stages.speech_model import SpeechModel, SpeechModelOptions, find_weights
try:
    SpeechModel(SpeechModelOptions(sys.argv[1]), print).load()
    print("found", find_weights(sys.argv[1]))
except PipelineError as error:
    print(type(error).__name__, error)
"""


def copy(folder: Path) -> Path:
    """A folder with the shipped model that may be spoilt."""
    return Path(shutil.copytree(SHIPPED_FOLDER, folder, ignore=lambda _, names: [n for n in names if "." not in n]))


def load(folder: Path) -> SpeechModel:
    model = SpeechModel(SpeechModelOptions(str(folder)), lambda _: None)
    model.load()
    return model


def in_a_process(name: str, cache: Path, **environment: str) -> str:
    """What loading `name` says in a process with its own model cache; the hub's address is read at import."""
    environment = os.environ | {"HF_HOME": str(cache), "HF_HUB_OFFLINE": "0"} | environment
    command = [sys.executable, "-c", SCRIPT, name]
    made = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY, env=environment)
    return made.stdout


def test_a_folder_is_a_model(tmp_path: Path) -> None:
    """The shipped files load from anywhere."""
    model = load(copy(tmp_path / "model"))
    assert model.window_s == 10.0
    assert model.languages == ["en"]


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    """A folder that lacks a file says which, instead of asking the hub for it."""
    folder = copy(tmp_path / "model")
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"not a complete speech model, {name} missing"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [("model.bin", b"hello" * 1000), ("model.bin", b""), ("config.json", b"{"), ("tokenizer.json", b"{}")],
)
def test_a_damaged_file_is_an_input_error(name: str, content: bytes, tmp_path: Path) -> None:
    """Whatever the libraries raise over a damaged folder, the user hears of the folder."""
    folder = copy(tmp_path / "model")
    (folder / name).write_bytes(content)
    with pytest.raises(InputError, match="cannot be loaded"):
        load(folder)


def test_a_model_file_cut_short_is_an_input_error(tmp_path: Path) -> None:
    """A copy that broke off does not load."""
    folder = copy(tmp_path / "model")
    (folder / "model.bin").write_bytes((SHIPPED_FOLDER / "model.bin").read_bytes()[:100_000])
    with pytest.raises(InputError, match="cannot be loaded"):
        load(folder)


@pytest.mark.parametrize("name", ["/no/such/folder", "./folder", "~/no-such-folder", "a/b/c"])
def test_a_folder_that_is_not_there_is_said_to_be_missing(name: str) -> None:
    """What looks like a path is not looked up on the hub."""
    with pytest.raises(InputError, match="there is no such folder"):
        find_weights(name)


def test_a_file_is_no_model(tmp_path: Path) -> None:
    """Who names model.bin itself is told to name its folder."""
    (tmp_path / "model.bin").touch()
    with pytest.raises(InputError, match="the folder that holds"):
        find_weights(str(tmp_path / "model.bin"))


def test_an_unknown_name_lists_the_known_ones() -> None:
    """A typing error is answered with the names there are."""
    with pytest.raises(InputError, match=r"no speech model 'smal'.*known are shipped, tiny.*small"):
        find_weights("smal")


def test_the_shipped_weights_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program was started does not matter."""
    monkeypatch.chdir(tmp_path)
    assert find_weights("shipped") == SHIPPED_FOLDER
    assert (SHIPPED_FOLDER / "model.bin").is_file()


def test_one_window_is_transcribed() -> None:
    """The model hears a window of its domain, and nothing in a window of nothing."""
    model = load(SHIPPED_FOLDER)
    sound = speech("What is the total on this invoice?")
    assert model.transcribe(sound, len(sound) / 16_000, "en").text == "What is the total on this invoice?"
    assert model.transcribe(np.zeros(3_200, np.float32), 0.0, "en").text == ""


def test_a_short_noise_does_not_become_a_sentence() -> None:
    """Where the gate let a knock through, a text that cannot have been said in its time is dropped."""
    model = load(SHIPPED_FOLDER)
    for name in ("loud noise", "clicks", "tone"):
        sound = noises(0.5)[name]
        assert len(model.transcribe(sound, 0.16, "en").text) <= 20


def test_weights_that_cannot_be_had_say_how_to_get_them(tmp_path: Path) -> None:
    """Without a network the message names the download, the folder and the shipped model."""
    said = in_a_process("small", tmp_path, HF_ENDPOINT="http://127.0.0.1:9")
    assert "SetupError the weights of speech model 'small'" in said
    for remedy in ("download_model('small', 'FOLDER')", "--asr-model FOLDER", "--asr-model shipped"):
        assert remedy in said


def test_offline_mode_is_told_the_same_way(tmp_path: Path) -> None:
    """The hub's own offline switch is no different from a network that is down."""
    assert "SetupError the weights of speech model 'base'" in in_a_process("base", tmp_path, HF_HUB_OFFLINE="1")


class _Hub(BaseHTTPRequestHandler):
    """As much of the model hub as fetching takes, with the shipped files under a known name."""

    asked: list[str]

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def _answer(self, *, with_body: bool) -> None:
        self.asked.append(self.path)
        files = [file for file in SHIPPED_FOLDER.iterdir() if file.suffix in (".bin", ".json")]
        name = self.path.rsplit("/", 1)[-1]
        if "/tree/" in self.path:
            body = json.dumps(
                [{"type": "file", "path": f.name, "size": f.stat().st_size, "oid": _digest(f.name)} for f in files]
            ).encode()
        elif self.path.startswith("/api/models/Systran/faster-whisper-tiny/"):
            body = json.dumps({"id": "x/x", "sha": COMMIT, "siblings": [{"rfilename": f.name} for f in files]}).encode()
        elif name in [file.name for file in files]:
            body = (SHIPPED_FOLDER / name).read_bytes()
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", f'"{_digest(name)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def _digest(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def hub() -> Iterator[str]:
    """The address of a model hub on this machine."""
    _Hub.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_known_name_is_fetched_once(hub: str, tmp_path: Path) -> None:
    """The first use fetches into the usual cache and says so; the second asks nobody."""
    said = in_a_process("tiny", tmp_path, HF_ENDPOINT=hub)
    assert said.splitlines()[:2] == [
        "fetching the weights of speech model 'tiny'",
        "loading the speech model 'tiny'",
    ]
    assert f"found {tmp_path}/hub/models--Systran--faster-whisper-tiny/snapshots/{COMMIT}" in said
    _Hub.asked.clear()
    assert "fetching" not in in_a_process("tiny", tmp_path, HF_ENDPOINT=hub)
    assert [path for path in _Hub.asked if "Systran" in path] == []


def test_a_download_that_broke_off_is_taken_up_again(hub: str, tmp_path: Path) -> None:
    """A cache that lacks a file is completed, not loaded."""
    in_a_process("tiny", tmp_path, HF_ENDPOINT=hub)
    next(tmp_path.glob("hub/models--Systran--faster-whisper-tiny/snapshots/*/model.bin")).unlink()
    assert "found" in in_a_process("tiny", tmp_path, HF_ENDPOINT=hub)


def test_a_repository_that_does_not_exist_is_an_input_error(hub: str, tmp_path: Path) -> None:
    """A wrong name on the hub is the user's to mend, not a matter of set-up."""
    said = in_a_process("nobody/nothing", tmp_path, HF_ENDPOINT=hub)
    assert "InputError there is no speech model 'nobody/nothing', neither as a folder nor on the model hub" in said
