from __future__ import annotations

import math
from typing import Any

import pytest

from r1.errors import ParameterError
from r1.parameters import InferParameters, check_prompt


def test_the_defaults_are_the_guide_s() -> None:
    """Nothing given means what the guide's table says."""
    assert InferParameters() == InferParameters(temperature=0.7, max_tokens=2048, top_p=0.9, stop_sequences=())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", -0.1),
        ("temperature", 1.01),
        ("temperature", math.nan),
        ("temperature", math.inf),
        ("temperature", "0.5"),
        ("temperature", True),
        ("max_tokens", 0),
        ("max_tokens", -5),
        ("max_tokens", 10**9),
        ("max_tokens", 12.5),
        ("max_tokens", True),
        ("top_p", 0),
        ("top_p", 1.5),
        ("top_p", None),
        ("stop_sequences", ("",)),
        ("stop_sequences", ["."]),
        ("stop_sequences", (7,)),
        ("stop_sequences", tuple("abcdefghijklmnopq")),
        ("stop_sequences", ("x" * 257,)),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(field: str, value: Any) -> None:
    """The error names the field, so that the caller knows what to change."""
    with pytest.raises(ParameterError, match=field) as caught:
        InferParameters(**{field: value})
    assert caught.value.field == field


@pytest.mark.parametrize("prompt", ["", "  \n", None, 7, "half a character: \udce4"])
def test_a_prompt_must_be_a_text(prompt: object) -> None:
    """Empty prompts, other types and undecodable text are refused before sending."""
    with pytest.raises(ParameterError, match="prompt"):
        check_prompt(prompt)
    check_prompt("早上好")
