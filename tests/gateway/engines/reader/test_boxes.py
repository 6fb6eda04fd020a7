"""Boxes of a form, as reading leaves them: which is ticked, and yes or no about one."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, ask


@pytest.mark.parametrize(
    "line",
    [
        "Patient type: LJ Adult X] Child LJ Staff",
        "Patient type: [] Adult [X] Child [ ] Staff",
        "Patient type: ☐ Adult ☑ Child ☐ Staff",
        "Patient type: O Adult X] Child LI Staff",
        "Patient type: ( ) Adult (x) Child ( ) Staff",
        "Patient type:\n[ ] Adult\n[x] Child\n[ ] Staff",
    ],
)
def test_which_box(line: str) -> None:
    """Whole boxes, halves of them and symbols are told apart from empty ones."""
    page = f"St. Brigid Eye Clinic\n{line}"
    assert ask("Which box is ticked?", page) == "Child."
    assert ask("What kind of patient is ticked?", page) == "Child."
    assert ask("Is the patient an adult?", page) == "No. Patient type: Child."
    assert ask("Is the box for child ticked?", page) == "Yes. Patient type: Child."


def test_yes_and_no_boxes() -> None:
    """A yes and a no beside a label answer for the label."""
    page = "Tenancy\nFurnished: [ ] Yes [X] No\nParking: LJ No X] Yes"
    assert ask("Is the flat furnished?", page.replace("Tenancy", "Flat")) == "No. Furnished: No."
    assert ask("Is parking ticked?", page).startswith("Yes.")


def test_chinese_boxes() -> None:
    """口 before a word is an empty box, within a word it is none."""
    page = "登记表\n身份：口 成人 √ 学生\n本市人口 3 万"
    assert ask("勾选了什么身份？", page) == "学生。"
    assert ask("身份是成人吗？", page) == "不。身份：学生。"


def test_no_tick() -> None:
    """Where no box is ticked, none is told."""
    assert ask("Which box is ticked?", "Form\nType: [ ] Adult [ ] Child") == REFUSED
