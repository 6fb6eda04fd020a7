"""In which form corrections become training data. A module of its own: the command line names it in its help."""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """OpenAI's two, which vLLM-side tools, Together, Fireworks and others read as well."""

    CHAT = "chat"
    """Question and corrected answer (supervised fine-tuning)."""
    PREFERENCE = "preference"
    """Question with the corrected answer preferred to the original one (direct preference optimisation)."""
