"""The command line as a whole: its verbs, and the one place where a failure becomes a message and an exit code.

Exit codes: 0 done, 1 what was asked for failed, 2 bad input or usage, 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by
SIGHUP.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module

import typer

from commands.stopping import INTERRUPTED, stopped_by_signals
from commands.terminal import complain

VERBS = (
    "demo", "talk", "ask", "conversations", "check", "latency", "infer", "ocr", "transcribe", "speak",
    "gateway", "feedback", "doctor",
)  # fmt: skip
"""In the order in which help lists them. Each is a module of this package with a function `run`, or with an `app` of
verbs of its own."""

FAILED, BAD_INPUT = 1, 2

SHOW_TRACEBACK = "AGENT_TRACEBACK"
"""Set this in the environment to see where an unforeseen failure came from."""

_ABOUT = """A voice assistant for reasoning models: it listens, reads documents, reasons and answers aloud.

Start with `demo`; `doctor` says what is missing on this machine."""


def build() -> typer.Typer:
    """The command line. The verbs' modules are light: what they need is imported when they run."""
    app = typer.Typer(
        help=_ABOUT,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # drawing help with boxes would take longer than everything else help does
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for verb in VERBS:
        module = import_module(f"commands.{verb}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=verb)
        else:
            app.command(verb)(module.run)
    return app


def run_command_line(arguments: list[str] | None = None) -> int:
    """Parse `arguments` (the process's own by default), run the verb, return the exit code. Never raises."""
    if sys.stdout is None:  # closed by whoever started this
        complain("standard output is closed: leave it open, or send it to /dev/null")
        return FAILED
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that has no bars or Chinese still gets its figures
    with stopped_by_signals() as stop:
        code = _run(arguments)
        if code == INTERRUPTED:
            with suppress(OSError):  # the terminal may be what is gone
                sys.stderr.write("stopped\n")
            code = stop.exit_code
    return code


def _run(arguments: list[str] | None) -> int:
    try:
        build()(arguments, prog_name="run_agent.py")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the last stop before the user
        return explain(error)
    return 0


def explain(error: BaseException) -> int:
    """Print what went wrong and what to do; returns the exit code."""
    from gateway.errors import GatewayError
    from pipeline.errors import InputError, PipelineError, StageError
    from r1.errors import ParameterError, R1Error, SettingsError

    while isinstance(error, StageError):
        error = error.cause
    if isinstance(error, (InputError, SettingsError, ParameterError)):
        complain(str(error))
        return BAD_INPUT
    if isinstance(error, (PipelineError, R1Error, GatewayError)):
        complain(str(error))
        return FAILED
    if isinstance(error, OSError):  # a full disk, say: what to do is in the system's own words
        complain(str(error))
        return FAILED
    if os.environ.get(SHOW_TRACEBACK):
        raise error
    complain(f"{type(error).__name__}: {error} (unforeseen; {SHOW_TRACEBACK}=1 shows where it came from)")
    return FAILED
