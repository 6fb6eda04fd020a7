"""Pages and questions by authors who never saw the reader: how many are answered, and how many refused, rightly."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.gateway.engines.reader.asking import ask

NOT_FOUND = re.compile("cannot find|找不到", re.IGNORECASE)
LONGEST_ANSWER = 200
FOLDER = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "least_right", "most_wrong", "least_refused"),
    [("examination.yaml", 0.86, 0.04, 0.96), ("examination_held_out.yaml", 0.68, 0.13, 0.88)],
)
def test_examination(file: str, least_right: float, most_wrong: float, least_refused: float) -> None:
    """The shares are printed; the floors lie a little below what was reached."""
    pages: list[dict[str, Any]] = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    counts = Counter(
        _outcome(expected, ask(question, page["text"].strip()))
        for page in pages
        for question, expected in page["asked"]
    )
    answerable = counts["right"] + counts["wrong"] + counts["missing"]
    refusable = counts["refused"] + counts["made up"]
    answered = f"{counts['right']} of {answerable} right, {counts['wrong']} wrong"
    print(f"{file}: {answered}; {counts['refused']} of {refusable} refused")
    assert counts["right"] >= least_right * answerable
    assert counts["wrong"] <= most_wrong * answerable
    assert counts["refused"] >= least_refused * refusable


def _outcome(expected: str | None, answer: str) -> str:
    refused = NOT_FOUND.search(answer) is not None
    if expected is None:
        return "refused" if refused else "made up"
    if refused:
        return "missing"
    right = re.search(expected, answer, re.IGNORECASE | re.DOTALL) is not None
    return "right" if right and len(answer) <= LONGEST_ANSWER else "wrong"
