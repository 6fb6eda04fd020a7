"""`ocr`: documents in, pages out."""

from __future__ import annotations

import os
from pathlib import Path

from tests.commands.conftest import RunCommand
from tests.commands.documents import blank
from tests.conftest import ROOT

DOCUMENTS = ROOT / "assets" / "documents"


def test_shape_and_order(command: RunCommand) -> None:
    """Documents come as they were given, pages in order, each with number, text and confidence."""
    report, invoice = DOCUMENTS / "report.pdf", DOCUMENTS / "invoice.png"
    outcome = command("ocr", "--json", report, invoice)
    assert outcome.code == 0
    assert set(outcome.object) == {"documents"}
    first, second = outcome.object["documents"]
    assert (first["name"], second["name"]) == (str(report), str(invoice))
    assert [page["number"] for page in first["pages"]] == [1, 2]
    for page in [*first["pages"], *second["pages"]]:
        assert set(page) == {"number", "text", "confidence"}
        assert 0.5 < page["confidence"] <= 1
    assert "420.00" in second["pages"][0]["text"]


def test_name_is_the_path_as_given(command: RunCommand, tmp_path: Path) -> None:
    """A relative path stays relative in the output."""
    relative = os.path.relpath(DOCUMENTS / "invoice.png", tmp_path)
    assert command("ocr", "--json", relative).object["documents"][0]["name"] == relative


def test_blank_page(command: RunCommand, tmp_path: Path) -> None:
    """A blank page is read, and has no text."""
    page = blank(tmp_path / "blank.png")
    outcome = command("ocr", page)
    assert outcome.code == 0
    assert "no text found" in outcome.out
    assert command("ocr", "--json", page).object["documents"][0]["pages"] == [
        {"number": 1, "text": "", "confidence": 0.0}
    ]
