"""How well and how fast pages are read, beside plain pytesseract in the same run: `python -m benchmarks.ocr`.

The pages are made (`benchmarks.pages`), every kind under every damage, with their text. All sides get the same picture
in the same process, one thread each; the character error rate (CER) counts against the page's text with every run of
white space as one space. The default asks Tesseract for the page's own language on the plain side, which helps it.

    python -m benchmarks.ocr --split held_out            totals alone, for the split that nobody looks at
    python -m benchmarks.ocr --engines auto,rapidocr     the other engines too
    python -m benchmarks.ocr --ablate                    each step of the repair left out in turn
    python -m benchmarks.ocr --kinds receipt_zh --damages photo,skew --seeds 3 --show
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.pages import DAMAGES, KINDS, SPLITS, Split, made_page

if TYPE_CHECKING:
    from PIL import Image

    from documents.read_words import PartReader

PLAIN, OURS = "pytesseract", "tesseract"
SIDES = (PLAIN, OURS, "auto", "rapidocr")
LANGUAGES = {"en": "eng", "zh": "chi_sim+eng"}
"""What plain pytesseract is asked for."""
WHOLE = "all steps"
SHOWN = 12
"""Pages that are listed as the worst."""


@dataclass(frozen=True, slots=True)
class Job:
    """A page to be read by one side."""

    kind: str
    damage: str
    seed: int
    split: Split
    side: str
    skip: str = ""
    """A step of the repair that is left out."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of it."""

    job: Job
    cer: float
    """Against the page's text; 1 at most."""
    seconds: float
    text: str


def read(job: Job) -> Read:
    """Make the page and read it."""
    import jiwer

    page = made_page(job.kind, job.damage, job.seed, job.split)
    side = _side(job, page.language)
    begun = time.perf_counter()
    text = side(page.picture)
    seconds = time.perf_counter() - begun
    expected, found = (" ".join(one.split()) for one in (page.text, text))
    return Read(job, min(1.0, float(jiwer.cer(expected, found))) if found else 1.0, seconds, text)


def _side(job: Job, language: str) -> Callable[[Image.Image], str]:
    if job.side == PLAIN:
        import pytesseract

        return lambda picture: str(pytesseract.image_to_string(picture, lang=LANGUAGES[language]))
    reader = _reader(job.side)
    skip = frozenset({job.skip}) if job.skip else frozenset[str]()

    def ours(picture: Image.Image) -> str:
        from documents.page_lines import read_lines
        from documents.sense import SenseWatch, without_dirt

        watch = SenseWatch(reader, picture.width * picture.height)
        return "\n".join(line.text for line in without_dirt(read_lines(picture, ("auto",), watch, skip)))

    return ours


@cache
def _reader(side: str) -> PartReader:
    """The engine as a worker has it, loaded."""
    from documents.worker import Worker

    folder = Path(tempfile.mkdtemp(prefix="benchmark-", dir=os.environ["TMPDIR"]))
    worker = Worker(folder, side)  # type: ignore[arg-type]  # one of `SIDES`
    return worker.read_part


def jobs_of(asked: argparse.Namespace, sides: Sequence[str], steps: Sequence[str] = ("",)) -> list[Job]:
    """All pages asked for; the sides take turns on each, so that a busy minute hits all of them."""
    return [
        Job(kind, damage, seed, asked.split, side, step)
        for damage in asked.damages
        for kind in asked.kinds
        for seed in range(1, asked.seeds + 1)
        for side in sides
        for step in steps
    ]


def results_of(jobs: Sequence[Job], workers: int) -> Iterator[Read]:
    """The pages as they are read."""
    if workers == 1:
        yield from map(read, jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(read, jobs, chunksize=4)


def compare(asked: argparse.Namespace) -> None:
    """The sides beside each other, by damage."""
    sides = [PLAIN, OURS, *(side for side in asked.engines if side not in (PLAIN, OURS))]
    for side in sides[1:]:
        _reader(side)
    found = list(results_of(jobs_of(asked, sides), asked.jobs))
    by_damage: dict[tuple[str, str], list[Read]] = defaultdict(list)
    for one in found:
        by_damage[one.job.damage, one.job.side].append(one)
        by_damage["all", one.job.side].append(one)
    print(f"{'':16}" + "".join(f"{side:>26}" for side in sides))
    print(f"{'damage':16}" + f"{'CER':>10}{'worst':>8}{'s/page':>8}" * len(sides))
    for damage in (*asked.damages, "all"):
        print(f"{damage:16}" + "".join(_cells(by_damage[damage, side]) for side in sides))
    for side in sides:
        pace = 60 / statistics.fmean(one.seconds for one in by_damage["all", side])
        print(f"{side}: {pace:.0f} pages a minute on one core")
    if asked.split == "development":
        _show_worst([one for one in found if one.job.side != PLAIN], whole=asked.show)


def _cells(reads: Sequence[Read]) -> str:
    rates = [one.cer for one in reads]
    seconds = statistics.fmean(one.seconds for one in reads)
    return f"{statistics.fmean(rates):10.4f}{max(rates):8.3f}{seconds:8.2f}"


def _show_worst(found: Sequence[Read], *, whole: bool) -> None:
    print("\nThe worst pages")
    for one in sorted(found, key=lambda one: -one.cer)[:SHOWN]:
        print(f"{one.cer:8.4f}  {one.job.side:12} {one.job.kind} {one.job.damage} {one.job.seed}")
        if whole:
            print("\n".join(f"          | {line}" for line in one.text.splitlines()))


def ablate(asked: argparse.Namespace) -> None:
    """The CER by damage with each step of the repair left out; what a step is good for stands in its row."""
    from documents.repair import STEPS

    rates: dict[tuple[str, str], list[float]] = defaultdict(list)
    steps = ("", *STEPS)
    for one in results_of(jobs_of(asked, [OURS], steps), asked.jobs):
        step = one.job.skip or WHOLE
        rates[step, one.job.damage].append(one.cer)
        rates[step, "all"].append(one.cer)
    columns = (*asked.damages, "all")
    print(f"{'left out':14}" + "".join(f"{damage[:11]:>12}" for damage in columns))
    for step in (WHOLE, *STEPS):
        print(f"{step:14}" + "".join(f"{statistics.fmean(rates[step, damage]):12.4f}" for damage in columns))


def _names(known: Sequence[str]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name}: there are {', '.join(known)}")
        return names

    return parse


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=SPLITS, default="development")
    parser.add_argument("--seeds", type=int, default=1, help="pages of each kind and damage")
    parser.add_argument("--kinds", type=_names(list(KINDS)), default=list(KINDS))
    parser.add_argument("--damages", type=_names(list(DAMAGES)), default=list(DAMAGES))
    parser.add_argument("--engines", type=_names(SIDES), default=[], help="besides pytesseract and tesseract")
    parser.add_argument("--ablate", action="store_true", help="leave out each step of the repair in turn")
    parser.add_argument("--show", action="store_true", help="print the text of the worst pages too")
    parser.add_argument("--jobs", type=int, default=1, help="processes; more than one spoils the times")
    asked = parser.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="benchmark-ocr-") as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        (ablate if asked.ablate else compare)(asked)


if __name__ == "__main__":
    main()
