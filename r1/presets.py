"""The guide's three ways of asking (part 2.2), as it gives them and as R1 wants them.

    preset    guide                                        here
    creative  temperature 0.9, top_p 0.85, 1024 tokens     0.7 and 0.95: above 0.7 R1 can repeat itself endlessly
    logical   temperature 0.3, 512 tokens, stop sequences  0.5 and 0.95: the lower end of what R1 was tuned for
    realtime  streaming                                    thinks briefly, gives up early, asks the next upstream

Source of the sampling values: the DeepSeek-R1 model card, usage recommendations (temperature 0.5-0.7, top_p 0.95). An
own value always wins: `dataclasses.replace(preset("logical").parameters, temperature=0.3)` is the guide's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from r1.errors import ParameterError
from r1.parameters import InferParameters
from r1.thinking_budget import ThinkingBudget

PresetName = Literal["creative", "logical", "realtime"]

NEXT_TURN = ("\nUser:", "\nQuestion:", "\n用户：", "\n问题：")
"""Where a model begins to invent the user's next turn. The guide asks for stop sequences here and names none."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What is asked of the model, and how patiently."""

    parameters: InferParameters
    guide: InferParameters
    """The guide's own values, for whoever wants them."""
    thinking: ThinkingBudget
    patience_s: float | None = None
    """After so many seconds without a first event the next upstream is asked, where there is one."""


_PRESETS: dict[PresetName, Preset] = {
    "creative": Preset(
        parameters=InferParameters(temperature=0.7, max_tokens=1024, top_p=0.95),
        guide=InferParameters(temperature=0.9, max_tokens=1024, top_p=0.85),
        thinking=ThinkingBudget(),
    ),
    "logical": Preset(
        parameters=InferParameters(temperature=0.5, max_tokens=512, top_p=0.95, stop_sequences=NEXT_TURN),
        guide=InferParameters(temperature=0.3, max_tokens=512, stop_sequences=NEXT_TURN),
        thinking=ThinkingBudget(),
    ),
    "realtime": Preset(
        parameters=InferParameters(temperature=0.6, max_tokens=512, top_p=0.95, reasoning_budget=1024),
        guide=InferParameters(),
        thinking=ThinkingBudget(seconds=8.0),
        patience_s=2.0,
    ),
}


def preset(name: str) -> Preset:
    """The preset of that name. Raises `ParameterError`."""
    for known in get_args(PresetName):
        if name == known:
            return _PRESETS[known]
    raise ParameterError("preset", f"{name!r} is unknown: use one of {', '.join(get_args(PresetName))}")
