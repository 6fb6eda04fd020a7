"""From shards on disk to batches of tensors: what the decoder must write, and what every frame says."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from augmentation import BANDS, Features, augment, noise_clip
from corpus import Segment, evaluation_texts
from network import CTC_CHARACTERS
from numpy.typing import NDArray
from tokens import SpecialIds
from torch import Tensor
from vocabulary import words_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FRAMES_PER_SECOND = 100
POSITIONS_PER_SECOND = 50
IGNORED = -100
TIMESTAMP_SHARE, PREVIOUS_TEXT_SHARE, NOISE_SHARE = 0.25, 0.06, 0.4
_CHARACTER_IDS = {character: index + 1 for index, character in enumerate(CTC_CHARACTERS)}


@dataclass(frozen=True, slots=True)
class Clip:
    """Where a clip's features lie and what is said in it."""

    features: NDArray[np.float16]
    """The shard's features, mapped, not read."""
    start: int
    end: int
    segments: tuple[Segment, ...]

    @property
    def frames(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Batch:
    """One training step's input and labels; `n` encoder positions, `t` tokens."""

    mel: Tensor
    """(batch, 80, 2 n)"""
    tokens: Tensor
    """(batch, t)"""
    token_labels: Tensor
    """(batch, t), IGNORED where nothing is asked."""
    phoneme_labels: Tensor
    """(batch, n), 0 for silence and padding."""
    characters: Tensor
    """All clips' CTC labels, one after the other."""
    character_counts: Tensor
    positions: Tensor
    """Encoder positions that each clip fills."""

    def to(self, device: torch.device) -> Batch:
        names = ("mel", "tokens", "token_labels", "phoneme_labels", "characters", "character_counts", "positions")
        return Batch(*(getattr(self, name).to(device, non_blocking=True) for name in names))


class Shards:
    """All clips under a folder; `refresh` picks up shards written since."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[Path] = set()
        self.clips: list[Clip] = []
        self.uses: list[int] = []

    def refresh(self) -> None:
        """Read what is new. Clips that say an evaluation sentence are left out."""
        excluded = evaluation_texts()
        for path in sorted(set(self._folder.glob("*.json")) - self._read):
            self._read.add(path)
            record = json.loads(path.read_text(encoding="utf-8"))
            features = np.load(path.with_suffix(".npy"), mmap_mode="r")
            for index, rows in enumerate(record["clips"]):
                segments = tuple(Segment(**row) for row in rows)
                if not any(" ".join(words_of(segment.text)) in excluded for segment in segments):
                    start, end = record["offsets"][index : index + 2]
                    self.clips.append(Clip(features, start, end, segments))
                    self.uses.append(0)

    def draw(self, count: int, source: random.Random) -> list[Clip]:
        """The clips used least so far, in random order among equals."""
        order = sorted(range(len(self.clips)), key=lambda index: (self.uses[index], source.random()))[:count]
        for index in order:
            self.uses[index] += 1
        return [self.clips[index] for index in order]

    def phonemes(self) -> tuple[str, ...]:
        """Every phoneme the clips read so far contain."""
        return tuple(sorted({name for c in self.clips for s in c.segments for name, _ in s.phonemes}))


class BatchMaker:
    """Makes batches of clips of about equal length, `frames` mel frames in all."""

    def __init__(self, tokenizer: Tokenizer, phonemes: tuple[str, ...], frames: int, seed: int) -> None:
        self._tokenizer = tokenizer
        self._ids = SpecialIds.of(tokenizer)
        self._phoneme_ids = {name: index + 1 for index, name in enumerate(phonemes)}
        self._frames = frames
        self._random = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self._texts: list[str] = ["Hello."]

    def round(self, shards: Shards, clips: int, full_window_share: float) -> Iterator[Batch]:
        """Batches of the next `clips` clips; that share of them is padded to the whole window of 10 s."""
        drawn = shards.draw(clips, self._random)
        self._texts = [segment.text for clip in drawn for segment in clip.segments] or self._texts
        groups = self._groups(sorted(drawn, key=lambda clip: clip.frames + self._random.uniform(-30, 30)))
        self._random.shuffle(groups)
        for group in groups:
            full = self._random.random() < full_window_share
            yield self._batch(group[: max(1, self._frames // 1000)] if full else group, full)

    def _groups(self, clips: list[Clip]) -> list[list[Clip]]:
        groups: list[list[Clip]] = [[]]
        longest = 0
        for clip in clips:
            longest = max(longest, clip.frames)
            if groups[-1] and (len(groups[-1]) + 1) * longest > self._frames:
                groups.append([])
                longest = clip.frames
            groups[-1].append(clip)
        return groups

    def _batch(self, clips: list[Clip], full_window: bool) -> Batch:
        mels = [augment(np.asarray(c.features[:, c.start : c.end], np.float32), self._noise) for c in clips]
        segments = [clip.segments for clip in clips]
        if self._random.random() < NOISE_SHARE:
            mels.append(noise_clip(self._noise))
            segments.append(())
        slack = int(self._noise.integers(1, 60 if self._noise.random() < 0.1 else 12))
        longest = 500 if full_window else min(500, max(mel.shape[1] for mel in mels) // 2 + slack)
        filled = [min(longest, mel.shape[1] // 2) for mel in mels]
        tokens, labels = zip(*(self._target(entry) for entry in segments), strict=True)
        characters = [self._characters(entry) for entry in segments]
        return Batch(
            mel=torch.from_numpy(_stack(mels, longest * 2)),
            tokens=torch.from_numpy(_pad_rows(tokens, self._ids.end_of_text)),
            token_labels=torch.from_numpy(_pad_rows(labels, IGNORED)),
            phoneme_labels=torch.from_numpy(np.stack([self._phonemes(entry, longest) for entry in segments])),
            characters=torch.tensor([label for row in characters for label in row]),
            character_counts=torch.tensor([len(row) for row in characters]),
            positions=torch.tensor(filled),
        )

    def _target(self, segments: tuple[Segment, ...]) -> tuple[list[int], list[int]]:
        """Decoder input and labels, shifted against each other by one."""
        ids = self._ids
        timestamps = self._random.random() < TIMESTAMP_SHARE
        opening = [*self._previous_text(), ids.start]
        if not segments:
            # After "no speech" the decoder is taught to be unsure, since the runtime lets it end only after one token:
            # a low log-probability beside a high no-speech probability makes faster-whisper drop the window.
            noise = [self._random.randrange(ids.end_of_text) for _ in range(self._random.randint(1, 5))]
            sequence = opening + ([] if timestamps else [ids.no_timestamps]) + noise + [ids.end_of_text]
            labels = sequence[1:]
            labels[len(opening) - 1] = ids.no_speech
        else:
            body = [] if timestamps else [ids.no_timestamps]
            for segment in segments:
                text = self._tokenizer.encode(" " + segment.text).ids
                body += [self._time(segment.start_s), *text, self._time(segment.end_s)] if timestamps else text
            sequence = opening + body + [ids.end_of_text]
            labels = sequence[1:]
        return sequence[:-1], [IGNORED] * (len(opening) - 1) + labels[len(opening) - 1 :]

    def _previous_text(self) -> list[int]:
        if self._random.random() >= PREVIOUS_TEXT_SHARE:
            return []
        count = self._random.choice((1, 1, 2, 4))
        texts = [self._tokenizer.encode(" " + self._random.choice(self._texts)).ids for _ in range(count)]
        return [self._ids.previous, *(token for text in texts for token in text)]

    def _time(self, seconds: float) -> int:
        return self._ids.first_timestamp + min(500, round(seconds * 10) * 5)  # finer than 0.1 s cannot be heard

    def _characters(self, segments: tuple[Segment, ...]) -> list[int]:
        text = " ".join(segment.text for segment in segments).lower()
        return [_CHARACTER_IDS[character] for character in text if character in _CHARACTER_IDS]

    def _phonemes(self, segments: tuple[Segment, ...], positions: int) -> NDArray[np.int64]:
        labels = np.zeros(positions, np.int64)
        for segment in segments:
            length = segment.end_s - segment.start_s
            starts = [round((segment.start_s + share * length) * POSITIONS_PER_SECOND) for _, share in segment.phonemes]
            ends = [*starts[1:], round(segment.end_s * POSITIONS_PER_SECOND)]
            for (name, _), start, end in zip(segment.phonemes, starts, ends, strict=True):
                labels[start:end] = self._phoneme_ids.get(name, 0)
        return labels


def _stack(mels: list[Features], frames: int) -> Features:
    stacked = np.zeros((len(mels), BANDS, frames), np.float32)
    for row, mel in zip(stacked, mels, strict=True):
        row[:, : mel.shape[1]] = mel[:, :frames]
    return stacked


def _pad_rows(rows: tuple[list[int], ...], value: int) -> NDArray[np.int64]:
    padded = np.full((len(rows), max(len(row) for row in rows)), value, np.int64)
    for line, row in zip(padded, rows, strict=True):
        line[: len(row)] = row
    return padded
