from __future__ import annotations

from pathlib import Path

import pytest

from r1.redaction import Redactor
from tests.conftest import ROOT
from tests.r1.redaction.texts import restored
from text.prompt import PromptPage, PromptParts, build_prompt

DOCUMENTS = ROOT / "assets" / "documents"

TAKEN: dict[str, list[str]] = {
    "form.txt": ["555-0118", "nathan.walker@example.com"],
    "invoice.txt": ["555-0142"],
    "letter.txt": ["555-0177"],
    "notice-zh.txt": ["555-0126"],
    "recipe.txt": [],
    "report.txt": ["office@brackwater-library.example", "555-0190"],
    "timetable.txt": [],  # "Lost property office: 555-0163": seven digits after a word that is no label
    "worksheet.txt": [],
}

STAY = {
    "form.txt": ["May 14, 1998", "22 Orchard Road, Brackwater", "$15.00", "November 16, 2026"],
    "invoice.txt": [
        "FB-2047",
        "November 3, 2026",
        "$295.00",
        "$420.00",
        "Bank account: 4400 1187 203",
        "17 Willow Street",
    ],
    "letter.txt": ["RH-318", "October 12, 2026", "9:00 and 11:30", "$840 to $865", "9 Canal Street, Brackwater"],
    "notice-zh.txt": ["2026年12月8日", "上午9:00至下午4:30", "3号楼、5号楼和7号楼", "青河路66号"],
    "recipe.txt": ["250 grams", "180 degrees"],
    "report.txt": ["48,300", "11,200 21,800 310", "$640,000", "10:00 to 16:00", "3 Bridge Street"],
    "timetable.txt": ["6:55 7:10 7:25 7:50", "$2.40", "Bus 10 Bus 12 Bus 14 Bus 21"],
    "worksheet.txt": ["9:40", "$0.80", "17 times 23"],
}


def read(name: str) -> str:
    return (DOCUMENTS / name).read_text(encoding="utf-8")


def test_every_document_is_judged() -> None:
    """A new sample document must say here what of it is private."""
    assert sorted(path.name for path in DOCUMENTS.glob("*.txt")) == sorted(TAKEN) == sorted(STAY)


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_of_a_document_only_contact_data_goes(name: str) -> None:
    """Telephone numbers and mail addresses are taken; amounts, dates, times, invoice numbers and addresses stay."""
    text = read(name)
    redaction = Redactor().redact(text)
    assert list(redaction._values.values()) == TAKEN[name]
    assert [kept for kept in STAY[name] if kept not in redaction.text] == []
    assert restored(redaction, redaction.text) == text


def test_a_prompt_with_all_documents_goes_and_comes_back() -> None:
    """As marked pages of one prompt the documents lose the same values, and no mark."""
    pages = tuple(PromptPage(Path(name).stem + ".png", 1, tuple(read(name).splitlines())) for name in sorted(TAKEN))
    prompt = build_prompt(PromptParts("What is the total?", pages))
    redaction = Redactor().redact(prompt)
    assert sorted(redaction._values.values()) == sorted(value for values in TAKEN.values() for value in values)
    assert [line.partition("]")[0] for line in redaction.text.splitlines() if line.startswith("[")] == [
        line.partition("]")[0] for line in prompt.splitlines() if line.startswith("[")
    ]
    assert restored(redaction, redaction.text) == prompt
