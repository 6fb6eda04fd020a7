"""Made pages: the same for the same names, with a text and questions that fit what is drawn."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import yaml

from benchmarks.pages import (
    DAMAGES,
    DOCUMENTS,
    KINDS,
    LAYERS,
    PAIRS,
    SPLITS,
    Layer,
    PageQuestion,
    Split,
    made_document,
    made_page,
    made_pair,
)
from benchmarks.pages.__main__ import main
from evaluation.pairs import DOCUMENTS as DOCUMENT_FILES
from evaluation.pairs import find_pairs
from text.script import has_ideographs, language_of

SEEDS = range(3)
DERIVED = {"sum", "count", "largest", "arithmetic"}
"""Kinds of questions whose answer need not stand on the page."""


def told_by(lines: list[str], question: PageQuestion) -> str:
    """The text of the lines that `question` rests on."""
    return "".join(lines[line - 1] + " " for line in question.lines)


# --------------------------------------------------------------------------------------------------------- the pages


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_asks_enough_and_says_on_which_lines_the_answers_stand(kind: str, split: Split) -> None:
    """Six questions and more that the page answers on the lines named, and two that it does not."""
    for seed in SEEDS:
        page = made_page(kind, "clean", seed, split)
        lines = page.text.splitlines()
        assert len(lines) > 6 and all(line == " ".join(line.split()) for line in lines)
        answerable = [question for question in page.questions if question.answerable]
        assert len(answerable) >= 6
        assert len(page.questions) - len(answerable) == 2
        for question in answerable:
            assert question.rests_on
            if question.kind not in DERIVED:
                assert question.accepts(told_by(lines, question)), (question, told_by(lines, question))
            assert not question.accepts("I cannot find that on the page."), question


@pytest.mark.parametrize("kind", KINDS)
def test_questions_are_in_the_language_of_the_page(kind: str) -> None:
    """English on English pages, Chinese on Chinese ones; the bilingual page has both."""
    page = made_page(kind, "clean", 2)
    asked = {language_of(question.question) for question in page.questions}
    assert asked == {page.language} or kind == "bilingual"
    assert has_ideographs(page.text) == (page.language == "zh" or kind == "bilingual")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_ink_within_its_edges(kind: str) -> None:
    """Nothing is drawn over the margin, and every line of the text leaves ink."""
    for seed in SEEDS:
        page = made_page(kind, "clean", seed)
        dark = np.less(np.asarray(page.picture), 128).astype(bool)
        assert not dark[:, :10].any() and not dark[:, -10:].any() and not dark[-10:].any()
        rows = dark.any(axis=1)
        stretches = int(np.count_nonzero(rows[1:] & ~rows[:-1]))
        # Some lines touch through a box or a grid; columns lie beside each other.
        assert stretches >= len(page.text.splitlines()) / 3


def test_the_same_names_give_the_same_page_and_others_another() -> None:
    """Kind, damage, seed and split are all that a page depends on."""
    page, again = (made_page("invoice", "photo", 3) for _ in range(2))
    assert page.text == again.text and page.questions == again.questions
    assert page.picture.tobytes() == again.picture.tobytes()
    assert made_page("invoice", "photo", 4).text != page.text
    assert made_page("invoice", "photo", 3, "held_out").text != page.text


def test_a_page_says_the_same_under_every_damage() -> None:
    """Damages change the picture alone, so that they can be compared."""
    pages = [made_page("bus_timetable", damage, 1) for damage in DAMAGES]
    assert len({(page.text, page.questions) for page in pages}) == 1
    assert len({page.picture.tobytes() for page in pages}) == len(DAMAGES)
    assert {page.picture.mode for page in pages} <= {"L", "RGB"}


def test_pages_tell_their_fields_and_tasks() -> None:
    """What `--fields` and `--questions` should find comes with the page."""
    form = made_page("filled_form", "clean", 0)
    assert dict(form.fields)["Last name"] in form.text
    for kind in ("worksheet", "worksheet_zh"):
        sheet = made_page(kind, "clean", 0)
        assert {task.kind for task in sheet.tasks} == {"question", "blank", "choice", "order"}
        bare = "".join(sheet.text.split())
        for task in sheet.tasks:
            assert "".join((task.number + task.text).split()) in bare
            assert all("".join(option.split()) in bare for option in task.options)


@pytest.mark.parametrize(("kind", "damage", "split"), [("?", "clean", SPLITS[0]), ("menu", "?", SPLITS[0])])
def test_an_unknown_name_is_refused(kind: str, damage: str, split: Split) -> None:
    """A kind or damage that there is not is a KeyError."""
    with pytest.raises(KeyError):
        made_page(kind, damage, 0, split)


def test_an_unknown_split_is_refused() -> None:
    """The message names the two that there are."""
    with pytest.raises(ValueError, match="development and held_out"):
        made_page("menu", "clean", 0, "test")  # type: ignore[arg-type]  # the very mistake


def test_held_out_pages_hold_words_that_no_development_page_does() -> None:
    """The splits differ in more than their numbers."""
    words = [
        {
            word
            for seed in range(30)
            for word in re.findall(r"[A-Za-z]{4,}", made_page("letter", "clean", seed, split).text)
        }
        for split in SPLITS
    ]
    assert len(words[1] - words[0]) > 20


# ----------------------------------------------------------------------------------------------- documents and pairs


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_has_three_pages_and_the_layer_asked_for(kind: str, layer: Layer) -> None:
    """Text can be taken out of the PDF where there is a sound layer, and only there."""
    document = made_document(kind, layer, 1)
    pdf = pypdfium2.PdfDocument(document.content)
    layers = [page.get_textpage().get_text_range() for page in pdf]
    assert len(layers) == len(document.texts) == len(document.pictures) == 3
    for number, (found, said) in enumerate(zip(layers, document.texts, strict=True), 1):
        sound = "".join(found.split()) == "".join(said.split())
        assert sound == (layer in {"text", "hidden"} or (layer == "mixed" and number == 1))
        assert bool(found) == (sound or layer == "broken")
    shown = np.asarray(pdf[1].render(scale=1).to_pil().convert("L"))
    assert 0.001 < (shown < 128).mean() < 0.2
    assert document.content == made_document(kind, layer, 1).content


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_questions_about_a_document_name_page_and_line(kind: str, split: Split) -> None:
    """Each page has questions of its own, one rests on two pages, two cannot be answered."""
    for seed in SEEDS:
        document = made_document(kind, "none", seed, split)
        pages = [text.splitlines() for text in document.texts]
        for question in document.questions:
            said = " ".join(pages[page - 1][line - 1] for page, line in question.rests_on)
            assert question.kind in DERIVED or not question.answerable or question.accepts(said), (question, said)
        resting = [{page for page, _ in question.rests_on} for question in document.questions]
        assert {1} in resting and {2} in resting and {3} in resting and {2, 3} in resting
        assert resting.count(set()) == 2


def test_damage_is_done_to_the_pictures_of_a_document() -> None:
    """A scanned PDF can be skewed as a page can."""
    straight, skewed = (made_document("report", "none", 0, damage=damage) for damage in ("clean", "skew"))
    assert straight.text == skewed.text and straight.content != skewed.content
    with pytest.raises(ValueError, match="layer"):
        made_document("report", "paper", 0)  # type: ignore[arg-type]  # the very mistake


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_asks_what_only_both_pages_answer(name: str, split: Split) -> None:
    """Answerable questions rest on lines of both documents."""
    for seed in range(3):
        pair = made_pair(name, "clean", seed, split)
        assert {question.answerable for question in pair.questions} == {True, False}
        for question in pair.questions:
            assert {page for page, _ in question.rests_on} == ({1, 2} if question.answerable else set())
            for page, line in question.rests_on:
                assert pair.pages[page - 1].text.splitlines()[line - 1]


# ------------------------------------------------------------------------------------------------- the command line


def test_files_are_written_as_check_ocr_takes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each picture and PDF lies beside its text and its questions, which are like those of the shipped samples."""
    folder = tmp_path / "new" / "pages"
    asked = "--kinds menu notice_zh --damages clean skew --documents report --layers none --pairs two_receipts_zh"
    main(["--out", str(folder), *asked.split(), "--seeds", "2", "--split", "held_out"])
    assert capsys.readouterr().out == f"{folder}: 16 pages and 2 PDFs\n"
    pairs = find_pairs([folder], DOCUMENT_FILES)
    assert len(pairs) == 18 and all(pair.expected for pair in pairs)
    written = (folder / "menu-skew-held_out-1.yaml").read_text(encoding="utf-8")
    assert "&id" not in written
    entries = yaml.safe_load(written)
    page = made_page("menu", "skew", 1, "held_out")
    assert [entry["question"] for entry in entries] == [question.question for question in page.questions]
    assert [entry.get("answer") for entry in entries] == [question.accepted for question in page.questions]
    assert all((folder / name).exists() for entry in entries for name in entry["documents"])
    assert any("history" in entry for entry in entries)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "{folder}", "--kinds", "novel"], "repair_bill"),
        (["--out", "{folder}", "--seeds", "0"], "--seeds must be at least 1"),
        (["--out", "{folder}/note"], "this is a file"),
        ([], "--out"),
    ],
)
def test_the_command_line_says_what_is_wrong(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Faulty arguments end with exit code 2 and a line that helps."""
    (tmp_path / "note").touch()
    with pytest.raises(SystemExit) as ended:
        main([argument.format(folder=tmp_path) for argument in arguments])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
