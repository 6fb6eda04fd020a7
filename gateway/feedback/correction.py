"""A correction of an answer: what was said, what should have been, and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Scalar = int | float | bool


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the answer, as far as the caller says."""

    served_by: str = ""
    model: str = ""
    parameters: Mapping[str, Scalar] = field(default_factory=lambda: MappingProxyType({}))
    """Numbers and switches, such as temperature; no texts."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who corrects. What one tenant's authors give is out of every other tenant's reach."""

    tenant: str
    client_id: str
    user_id: str
    """By the client's own name for them."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a correction. Kept out of `repr`, which may reach a log."""

    original: str = field(repr=False)
    """The answer as it was given."""
    corrected: str = field(repr=False)
    """The answer as it should have been."""
    prompt: str = field(default="", repr=False)
    """What was asked; empty when the caller does not say. Without it only a person can make use of the correction."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that may be kept: consented to, and its texts redacted."""

    answer_id: str
    author: Author
    texts: Texts
    language: str
    """ISO 639-1, such as "en" or "zh"; "und" when it is not known."""
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class KeptCorrection:
    """A correction as it is stored."""

    correction_id: str
    created_at: str
    """UTC, ISO 8601 to the millisecond."""
    correction: Correction
