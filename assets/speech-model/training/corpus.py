"""The training corpus: clips of spoken random sentences as log-mel features, in shards of a feature file and a JSON file.

A shard's features are float16 (80, frames), 100 frames a second, as faster-whisper's own extractor computes them; its JSON
says where each clip begins and which sentence stands where in it, with its phonemes.

    python corpus.py DIR --clips 20000 --seed 1 --engine espeak
"""

from __future__ import annotations

import argparse
import functools
import json
import random
from dataclasses import asdict, dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from alignment import PhonemeAligner
from grammar import SentenceGrammar
from numpy.typing import NDArray
from speech import SAMPLE_RATE, coloured_noise, speak, trained_voice, with_noise
from vocabulary import words_of

HERE = Path(__file__).parent
FREE_QUESTIONS = HERE / "free_questions.txt"
SAMPLE_TEXTS = HERE.parents[1] / "audio" / "en"
LONGEST_CLIP_S = 9.6
CLIPS_PER_SHARD = 1000
NO_SPEECH_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence inside a clip."""

    text: str
    start_s: float
    end_s: float
    phonemes: list[tuple[str, float]]
    """Each phoneme and the share of the segment at which it begins."""


@functools.cache
def evaluation_texts() -> frozenset[str]:
    """Word sequences that training never sees: the freely written questions and the project's spoken samples."""
    texts = FREE_QUESTIONS.read_text(encoding="utf-8").splitlines()
    texts += [path.read_text(encoding="utf-8") for path in sorted(SAMPLE_TEXTS.glob("*.txt"))]
    return frozenset(" ".join(words_of(text)) for text in texts)


@functools.cache
def _aligner() -> PhonemeAligner:
    return PhonemeAligner()


@functools.cache
def _extractor() -> Any:
    from faster_whisper.feature_extractor import FeatureExtractor

    return FeatureExtractor()


def features_of(samples: NDArray[np.float32]) -> NDArray[np.float16]:
    """Log-mel features (80, frames), exactly as at inference."""
    clipped = np.clip(samples, -1, 1).astype(np.float32)
    return np.asarray(_extractor()(clipped)[:, :-1], dtype=np.float16)


def make_clip(task: tuple[int, str]) -> tuple[NDArray[np.float16], list[Segment]]:
    """The clip of that seed and engine: one or two sentences with pauses, level and noise drawn at random."""
    seed, engine = task
    source, noise = random.Random(seed), np.random.default_rng(seed)
    if source.random() < NO_SPEECH_SHARE:
        return features_of(_silence_or_noise(source, noise)), []
    grammar = SentenceGrammar(source, evaluation_texts())
    voice = trained_voice(source, engine)
    at = source.uniform(0.0, 0.7)
    pieces = [np.zeros(int(at * SAMPLE_RATE), np.float32)]
    segments: list[Segment] = []
    for _ in range(2 if source.random() < 0.12 else 1):
        text = grammar.sentence()
        spoken = speak(text, voice)
        length = len(spoken) / SAMPLE_RATE
        if length < 0.1 or at + length > LONGEST_CLIP_S:
            break
        segments.append(Segment(text, round(at, 3), round(at + length, 3), _aligner().align(text)))
        pause = source.uniform(0.05, 0.7)
        pieces += [spoken, np.zeros(int(pause * SAMPLE_RATE), np.float32)]
        at += length + pause
    samples = np.concatenate(pieces) * np.float32(10 ** source.uniform(-1.0, 0.2))
    if len(samples) < 4800:
        samples = np.pad(samples, (0, 4800))
    if source.random() < 0.3:
        samples = with_noise(samples, source.uniform(5, 30), noise, source.choice((0, 1, 2)))
    else:
        samples = samples + coloured_noise(len(samples), noise, 0) * np.float32(10 ** source.uniform(-5.5, -3))
    return features_of(samples), segments


def _silence_or_noise(source: random.Random, noise: np.random.Generator) -> NDArray[np.float32]:
    length = int(source.uniform(0.5, 6.0) * SAMPLE_RATE)
    if source.random() < 0.25:
        return np.zeros(length, np.float32)
    level = np.float32(10 ** source.uniform(-4.5, -0.7))
    samples = coloured_noise(length, noise, source.uniform(0, 2.2)) * level
    kind = source.random()
    if kind < 0.25:  # hum
        times = np.arange(length) / SAMPLE_RATE
        samples = samples * 0.1 + level * np.sin(2 * np.pi * source.uniform(40, 900) * times).astype(np.float32)
    elif kind < 0.5:  # bursts, clicks, a knock
        envelope = np.zeros(length, np.float32)
        for _ in range(source.randint(1, 6)):
            begin = source.randrange(length)
            decay = np.exp(-np.arange(length - begin) / source.uniform(80, 4000))
            envelope[begin:] += decay.astype(np.float32)
        samples = samples * envelope
    return samples


def write_shard(path: Path, clips: list[tuple[NDArray[np.float16], list[Segment]]]) -> None:
    """Features first, then the JSON under its final name: whoever sees the JSON may read both."""
    offsets = np.cumsum([0] + [features.shape[1] for features, _ in clips]).tolist()
    np.save(path.with_suffix(".npy"), np.concatenate([features for features, _ in clips], 1))
    record = {"offsets": offsets, "clips": [[asdict(segment) for segment in segments] for _, segments in clips]}
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(record), encoding="utf-8")
    partial.rename(path.with_suffix(".json"))


def generate(folder: Path, clips: int, seed: int, engine: str, jobs: int) -> None:
    """Write that many clips; shards that exist already are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with Pool(jobs) as pool:
        for begin in range(0, clips, CLIPS_PER_SHARD):
            path = folder / f"{engine}-{seed}-{begin:06d}"
            if path.with_suffix(".json").exists():
                continue
            numbers = range(begin, min(clips, begin + CLIPS_PER_SHARD))
            tasks = [(seed * 10_000_019 + number, engine) for number in numbers]
            made = pool.map(make_clip, tasks, chunksize=20)
            write_shard(path, made)
            hours = sum(features.shape[1] for features, _ in made) / 360_000
            print(f"{path.name}: {len(made)} clips, {hours:.2f} h", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Generate spoken sentences of the domain.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clips", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("espeak", "flite"), default="espeak")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    generate(options.folder, options.clips, options.seed, options.engine, options.jobs)


if __name__ == "__main__":
    main()
