"""Train the network, by the clock: the learning rate falls over the time given, however busy the machine is.

    python train.py DATA OUT.pt --tokenizer tokenizer.json --minutes 90 [--start-from CHECKPOINT.pt]

Uses a GPU when torch sees one. Loss: cross-entropy of the transcript, CTC over characters, cross-entropy of a phoneme per
frame with a weight that falls. New shards are picked up while it runs.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.distributed
from batches import IGNORED, Batch, BatchMaker, Shards
from network import Outputs, SpeechNetwork
from tokens import load_tokenizer
from torch import Tensor
from torch.multiprocessing.spawn import spawn
from torch.nn import functional

CTC_WEIGHT = 0.5
PHONEME_WEIGHT = 0.3
WARM_UP_STEPS = 150
CLIPS_PER_ROUND = 1500
CHECKPOINT_EVERY_S = 120.0
LOG_EVERY_STEPS = 25
ANNEAL_FROM, LOWEST_SHARE = 0.1, 0.02


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What a training run is asked for."""

    data: Path
    output: Path
    tokenizer: Path
    minutes: float
    start_from: Path | None = None
    learning_rate: float = 1e-3
    batch_frames: int = 4200
    """Mel frames (10 ms each) in a batch."""
    bfloat16: bool = False
    """Pays on a GPU, and on a CPU with instructions for it; one without is ten times slower with it."""
    decoder_first: float = 0.0
    """Share of the time in which the encoder rests: a third of the cost a step, for a checkpoint that meets new sentences."""
    seed: int = 0
    processes: int = 1
    """Several on a CPU: threads wait for each other at every operation, processes once a step, which shared cores reward."""


@dataclass(slots=True)
class _Progress:
    """Running sums between two log lines."""

    clips: int = 0
    steps: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0, 0.0])


def learning_rate_share(done: float, step: int) -> float:
    """The share of the full learning rate: a linear start, then a cosine over the share of time that is done."""
    falling = max(0.0, done - ANNEAL_FROM) / (1 - ANNEAL_FROM)
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, falling)))
    return min(1.0, (step + 1) / WARM_UP_STEPS) * (cosine * (1 - LOWEST_SHARE) + LOWEST_SHARE)


class Trainer:
    """One training run, or one of its processes: `rank` counts them, 0 writes and reports."""

    def __init__(self, options: TrainingOptions, rank: int = 0) -> None:
        self._options = options
        self._rank = rank
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        tokenizer = load_tokenizer(options.tokenizer)
        self._shards = Shards(options.data)
        self._await_shards()
        saved = torch.load(options.start_from, map_location="cpu") if options.start_from else {}
        phonemes = tuple(saved.get("phonemes", ())) or self._shards.phonemes()
        self._phonemes = phonemes
        self._batches = BatchMaker(tokenizer, phonemes, options.batch_frames, options.seed + rank)
        torch.manual_seed(options.seed)  # the same start in every process
        self._network = SpeechNetwork(tokenizer.get_vocab_size(), len(phonemes)).to(self._device)
        if saved:
            self._restore(saved)
        torch.manual_seed(options.seed + rank)
        matrices = [p for p in self._network.parameters() if p.requires_grad and p.dim() > 1]
        vectors = [p for p in self._network.parameters() if p.requires_grad and p.dim() <= 1]
        groups = [{"params": matrices, "weight_decay": 0.02}, {"params": vectors, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW(groups, lr=options.learning_rate, betas=(0.9, 0.98))
        self._began = time.monotonic()
        self._done = 0.0

    def run(self) -> None:
        """Train until the time is over; the checkpoint is written every two minutes and at the end."""
        progress, step, saved_at, logged_at = _Progress(), 0, self._began, self._began
        self._network.train()
        for batch in self._endless_batches():
            if self._done >= 1:
                break
            self._step(batch.to(self._device), step, progress)
            step += 1
            now = time.monotonic()
            if step % LOG_EVERY_STEPS == 0:
                self._log(step, progress, now - logged_at)
                progress.sums, logged_at = [0.0] * 4, now
            if now - saved_at > CHECKPOINT_EVERY_S:
                self._save(step, progress.clips)
                saved_at = now
        self._save(step, progress.clips)
        if self._rank == 0:
            print(f"finished: {step} steps, {progress.clips} clips", flush=True)

    def _endless_batches(self) -> Iterator[Batch]:
        while True:
            self._shards.refresh()
            # full windows are costly: mostly at the end, when the weights settle
            yield from self._batches.round(self._shards, CLIPS_PER_ROUND, 0.04 if self._done < 0.85 else 0.2)

    def _step(self, batch: Batch, step: int, progress: _Progress) -> None:
        done = self._done
        rate = self._options.learning_rate * learning_rate_share(done, step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._options.bfloat16):
            outputs = self._network(batch.mel, batch.tokens, done >= self._options.decoder_first)
        text, characters, phonemes = _losses(outputs, batch)
        loss = text + CTC_WEIGHT * characters + PHONEME_WEIGHT * (1 - 0.8 * done) * phonemes
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self._done = self._agree((time.monotonic() - self._began) / 60 / self._options.minutes)
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
        self._optimizer.step()
        spoken = batch.phoneme_labels > 0
        right = (outputs.phonemes.argmax(-1) == batch.phoneme_labels)[spoken].float().mean()
        for index, value in enumerate((text, characters, phonemes, right)):
            progress.sums[index] += value.item() / LOG_EVERY_STEPS
        progress.clips += len(batch.mel) * self._options.processes

    def _agree(self, done: float) -> float:
        """Average the gradients over all processes, and the share of time done, so that all stop at the same step."""
        if self._options.processes == 1:
            return done
        gradients = [p.grad for p in self._network.parameters() if p.grad is not None]
        flat = torch.cat([*(gradient.flatten() for gradient in gradients), torch.tensor([done])])
        torch.distributed.all_reduce(flat)
        flat /= self._options.processes
        averages = torch.split(flat[:-1], [gradient.numel() for gradient in gradients])
        for gradient, average in zip(gradients, averages, strict=True):
            gradient.copy_(average.view_as(gradient))
        return float(flat[-1])

    def _log(self, step: int, progress: _Progress, seconds: float) -> None:
        if self._rank != 0:
            return
        text, characters, phonemes, right = progress.sums
        print(
            f"{self._done:6.1%} step {step} passes {progress.clips} of {len(self._shards.clips)} clips, text {text:.3f} "
            f"ctc {characters:.3f} phoneme {phonemes:.3f} right {right:.3f}, {seconds / LOG_EVERY_STEPS:.2f} s/step",
            flush=True,
        )

    def _save(self, step: int, clips: int) -> None:
        if self._rank != 0:
            return
        partial = self._options.output.with_suffix(".partial")
        record = {"model": self._network.state_dict(), "phonemes": self._phonemes, "step": step, "clips": clips}
        torch.save(record, partial)
        partial.replace(self._options.output)

    def _restore(self, saved: dict[str, dict[str, Tensor]]) -> None:
        """Take over the weights; a phoneme head of other phonemes starts afresh."""
        own = self._network.state_dict()
        fitting = {name: value for name, value in saved["model"].items() if own[name].shape == value.shape}
        if "phonemes" not in saved:
            fitting = {name: value for name, value in fitting.items() if not name.startswith("ph.")}
        missing = set(own) - set(fitting)
        print(f"continuing; not taken over: {sorted(missing) or 'nothing'}", flush=True)
        self._network.load_state_dict(own | fitting)

    def _await_shards(self) -> None:
        while not self._shards.clips:
            self._shards.refresh()
            if not self._shards.clips:
                time.sleep(2)


def _losses(outputs: Outputs, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Cross-entropy of the tokens, CTC of the characters, cross-entropy of the phonemes."""
    text = functional.cross_entropy(
        outputs.tokens.float().flatten(0, 1), batch.token_labels.flatten(), ignore_index=IGNORED
    )
    log_characters = functional.log_softmax(outputs.characters.float(), -1).transpose(0, 1)
    characters = functional.ctc_loss(
        log_characters, batch.characters, batch.positions, batch.character_counts, zero_infinity=True
    )
    phonemes = functional.cross_entropy(outputs.phonemes.float().flatten(0, 1), batch.phoneme_labels.flatten())
    return text, characters, phonemes


def train(options: TrainingOptions) -> None:
    """Train in as many processes as the options say; the checkpoint is at `options.output` afterwards."""
    if options.processes == 1:
        Trainer(options).run()
        return
    with tempfile.TemporaryDirectory() as meeting_place:
        arguments = (options, f"{meeting_place}/processes")
        spawn(  # type: ignore[no-untyped-call]  # torch leaves it untyped
            _train_one_of_several, arguments, nprocs=options.processes
        )


def _train_one_of_several(rank: int, options: TrainingOptions, meeting_place: str) -> None:
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{meeting_place}", rank=rank, world_size=options.processes
    )
    Trainer(options, rank).run()
    torch.distributed.destroy_process_group()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Train the small Whisper.")
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--batch-frames", type=int, default=4200)
    parser.add_argument("--bfloat16", action="store_true", help="for a GPU, or a CPU that knows it")
    parser.add_argument("--decoder-first", type=float, default=0.0, metavar="SHARE", help="of the time: encoder rests")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1, help="on a CPU: one for each core")
    given = parser.parse_args()
    options = TrainingOptions(
        given.data, given.output, given.tokenizer, given.minutes, given.start_from, given.learning_rate,
        given.batch_frames, given.bfloat16, given.decoder_first, given.seed, given.processes,
    )  # fmt: skip
    train(options)


if __name__ == "__main__":
    main()
