"""Finding files and the texts beside them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evaluation.pairs import DOCUMENTS, SOUNDS, FilePair, find_pairs
from pipeline.errors import InputError


def put(folder: Path, *names: str, text: str = "hello") -> None:
    """Files of these names; what ends in .txt holds `text`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(text if name.lower().endswith(".txt") else "", encoding="utf-8")


def test_a_folder_gives_its_sounds_through_all_its_depth(tmp_path: Path) -> None:
    """Sorted, whatever the case of the ending; notes, documents and hidden files are left alone."""
    put(tmp_path, "b.WAV", "b.txt", "a.mp3", "a.txt", "ORIGIN.txt", "notes.md", "page.png", ".hidden.wav", "._a.wav")
    put(tmp_path / "deep" / "er", "c.flac", "c.txt")
    put(tmp_path / ".git", "d.wav")
    found = find_pairs([tmp_path], SOUNDS)
    assert [pair.path.relative_to(tmp_path).as_posix() for pair in found] == ["a.mp3", "b.WAV", "deep/er/c.flac"]


def test_a_named_file_may_have_any_ending_and_counts_once(tmp_path: Path) -> None:
    """What a file is, its content says; a file named twice, or with its folder, is one case."""
    put(tmp_path, "a.dat", "a.txt", "b.wav", "b.txt")
    places = [tmp_path / "a.dat", tmp_path, tmp_path / "b.wav", tmp_path / "a.dat"]
    assert [pair.path.name for pair in find_pairs(places, SOUNDS)] == ["a.dat", "b.wav"]


@pytest.mark.parametrize("name", ["a.txt", "a.TXT"])
def test_the_expected_text_is_beside_the_file(tmp_path: Path, name: str) -> None:
    """Its byte order mark and the white space around it do not belong to it; it may be empty."""
    put(tmp_path, "a.wav")
    (tmp_path / name).write_bytes("\ufeff 停水日期是哪天？\r\n".encode())
    assert find_pairs([tmp_path / "a.wav"], SOUNDS) == [FilePair(tmp_path / "a.wav", "停水日期是哪天？")]
    (tmp_path / name).write_bytes(b"")
    assert find_pairs([tmp_path / "a.wav"], SOUNDS)[0].expected == ""


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    """A place that is not there, a folder without sounds, a missing text, one of another encoding, the text itself."""
    put(tmp_path, "a.wav", "b.wav", "note.txt")
    (tmp_path / "b.txt").write_bytes("Grüße".encode("latin-1"))
    (tmp_path / "empty").mkdir()
    faults = {
        "nowhere.wav": r"nowhere\.wav: there is no such file or folder",
        "a.wav/x": "there is no such file or folder",
        "\0": "cannot be looked at",
        "empty": r"empty: there is no sound file in this folder \(wav, mp3",
        "a.wav": r"a\.txt: there is no such file; write into it what a\.wav holds",
        "b.wav": r"b\.txt: this is not UTF-8 text",
        "note.txt": r"note\.txt: name what is to be checked",
    }
    for name, fault in faults.items():
        with pytest.raises(InputError, match=fault):
            find_pairs([tmp_path / name], SOUNDS)
    with pytest.raises(InputError, match="there is no document in this folder"):
        find_pairs([tmp_path], DOCUMENTS)


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not passed over as if there were nothing in it."""

    def refuse(folder: str) -> None:
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "scandir", refuse)  # a superuser, as in a container, would be let in
    with pytest.raises(InputError, match=r"this folder cannot be read \(Permission denied\)"):
        find_pairs([tmp_path], SOUNDS)
