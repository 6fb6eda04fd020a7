"""Cases of turns, as they stand in YAML."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.turn_case import KEYS, Place, find_turn_cases, read_turn_case
from pipeline.errors import InputError
from tests.conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.wav").write_bytes(b"")
    (tmp_path / "page.png").write_bytes(b"")
    (tmp_path / "cases").mkdir()
    return tmp_path / "cases"


def written(folder: Path, text: str, name: str = "case.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_a_case_can_say(folder: Path) -> None:
    """Paths start at the case's folder; single values may stand for lists."""
    case = read_turn_case(
        written(
            folder,
            """
            audio: ../a.wav
            documents: [../page.png, ../page.png]
            transcript: What is the total?
            answer: '\\$420'
            citation:
              - {document: page.png, page: 1, line: 17}
              - {document: page.png}
            forbidden: 找不到
            budgets: {total: 2000, first sentence: 1.5}
            """,
        )
    )
    assert case.audio == folder / "../a.wav"
    assert case.documents == (folder / "../page.png",) * 2
    assert (case.transcript, case.answer, case.text) == ("What is the total?", "\\$420", None)
    assert case.citations == (Place("page.png", 1, 17), Place("page.png"))
    assert [str(place) for place in case.citations] == ["page.png, page 1, line 17", "page.png"]
    assert case.forbidden == ("找不到",)
    assert case.budgets == {"total": 2000.0, "first sentence": 1.5}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("audoi: x", "'audoi' is not a key; known: audio, text, documents, transcript, answer"),
        ("text: a\nanswer: b\nanswer: c", "'answer' stands there twice"),
        ("answer: a", "give the question once"),
        ("text: a\naudio: ../a.wav\nanswer: b", "give the question once"),
        ("text: a", "nothing is expected; add at least one of transcript, answer"),
        ("text: a\ntranscript: b", "`transcript` is what is heard in `audio`, and there is none"),
        ("text: ' '\nanswer: a", "`text` must be a text"),
        ("text: 3\nanswer: a", "`text` must be a text; put it in quotes"),
        ("text: a\nanswer: 420", "`answer` must be a text; put it in quotes"),
        ("text: a\nanswer: '('", r"`answer` '\(' is no regular expression"),
        ("text: a\nforbidden: [no]", "`forbidden` must be a text; put it in quotes"),
        ("audio: b.wav\nanswer: a", r"`audio` names .*b\.wav, and there is no such file"),
        ("audio: ..\nanswer: a", "and there is no such file"),
        ("text: a\ndocuments: [x.png]\nanswer: a", r"`documents` names .*x\.png"),
        ("text: a\nbudgets: 2000", "`budgets` must map ledger lines to ms"),
        ("text: a\nbudgets: {asrr: 3}", "budgets: 'asrr' is not a key; known: total, endpoint"),
        ("text: a\nbudgets: {asr: fast}", "`budgets: asr` must be a number of ms"),
        ("text: a\nbudgets: {asr: -1}", "must be a number of ms"),
        ("text: a\nbudgets: {asr: .nan}", "must be a number of ms"),
        ("text: a\nbudgets: {asr: yes}", "must be a number of ms"),
        ("text: a\ncitation: page.png", "`citation` must be a mapping"),
        ("text: a\ncitation: {page: 1}", "`citation: document` must be a text"),
        ("text: a\ncitation: {document: a, page: 0}", "`citation: page` must be a whole number from 1"),
        ("text: a\ncitation: {document: a, lines: 2}", "citation: 'lines' is not a key; known: document, page, line"),
        ("- text: a", "a case is a mapping"),
        ("", "a case is a mapping"),
        ("{", "cannot be read as YAML"),
        ("? [a]\n: b", "cannot be read as YAML"),
        ("text: !!python/object/apply:os.getcwd []\nanswer: a", "cannot be read as YAML"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, text: str, fault: str) -> None:
    """File, key, and what would be right."""
    with pytest.raises(InputError, match=fault) as caught:
        read_turn_case(written(folder, text))
    assert str(caught.value).startswith(str(folder / "case.yaml"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.text(max_size=80),
        st.dictionaries(
            st.sampled_from(KEYS), st.sampled_from(["a", "1", "[a, 2]", "{a: 1}", "null", "*x", "'('"])
        ).map(lambda entries: "\n".join(f"{key}: {value}" for key, value in entries.items())),
    )
)
def test_no_text_breaks_the_reader(folder: Path, text: str) -> None:
    """Whatever the file holds, it is a case or an `InputError`."""
    path = folder / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(InputError):
        assert read_turn_case(path).path == path


def test_a_folder_gives_its_cases(folder: Path) -> None:
    """Both endings, each once; a folder without any, and a place that is not there, are named."""
    for name in ("b.yml", "a.yaml"):
        written(folder, "text: a\nanswer: b", name)
    assert [case.path.name for case in find_turn_cases([folder, folder / "a.yaml"])] == ["a.yaml", "b.yml"]
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: there is no case in this folder"):
        find_turn_cases([folder / "empty"])
    with pytest.raises(InputError, match="there is no such file or folder"):
        find_turn_cases([folder / "c.yaml"])


def test_the_shipped_cases_can_be_read() -> None:
    """One in English, spoken, and one in Chinese, typed."""
    cases = find_turn_cases([ROOT / "assets" / "checks"])
    assert any(case.audio for case in cases)
    assert any(case.text and "停水" in case.text for case in cases)
