"""The tokenizer: a small byte-level BPE learnt from the domain's sentences, with Whisper's special tokens after it.

Order of identifiers: text, end of text, start of transcript, languages, tasks, no timestamps, then the timestamps; both
faster-whisper and CTranslate2 rely on it.
"""

from __future__ import annotations

import json
import random
import string
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grammar import SentenceGrammar

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WINDOW_S = 10.0
"""Seconds of audio the model takes at a time; the preprocessor's chunk_length and the last timestamp."""
TIMESTAMP_STEP_S = 0.02
SPECIAL_TOKENS = tuple(
    f"<|{name}|>"
    for name in (
        "endoftext", "startoftranscript", "en", "zh", "translate", "transcribe", "startoflm", "startofprev", "nospeech",
        "notimestamps",
    )
)  # fmt: skip
TIMESTAMPS = tuple(f"<|{index * TIMESTAMP_STEP_S:.2f}|>" for index in range(round(WINDOW_S / TIMESTAMP_STEP_S) + 1))
BARE_SPACE = "\u0120"
"""How byte-level BPE writes a space."""


@dataclass(frozen=True, slots=True)
class SpecialIds:
    """Identifiers of the special tokens that training and conversion name."""

    end_of_text: int
    start: int
    previous: int
    no_speech: int
    no_timestamps: int
    first_timestamp: int
    bare_space: int

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> SpecialIds:
        names = ("<|endoftext|>", "<|startoftranscript|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>")
        identifiers = tokenizer.get_vocab()
        return cls(*(identifiers[name] for name in (*names, TIMESTAMPS[0], BARE_SPACE)))


def learn_tokenizer(path: Path, sentences: int = 60_000, vocabulary_size: int = 700, seed: int = 5) -> None:
    """Learn the tokenizer from that many random sentences and write it as a tokenizer.json.

    faster-whisper's default `suppress_tokens=[-1]` suppresses the first token of " -" and of " " before other symbols. Were
    that the bare space, nothing that needs one could be written; so every "space and character" is a token of its own.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    grammar = SentenceGrammar(random.Random(seed))
    texts = [grammar.sentence() for _ in range(sentences)]
    learner = _byte_level(Tokenizer(models.BPE()))
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=vocabulary_size, initial_alphabet=alphabet, show_progress=False)
    learner.train_from_iterator(texts + [" " + text for text in texts], trainer)

    description = json.loads(learner.to_str())
    merges = [tuple(merge) for merge in description["model"]["merges"]]
    printable = string.ascii_letters + string.digits + string.punctuation
    # last in rank: a fallback that does not disturb the whole words learnt before
    merges += [pair for pair in ((BARE_SPACE, character) for character in printable) if pair not in merges]
    identifiers = {character: index for index, character in enumerate(alphabet)}
    for left, right in merges:
        identifiers.setdefault(left + right, len(identifiers))
    description["model"]["vocab"] = identifiers
    description["model"]["merges"] = [list(merge) for merge in merges]

    tokenizer = Tokenizer.from_str(json.dumps(description))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in SPECIAL_TOKENS])
    tokenizer.add_tokens([AddedToken(name, special=True, normalized=False) for name in TIMESTAMPS])
    tokenizer.save(str(path))


def _byte_level(tokenizer: Tokenizer) -> Tokenizer:
    from tokenizers import decoders, pre_tokenizers

    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of that file."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(path))
