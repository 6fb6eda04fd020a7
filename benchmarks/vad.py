"""Where speech begins and ends, in noise: `python -m benchmarks.vad`.

The project's samples stand at known places in noise of known strength. Beside the streaming detector, on the same
sound in the same process: the same without its noise gate, faster-whisper's own call on the whole recording, and a
plain energy gate that knows the noise beforehand. The first two are fed 32 ms at a time, as a microphone would.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.noisy_speech import NOISES, RATE, noise, scene, score, spoken_samples
from pipeline.events import Samples
from stages.listening import ListenerOptions, SpeechOnset
from stages.noise_floor import NoiseGate
from stages.vad import FRAME, SpeechSpans, VoiceModel, VoiceOptions

PAUSE_S = 0.5
"""Silence that parts two stretches, for all of them alike."""

SEEDS = (5, 11, 17)

Spans = list[tuple[int, int]]


def streaming(model: VoiceModel, gate: NoiseGate | None) -> Callable[[Samples], Spans]:
    """The project's detector."""

    def detect(sound: Samples) -> Spans:
        spans = SpeechSpans(model, VoiceOptions(pause_s=PAUSE_S, gate=gate))
        found = [span for start in range(0, len(sound), FRAME) for span in spans.feed(sound[start : start + FRAME])]
        return [(span.start, span.end) for span in found + spans.flush()]

    return detect


def whole_recording(sound: Samples) -> Spans:
    """faster-whisper's own call, with the same thresholds."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=0.5, neg_threshold=0.35, min_speech_duration_ms=150,
        min_silence_duration_ms=round(PAUSE_S * 1000), speech_pad_ms=0,
    )  # fmt: skip
    return [(found["start"], found["end"]) for found in get_speech_timestamps(sound, options)]


def energy_gate(sound: Samples) -> Spans:
    """Frames 8 dB above the quietest fifth of the whole recording, and above -50 dB."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    level = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-10)
    loud = np.flatnonzero(level > max(float(np.percentile(level, 20)) + 8.0, -50.0))
    spans: Spans = []
    for number in loud.tolist():
        if spans and number * FRAME - spans[-1][1] < PAUSE_S * RATE:
            spans[-1] = (spans[-1][0], (number + 1) * FRAME)
        else:
            spans.append((number * FRAME, (number + 1) * FRAME))
    return [(start, end) for start, end in spans if end - start >= 0.15 * RATE]


def row(name: str, detect: Callable[[Samples], Spans], kind: str | None, snr_db: float) -> str:
    """One line of the table: `detect` over the scenes of all seeds."""
    scores, cost_s, heard_s = [], 0.0, 0.0
    for seed in SEEDS if kind else SEEDS[:1]:
        played = scene(kind, snr_db, seed)
        begun = time.perf_counter()
        spans = detect(played.sound)
        cost_s += time.perf_counter() - begun
        heard_s += len(played.sound) / RATE
        scores.append(score(spans, played.places))
    onset = np.array([error for each in scores for error in each.onset_ms])
    end = np.array([error for each in scores for error in each.end_ms])
    there = len(scores) * len(spoken_samples())
    return (
        f"{name:34} {sum(s.found for s in scores):3}/{there:<3} {sum(s.false for s in scores):5} "
        f"{sum(s.joined for s in scores):6}  {_errors(onset)}  {_errors(end)}  {cost_s * 1000 / heard_s:8.2f}"
    )


def _errors(errors: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """Median with its sign, and the 95th percentile without."""
    if not len(errors):
        return f"{'-':>7} {'-':>7}"
    return f"{np.median(errors):+7.0f} {np.percentile(np.abs(errors), 95):7.0f}"


def certain(model: VoiceModel, sound: Samples) -> list[int]:
    """Positions at which an utterance would be handed over, as if each were over at once."""
    onset, positions = SpeechOnset(model, ListenerOptions()), []
    for start in range(0, len(sound), FRAME):
        if onset.feed(sound[start : start + FRAME]) is not None:
            positions.append(min(start + FRAME, len(sound)))
            onset.forget()
    return positions


def delay(model: VoiceModel, kind: str | None, snr_db: float) -> str:
    """How long after its first sound an utterance is handed over, and how many are not."""
    played = scene(kind, snr_db)
    positions = certain(model, played.sound)
    first = [next((at for at in positions if begin < at < over + RATE // 2), None) for begin, over in played.places]
    delays = [
        (at - begin) * 1000 / RATE
        for at, (begin, _) in zip(first, played.places, strict=True)
        if at is not None
    ]  # fmt: skip
    return (
        f"{np.median(delays):4.0f} ms, 95th percentile {np.percentile(delays, 95):4.0f} ms, "
        f"{first.count(None)} of {len(first)} missed"
    )


def main() -> None:
    """Command line."""
    model = VoiceModel()
    detectors: dict[str, Callable[[Samples], Spans]] = {
        "streaming, noise gate (ours)": streaming(model, NoiseGate()),
        "streaming, no gate (ours)": streaming(model, None),
        "faster-whisper, whole recording": whole_recording,
        "energy gate, noise known": energy_gate,
    }
    whole_recording(np.zeros(RATE, np.float32))  # loads its model
    print("Errors in ms, late is +: median, and 95th percentile without sign; cost in ms per second of sound")
    for kind, snr_db in [(None, 0.0), *((kind, snr_db) for kind in NOISES for snr_db in (20.0, 10.0, 5.0))]:
        print(f"\n{f'{kind}, {snr_db:.0f} dB' if kind else 'clean':34} {'found':>7} {'false':>5} {'joined':>6}  "
              f"{'onset':>7} {'p95':>7}  {'end':>7} {'p95':>7}  {'cost':>8}")  # fmt: skip
        for name, detect in detectors.items():
            print(row(name, detect, kind, snr_db))
    print("\nFrom the first sound of a sample to the moment that its utterance is handed over")
    for kind, snr_db in [(None, 0.0), *((kind, 5.0) for kind in NOISES)]:
        print(f"{f'{kind}, {snr_db:.0f} dB' if kind else 'clean':34} {delay(model, kind, snr_db)}")
    print("\nUtterances that begin in ten minutes of noise alone, as loud as a near voice")
    for kind in (*NOISES, "brown"):
        print(f"{kind:34} {len(certain(model, noise(kind, 600.0) * np.float32(0.1)))}")


if __name__ == "__main__":
    main()
