"""What is worth learning from. Each filter is a pure function that gives a reason against, or None.

The first reason in the order of `judge` is the one that counts. What depends on other corrections (`duplicate`,
`near_duplicate`, `over_cap`) is told by the store, within the transaction that would keep it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.feedback.complaints import is_complaint
from gateway.feedback.correction import Texts
from gateway.feedback.distance import edit_distance
from gateway.feedback.languages import asks_for_a_language, script_of, written_in
from gateway.feedback.near import alike_in
from gateway.feedback.reasons import Reason
from gateway.feedback.sensitive import SensitiveWords
from gateway.feedback.units import comparable


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """Limits, for whoever runs the gateway to set."""

    least_weight: int = 3
    """A lighter change is too small: the guide's three letters, or one number, ideograph or symbol. See `units`."""
    least_share: float = 0.002
    """So is one that is a smaller part of the text than this: three letters in 1,500."""
    longest_characters: int = 8_000
    """Of each text."""
    per_user_per_day: int = 50
    """Kept of one user on one day (UTC), so that none outweighs the others."""
    least_similarity: float = 0.92
    """From which on two corrections are nearly the same."""


def without_consent(consent: bool) -> Reason | None:
    """Nothing is looked at that its author has not agreed to."""
    return None if consent else Reason.NO_CONSENT


def empty(texts: Texts) -> Reason | None:
    """An answer or a correction that says nothing, marks alone included."""
    return None if comparable(texts.original) and comparable(texts.corrected) else Reason.EMPTY


def too_long(texts: Texts, options: FilterOptions) -> Reason | None:
    """Any of the texts is longer than is taken. To be asked before filters that take time."""
    longest = max(map(len, (texts.prompt, texts.original, texts.corrected)))
    return Reason.TOO_LONG if longest > options.longest_characters else None


def identical(texts: Texts) -> Reason | None:
    """Nothing that matters was changed: see `units.comparable`."""
    return Reason.IDENTICAL if comparable(texts.original) == comparable(texts.corrected) else None


def complaint(texts: Texts) -> Reason | None:
    """The correction says that the answer is wrong and not what is right."""
    return Reason.COMPLAINT if is_complaint(texts.corrected, texts.original) else None


def language_mismatch(texts: Texts, language: str) -> Reason | None:
    """The correction is in a script that neither answer nor question has, or in which `language` is not written.

    An answer in the wrong language may be corrected into the question's; a question may ask for a language.
    """
    script = script_of(texts.corrected)
    expected = {found for found in (script_of(texts.original), script_of(texts.prompt)) if found}
    if script and expected and script not in expected and not asks_for_a_language(texts.prompt):
        return Reason.LANGUAGE_MISMATCH
    told = written_in(language)
    return Reason.LANGUAGE_MISMATCH if script and told and script not in told else None


def sensitive(texts: Texts, words: SensitiveWords) -> Reason | None:
    """A listed word stands in one of the texts; in the wrong answer too, which a model may be shown as such."""
    found = any(words.found_in(text) for text in (texts.corrected, texts.original, texts.prompt))
    return Reason.SENSITIVE if found else None


def too_small(texts: Texts, options: FilterOptions) -> Reason | None:
    """The change is light by itself, or next to nothing of the whole."""
    distance = edit_distance(texts.original, texts.corrected)
    small = distance.weight < options.least_weight or distance.share < options.least_share
    return Reason.TOO_SMALL if small else None


def near_duplicate(texts: Texts, kept: Iterable[Texts], options: FilterOptions) -> Reason | None:
    """One of `kept` is nearly the same."""
    return Reason.NEAR_DUPLICATE if alike_in(texts, kept, options.least_similarity) else None


def over_cap(kept_today: int, options: FilterOptions) -> Reason | None:
    """Enough was kept of this user today."""
    return Reason.OVER_CAP if kept_today >= options.per_user_per_day else None


def judge(texts: Texts, language: str, words: SensitiveWords, options: FilterOptions) -> Reason | None:
    """The first reason against `texts` by themselves, consented to and redacted; None when there is none.

    `language` is what the caller says of it, or empty.
    """
    return (
        empty(texts)
        or too_long(texts, options)
        or identical(texts)
        or complaint(texts)
        or language_mismatch(texts, language)
        or sensitive(texts, words)
        or too_small(texts, options)
    )
