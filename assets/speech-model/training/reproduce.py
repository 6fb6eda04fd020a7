"""The speech model from nothing, in one command: tokenizer, speech, training, conversion, evaluation.

    pip install -r assets/speech-model/training/requirements.txt        # and espeak-ng, flite from the system
    python assets/speech-model/training/reproduce.py --hours 6 --work /some/folder

Every step that is done already is skipped, so an interrupted run goes on where it stopped; training goes on from its last
checkpoint. `--hours` is the time to train, on a GPU when torch sees one. The result lies in WORK/model, its figures in
WORK/evaluation.json; nothing in the repository changes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

ESPEAK_CLIPS_AN_HOUR, FLITE_CLIPS_AN_HOUR = 6000, 2000
MOST_CLIPS = 120_000
GPU_BATCH_FRAMES, CPU_BATCH_FRAMES = 48_000, 4200


def reproduce(work: Path, hours: float, start_from: Path | None, tokenizer: Path | None) -> None:
    """Every step in order; `start_from` and `tokenizer` go together: a checkpoint knows only its own tokenizer."""
    import torch
    from convert import convert
    from corpus import generate
    from evaluate import evaluate, print_report
    from tokens import learn_tokenizer
    from train import TrainingOptions, train

    work.mkdir(parents=True, exist_ok=True)
    own_tokenizer, checkpoint, model = work / "tokenizer.json", work / "checkpoint.pt", work / "model"
    if not own_tokenizer.exists():
        if tokenizer is not None:
            shutil.copyfile(tokenizer, own_tokenizer)
        else:
            print("learning the tokenizer", flush=True)
            learn_tokenizer(own_tokenizer)
    cores = os.cpu_count() or 1
    for seed, engine, an_hour in ((1, "espeak", ESPEAK_CLIPS_AN_HOUR), (2, "flite", FLITE_CLIPS_AN_HOUR)):
        generate(work / "speech", min(MOST_CLIPS, max(200, round(an_hour * hours))), seed, engine, cores)
    gpu = torch.cuda.is_available()
    processes = 1 if gpu else cores
    options = TrainingOptions(
        data=work / "speech",
        output=checkpoint,
        tokenizer=own_tokenizer,
        minutes=hours * 60,
        start_from=checkpoint if checkpoint.exists() else start_from,
        batch_frames=GPU_BATCH_FRAMES if gpu else max(2000, CPU_BATCH_FRAMES * 4 // (3 * processes)),
        bfloat16=gpu,
        processes=processes,
    )
    train(options)
    convert(checkpoint, own_tokenizer, model)
    result = evaluate(model)
    (work / "evaluation.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print_report(str(model), result)


def missing_programs() -> list[str]:
    """The speech programs that are not installed."""
    return [name for name in ("espeak-ng", "flite") if shutil.which(name) is None]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Reproduce the shipped speech model from nothing.")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for speech (about 0.06 GB an hour), checkpoint, model"
    )
    parser.add_argument("--hours", type=float, default=6.0, help="how long to train")
    parser.add_argument("--start-from", type=Path, help="continue from this checkpoint")
    parser.add_argument("--tokenizer", type=Path, help="the tokenizer of that checkpoint")
    given = parser.parse_args()
    if missing := missing_programs():
        sys.exit(f"{' and '.join(missing)} not found; install the package of the same name, then run this again")
    if (given.start_from is None) != (given.tokenizer is None):
        sys.exit("--start-from and --tokenizer go together: a checkpoint knows only its own tokenizer")
    reproduce(given.work, given.hours, given.start_from, given.tokenizer)


if __name__ == "__main__":
    main()
