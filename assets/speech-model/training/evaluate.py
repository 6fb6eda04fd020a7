"""Word error rates of a model folder, through the unmodified `faster_whisper.WhisperModel.transcribe`.

    python evaluate.py MODEL_FOLDER [--output evaluation.json] [--show]

Sets: freely written questions (free_questions.txt, never trained on) in trained espeak voices, in espeak voices never trained
on and in a flite voice never trained on; held-out sentences of the grammar, usual ones and any; the project's spoken samples;
silence and noises, which must give no words. Voices are drawn with a fixed seed: the same audio on every run.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from corpus import FREE_QUESTIONS, SAMPLE_TEXTS
from grammar import KINDS, SentenceGrammar, is_held_out
from speech import (
    FLITE_TRAINED,
    SAMPLE_RATE,
    Voice,
    Waveform,
    coloured_noise,
    plain_voice,
    speak,
    unseen_voice,
    with_noise,
)
from vocabulary import words_of

# What the ASR stage should use with this model.
TRANSCRIBE_OPTIONS: dict[str, Any] = {
    "language": "en",
    "beam_size": 5,
    "temperature": 0.0,
    "without_timestamps": True,
    "condition_on_previous_text": False,
    "no_speech_threshold": 0.6,
    "log_prob_threshold": -1.0,
}
HELD_OUT_SENTENCES = 40
NOISY_DB = 10.0


@dataclass(frozen=True, slots=True)
class Utterance:
    """One recording to transcribe and what it says."""

    group: str
    text: str
    samples: Waveform


@dataclass(frozen=True, slots=True)
class GroupScore:
    """What came of one group of utterances."""

    utterances: int
    word_error_percent: float
    exact_percent: float
    """Share of utterances with every word right."""
    seconds_each: float
    audio_seconds_each: float


def utterances() -> Iterator[Utterance]:
    """Every spoken utterance of the evaluation, in a fixed order."""
    questions = FREE_QUESTIONS.read_text(encoding="utf-8").split("\n")
    questions = [question for question in questions if question]
    usual = {kind: share for kind, share in KINDS.items() if kind.startswith("usual")}
    sets = (
        ("free questions", questions),
        ("usual sentences", _held_out_sentences("usual", usual)),
        ("any sentences", _held_out_sentences("any", KINDS)),
    )
    for name, texts in sets:
        source = random.Random(f"evaluation of {name}")
        for index, text in enumerate(texts):
            voices = {
                "espeak, trained voices": plain_voice(source),
                "espeak, unseen voices": unseen_voice(source, "espeak"),
                "flite slt, unseen": unseen_voice(source, "flite"),
            }
            if texts is questions:
                voices["flite kal16 awb rms, trained"] = Voice("flite", FLITE_TRAINED[index % 3], 1.0, 0)
            for label, voice in voices.items():
                yield Utterance(f"{name}, {label}", text, _framed(speak(text, voice)))
    source, noise = random.Random("noisy"), np.random.default_rng(10)
    for text in questions:
        samples = with_noise(_framed(speak(text, plain_voice(source))), NOISY_DB, noise, 1)
        yield Utterance(f"free questions, espeak, pink noise at {NOISY_DB:.0f} dB", text, samples)


def _held_out_sentences(seed: str, kinds: Mapping[str, float]) -> list[str]:
    """Sentences of those kinds that training never sees."""
    grammar = SentenceGrammar(random.Random(seed))
    texts: list[str] = []
    while len(texts) < HELD_OUT_SENTENCES:
        text = grammar.any_sentence(kinds)
        if is_held_out(text) and text not in texts and len(text.split()) > 2:
            texts.append(text)
    return texts


def _framed(speech: Waveform) -> Waveform:
    """With a quarter of a second before, three eighths after, and the faint hiss of a real recording."""
    framed = np.pad(speech, (SAMPLE_RATE // 4, SAMPLE_RATE * 3 // 8))
    return framed + 1e-4 * coloured_noise(len(framed), np.random.default_rng(len(framed)), 0)


def soundless() -> Iterator[tuple[str, Waveform]]:
    """Recordings without a word, by name."""
    noise = np.random.default_rng(99)
    second = SAMPLE_RATE
    for seconds in (1, 3, 10):
        yield f"digital silence, {seconds} s", np.zeros(seconds * second, np.float32)
    for name, slope in (("white", 0.0), ("pink", 1.0), ("brown", 2.0)):
        for level in (0.001, 0.02, 0.2):
            yield f"{name} noise at {level}", coloured_noise(3 * second, noise, slope) * np.float32(level)
    times = np.arange(3 * second) / second
    for hertz in (50, 440, 1000):
        yield f"tone of {hertz} Hz", (0.2 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)
    clicks = np.zeros(3 * second, np.float32)
    clicks[:: second // 4] = 0.8
    yield "clicks", clicks
    knock = np.exp(-np.arange(second) / 300) * noise.standard_normal(second)
    yield "a knock", np.pad(knock, (second, second)).astype(np.float32) * np.float32(0.3)
    hum = 0.1 * np.sign(np.sin(2 * np.pi * 120 * times)) + 0.02 * noise.standard_normal(3 * second)
    yield "buzz", hum.astype(np.float32)


class Evaluation:
    """One model folder under test."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        from faster_whisper import WhisperModel

        began = time.perf_counter()
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
        self.load_seconds = time.perf_counter() - began
        self.megabytes = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6

    def transcribe(self, audio: Waveform | str, vad: bool = False) -> str:
        """The transcript with the recommended options."""
        segments, _ = self._model.transcribe(audio, vad_filter=vad, **TRANSCRIBE_OPTIONS)
        return " ".join(segment.text.strip() for segment in segments)

    def score(self, spoken: list[Utterance], show: bool) -> tuple[dict[str, GroupScore], dict[str, list[list[str]]]]:
        """Scores of each group, and the [said, heard] pairs that differ."""
        heard: dict[str, list[tuple[str, str, float, float]]] = {}
        for utterance in spoken:
            began = time.perf_counter()
            text = self.transcribe(utterance.samples)
            row = (utterance.text, text, time.perf_counter() - began, len(utterance.samples) / SAMPLE_RATE)
            heard.setdefault(utterance.group, []).append(row)
        mistakes = {
            group: [[a, b] for a, b, _, _ in rows if words_of(a) != words_of(b)] for group, rows in heard.items()
        }
        if show:
            for group, pairs in mistakes.items():
                print(group, *(f"  {said}\n  {got}\n" for said, got in pairs), sep="\n")
        return {group: _score(rows) for group, rows in heard.items()}, mistakes

    def words_without_speech(self, vad: bool) -> dict[str, str]:
        """What was written down of recordings that hold no word; empty is right."""
        heard = {name: self.transcribe(samples, vad) for name, samples in soundless()}
        return {name: text for name, text in heard.items() if text}


def _score(rows: list[tuple[str, str, float, float]]) -> GroupScore:
    import jiwer

    said = [" ".join(words_of(row[0])) for row in rows]
    got = [" ".join(words_of(row[1])) for row in rows]
    return GroupScore(
        utterances=len(rows),
        word_error_percent=round(100 * jiwer.wer(said, got), 1),
        exact_percent=round(100 * sum(a == b for a, b in zip(said, got, strict=True)) / len(rows), 1),
        seconds_each=round(sum(row[2] for row in rows) / len(rows), 3),
        audio_seconds_each=round(sum(row[3] for row in rows) / len(rows), 2),
    )


def samples(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """Said and heard of each of the project's own spoken samples that have a recording."""
    results: dict[str, dict[str, Any]] = {}
    for text_file in sorted(SAMPLE_TEXTS.glob("*.txt")):
        recording = text_file.with_suffix(".wav")
        if recording.exists():
            said = text_file.read_text(encoding="utf-8").strip()
            got = evaluation.transcribe(str(recording))
            results[text_file.stem] = {"said": said, "heard": got, "exact": words_of(said) == words_of(got)}
    return results


def evaluate(folder: Path, show: bool = False, only: str = "") -> dict[str, Any]:
    """Everything that the README reports about a model folder; `only` keeps the groups whose name contains it."""
    evaluation = Evaluation(folder)
    spoken = [utterance for utterance in utterances() if only in utterance.group]
    evaluation.score(spoken[:2], show=False)  # the first inference is slower and would spoil the times
    scores, mistakes = evaluation.score(spoken, show)
    return {
        "options": TRANSCRIBE_OPTIONS,
        "megabytes": round(evaluation.megabytes, 2),
        "load_seconds": round(evaluation.load_seconds, 3),
        "groups": {group: asdict(score) for group, score in scores.items()},
        "words_without_speech": {
            "recordings": sum(1 for _ in soundless()),
            "without_vad": evaluation.words_without_speech(vad=False),
            "with_vad": evaluation.words_without_speech(vad=True),
        },
        "samples": samples(evaluation),
        "mistakes": mistakes,
    }


def print_report(name: str, result: dict[str, Any]) -> None:
    """A result of `evaluate` for people; its table is the one in the README."""
    print(f"{name}: {result['megabytes']} MB, loads in {result['load_seconds']} s")
    print("| set, voices | n | WER % | exact % |\n|---|---|---|---|")
    for group, score in result["groups"].items():
        print(f"| {group} | {score['utterances']} | {score['word_error_percent']} | {score['exact_percent']} |")
    seconds = [score["seconds_each"] / score["audio_seconds_each"] for score in result["groups"].values()]
    print(f"  {sum(seconds) / max(1, len(seconds)):.2f} s of work for a second of speech, on 2 threads")
    silent = result["words_without_speech"]
    print(f"  words in {silent['recordings']} recordings without speech: {silent['without_vad'] or 'none'};", end=" ")
    print(f"with voice detection: {silent['with_vad'] or 'none'}")
    right = [sample["exact"] for sample in result["samples"].values()]
    print(f"  spoken samples of the project word for word: {sum(right)} of {len(right)}")
    for sample in result["samples"].values():
        if not sample["exact"]:
            print(f"    said  {sample['said']}\n    heard {sample['heard']}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Evaluate a speech model folder.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, help="write the first folder's result as JSON")
    parser.add_argument("--show", action="store_true", help="print what was misheard")
    parser.add_argument("--only", default="", help="only the groups whose name contains this")
    given = parser.parse_args()
    results = [evaluate(folder, given.show, given.only) for folder in given.folders]
    for folder, result in zip(given.folders, results, strict=True):
        print_report(str(folder), result)
    if given.output:
        given.output.write_text(json.dumps(results[0], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
