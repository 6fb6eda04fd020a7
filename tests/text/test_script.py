"""The script of a text decides its language."""

import pytest

from text.script import has_ideographs, is_cjk, is_ideograph, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is the total?", "en"),
        ("发票的总额是多少？", "zh"),
        ("发票 INV-7 的 total 是多少", "zh"),
        ("What does the word 发票 mean here?", "en"),
        ("", "en"),
        ("42", "en"),
        ("¿Qué?", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    """A foreign word does not change the language of a question."""
    assert language_of(text) == language


def test_characters() -> None:
    """Ideographs are told from kana, full-width marks and Latin."""
    assert is_ideograph("票") and is_ideograph("\U00020000")
    assert not is_ideograph("あ") and is_cjk("あ") and is_cjk("，") and not is_cjk("a")
    assert has_ideographs("x票") and not has_ideographs("，x")
