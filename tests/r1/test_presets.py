"""The guide's three ways of asking."""

from __future__ import annotations

import pytest

from r1 import ParameterError
from r1.presets import preset


@pytest.mark.parametrize(
    ("name", "guide", "ours"),
    [
        ("creative", (0.9, 1024, 0.85), (0.7, 1024, 0.95)),
        ("logical", (0.3, 512, 0.9), (0.5, 512, 0.95)),
        ("realtime", (0.7, 2048, 0.9), (0.6, 512, 0.95)),
    ],
)
def test_a_preset_has_the_guide_s_values_and_r1_s(
    name: str, guide: tuple[float, int, float], ours: tuple[float, int, float]
) -> None:
    """Both are there; what is sent stays in the range that R1 was tuned for."""
    chosen = preset(name)
    assert (chosen.guide.temperature, chosen.guide.max_tokens, chosen.guide.top_p) == guide
    assert (chosen.parameters.temperature, chosen.parameters.max_tokens, chosen.parameters.top_p) == ours
    assert 0.5 <= chosen.parameters.temperature <= 0.7


def test_logic_ends_where_the_next_turn_would_be_invented() -> None:
    """Stop sequences, as the guide asks for them."""
    assert "\nUser:" in preset("logical").parameters.stop_sequences


def test_realtime_is_impatient() -> None:
    """It turns to the next server soon, and breaks long thoughts off."""
    chosen = preset("realtime")
    assert chosen.patience_s == 2.0
    assert chosen.thinking.seconds == 8.0


def test_an_unknown_preset_is_refused_by_name() -> None:
    """The message lists what there is."""
    with pytest.raises(ParameterError, match="creative, logical, realtime"):
        preset("poetic")
