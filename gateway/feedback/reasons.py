"""Why a correction is not kept. Each reason is counted; the text it was given for is gone."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Reason(StrEnum):
    """Codes that programs may rely on."""

    NO_CONSENT = "no_consent"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    IDENTICAL = "identical"
    """Nothing is left of the change once case, spaces and the form of marks are made equal."""
    COMPLAINT = "complaint"
    """It says that the answer is wrong, and not what would be right."""
    LANGUAGE_MISMATCH = "language_mismatch"
    SENSITIVE = "sensitive"
    TOO_SMALL = "too_small"
    """A slip of one or two letters, or next to nothing of a long text."""
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near_duplicate"
    OVER_CAP = "over_cap"
    """This user has given as many today as are taken of one user."""


SAID: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NO_CONSENT: "nothing is kept without consent: send it again with consent if you agree",
        Reason.EMPTY: "the answer or its correction is empty: send both texts",
        Reason.TOO_LONG: "the texts are too long to learn from: correct a shorter answer",
        Reason.IDENTICAL: "the correction says the same as the answer: change what was wrong",
        Reason.COMPLAINT: "it says that the answer is wrong, not what is right: write the right answer",
        Reason.LANGUAGE_MISMATCH: "the correction is in another language than question and answer: use theirs",
        Reason.SENSITIVE: "it holds a word that is not learnt from: leave it out",
        Reason.TOO_SMALL: "the change is a matter of a letter or two: nothing can be learnt from it",
        Reason.DUPLICATE: "the same correction is kept already",
        Reason.NEAR_DUPLICATE: "nearly the same correction is kept already",
        Reason.OVER_CAP: "enough corrections were taken of this user today: send it again tomorrow",
    }
)
"""What is said to whoever sent it: why, and what to do."""
