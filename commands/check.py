"""`check`: stages and whole turns, judged by files that say what should come of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.flags import R1, AsJson, AsrModel, Language, Model

DEFAULT_LINE = "The total is four hundred and twenty dollars."
"""Lies in the domain of the shipped speech model, which has to hear it."""

Sounds = Annotated[
    list[Path],
    typer.Argument(metavar="FILE|FOLDER…", readable=False, help="Sound files, each beside a .txt of what is said."),
]
Pages = Annotated[
    list[Path],
    typer.Argument(metavar="FILE|FOLDER…", readable=False, help="Pictures and PDFs, each beside a .txt of its text."),
]
Cases = Annotated[
    list[Path],
    typer.Argument(metavar="CASE.yaml|FOLDER…", readable=False, help="What is asked, and what must come of it."),
]
Line = Annotated[str, typer.Argument(metavar="[TEXT]", show_default=False, help="What to say; else a line of ours.")]
MaxWer = Annotated[
    float,
    typer.Option(
        "--max-wer", metavar="R", min=0, max=1, help="The highest word error rate that passes; CER in Chinese."
    ),
]
MaxCer = Annotated[
    float,
    typer.Option("--max-cer", metavar="R", min=0, max=1, help="The highest character error rate that passes."),
]
Stage = Annotated[
    str | None,
    typer.Option("--stage", metavar="MODULE:CLASS", help="A stage of your own, instead of ours."),
]
Repeat = Annotated[
    int,
    typer.Option("--repeat", metavar="N", min=1, help="Runs of each case; the median time and the worst rate count."),
]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="S", min=0.001, help="A run that takes longer is stopped, and an error."),
]
JUnit = Annotated[
    Path | None, typer.Option("--junit", metavar="FILE", readable=False, help="Write the report as JUnit XML, for CI.")
]

app = typer.Typer(
    help="Check stages and turns by sample files.",
    no_args_is_help=True,
    rich_markup_mode=None,  # as in `commands.command_line`
)


@app.command("asr")
def asr(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    places: Sounds,
    max_wer: MaxWer = 0.25,
    language: Language = None,
    asr_model: AsrModel = None,
    stage: Stage = None,
    repeat: Repeat = 1,
    timeout: Timeout = 600.0,
    as_json: AsJson = False,
    junit: JUnit = None,
) -> None:
    """Check what is heard in sound files."""
    import os

    from commands.check_run import Output, run_check
    from commands.check_stages import AsrCheck, CheckOptions
    from commands.settings import load_settings
    from evaluation.pairs import SOUNDS, find_pairs
    from pipeline.errors import InputError

    if stage is not None and asr_model is not None:
        raise InputError("--stage and --asr-model: give one of them; a stage of your own brings its own model")
    pairs = find_pairs(places, SOUNDS)
    settings = load_settings(os.environ).chosen(asr_model=asr_model)
    check = AsrCheck(settings, CheckOptions(max_wer, repeat, timeout, stage, language), pairs)
    raise typer.Exit(run_check(check, Output(as_json, junit)))


@app.command("ocr")
def ocr(
    places: Pages,
    max_cer: MaxCer = 0.05,
    stage: Stage = None,
    repeat: Repeat = 1,
    timeout: Timeout = 600.0,
    as_json: AsJson = False,
    junit: JUnit = None,
) -> None:
    """Check what is read in pictures and PDFs."""
    import os

    from commands.check_run import Output, run_check
    from commands.check_stages import CheckOptions, OcrCheck
    from commands.settings import load_settings
    from evaluation.pairs import DOCUMENTS, find_pairs

    pairs = find_pairs(places, DOCUMENTS)
    check = OcrCheck(load_settings(os.environ), CheckOptions(max_cer, repeat, timeout, stage), pairs)
    raise typer.Exit(run_check(check, Output(as_json, junit)))


@app.command("tts")
def tts(  # noqa: PLR0913, PLR0917  # as above
    text: Line = DEFAULT_LINE,
    max_wer: MaxWer = 0.25,
    language: Language = None,
    asr_model: AsrModel = None,
    stage: Stage = None,
    repeat: Repeat = 1,
    timeout: Timeout = 600.0,
    as_json: AsJson = False,
    junit: JUnit = None,
) -> None:
    """Say a line, and check that it is heard again."""
    import os

    from commands.check_run import Output, run_check
    from commands.check_stages import CheckOptions
    from commands.check_voice import TtsCheck
    from commands.settings import load_settings

    settings = load_settings(os.environ).chosen(asr_model=asr_model)
    check = TtsCheck(settings, CheckOptions(max_wer, repeat, timeout, stage, language), text)
    raise typer.Exit(run_check(check, Output(as_json, junit)))


@app.command("turn")
def turn(  # noqa: PLR0913, PLR0917  # as above
    places: Cases,
    max_wer: MaxWer = 0.25,
    language: Language = None,
    asr_model: AsrModel = None,
    r1: R1 = None,
    model: Model = None,
    repeat: Repeat = 1,
    timeout: Timeout = 600.0,
    as_json: AsJson = False,
    junit: JUnit = None,
) -> None:
    """Ask as a user does; check answer, citation and times."""
    import os

    from commands.check_run import Output, run_check
    from commands.check_stages import CheckOptions
    from commands.check_turn import TurnCheck
    from commands.settings import load_settings
    from evaluation.turn_case import find_turn_cases

    cases = find_turn_cases(places)
    settings = load_settings(os.environ).chosen(r1, model, asr_model)
    check = TurnCheck(settings, CheckOptions(max_wer, repeat, timeout, None, language), cases)
    raise typer.Exit(run_check(check, Output(as_json, junit)))
