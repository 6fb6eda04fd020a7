"""Finds corrections that are nearly the same without comparing each with all: min-wise hashing, then a comparison.

Two texts share a band with a probability that grows with the part of their shingles they have in common: at 0.45, as of
ten characters with one changed, 0.97; at 0.1, 0.15. Source: Broder, "On the resemblance and containment of documents",
1997; bands as in Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from gateway.feedback.correction import Texts
from gateway.feedback.distance import similarity
from gateway.feedback.units import comparable, numbers, units

SHINGLE_UNITS = 3
BANDS, ROWS = 16, 2

_SEED = 0x52314642
"""Changing this, or anything that goes into a band, makes bands that are stored useless."""


def bands_of(texts: Texts) -> tuple[int, ...]:
    """`BANDS` numbers of 63 bits; texts that are nearly the same have at least one of them in common, very likely."""
    import numpy as np

    shingles = sorted(_shingles("o", texts.original) | _shingles("c", texts.corrected))
    chance = np.random.Generator(np.random.PCG64(_SEED))
    factors = chance.integers(0, 2**63, BANDS * ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    digests = b"".join(hashlib.blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles)
    values = np.frombuffer(digests, dtype="<u8")
    # A product with an odd number is a permutation of 64 bits; turning its halves lets the high bits decide.
    least = [int(((values * factor) >> np.uint64(16) ^ (values * factor) << np.uint64(48)).min()) for factor in factors]
    return tuple(_band(number, least[number * ROWS : (number + 1) * ROWS]) for number in range(BANDS))


def alike_in(texts: Texts, others: Iterable[Texts], least_similarity: float) -> bool:
    """Whether answer and correction are each as similar as that to those of one of `others`, and no number differs.

    A text in which only a number is another one says something else.
    """
    mine = [units(comparable(text)) for text in (texts.original, texts.corrected)]
    known = [numbers(sequence) for sequence in mine]
    for other in others:
        theirs = (units(comparable(text)) for text in (other.original, other.corrected))
        if all(
            numbers(sequence) == wanted and similarity(own, sequence, least_similarity) >= least_similarity
            for own, wanted, sequence in zip(mine, known, theirs, strict=True)
        ):
            return True
    return False


def digest_of(texts: Texts) -> str:
    """The same for texts that differ in nothing that matters, and for no others."""
    total = hashlib.sha256()
    for text in (texts.prompt, texts.original, texts.corrected):
        part = comparable(text).encode()
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _shingles(channel: str, text: str) -> set[str]:
    sequence: Sequence[str] = units(comparable(text))
    last = max(1, len(sequence) - SHINGLE_UNITS + 1)
    return {f"{channel}{''.join(sequence[at : at + SHINGLE_UNITS])}" for at in range(last)}


def _band(number: int, least: Sequence[int]) -> int:
    content = b"".join(part.to_bytes(8, "big") for part in (number, *least))
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big") >> 1
