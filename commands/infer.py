"""`infer`: ask R1 in writing, one prompt or a file of them; the answer, and how it came about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.flags import R1, AsJson, Model

if TYPE_CHECKING:
    from commands.settings import Settings
    from r1 import CallOptions, Completion, InferParameters, Priority, Usage
    from r1.batch import BatchResult
    from r1.presets import Preset

Prompt = Annotated[str | None, typer.Argument(metavar="[PROMPT]", help="What to ask; - reads standard input.")]
PromptFile = Annotated[
    Path | None, typer.Option("--file", metavar="F", readable=False, help="A text file with one prompt a line.")
]
PresetOption = Annotated[
    str | None, typer.Option("--preset", metavar="P", help="creative, logical or realtime; see docs/r1.md.")
]
Temperature = Annotated[float | None, typer.Option("--temperature", metavar="T", help="0 to 1.")]
MaxTokens = Annotated[int | None, typer.Option("--max-tokens", metavar="N", help="Of the answer.")]
ReasoningBudget = Annotated[
    int | None, typer.Option("--reasoning-budget", metavar="N", help="Tokens of the thoughts; 0: answer at once.")
]
Stream = Annotated[bool, typer.Option("--stream", help="Print the answer as it comes.")]
ShowThinking = Annotated[bool, typer.Option("--show-thinking", help="Print the thoughts too.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Ask, even if the same was asked within the hour.")]


def run(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    prompt: Prompt = None,
    file: PromptFile = None,
    r1: R1 = None,
    model: Model = None,
    preset: PresetOption = None,
    temperature: Temperature = None,
    max_tokens: MaxTokens = None,
    reasoning_budget: ReasoningBudget = None,
    stream: Stream = False,
    as_json: AsJson = False,
    show_thinking: ShowThinking = False,
    no_cache: NoCache = False,
) -> None:
    """Ask R1 in writing: one prompt, or a file of them."""
    import asyncio
    import os

    from commands.settings import load_settings
    from pipeline.errors import InputError

    if (prompt is None) == (file is None):
        raise InputError("give one prompt, or --file F with one a line")
    if stream and as_json:
        raise InputError("--stream prints the answer as it comes, --json at the end; give one of them")
    chosen = _preset(preset)
    given = {"temperature": temperature, "max_tokens": max_tokens, "reasoning_budget": reasoning_budget}
    parameters = _parameters(chosen, {name: value for name, value in given.items() if value is not None})
    settings = load_settings(os.environ).chosen(r1=r1, r1_model=model)
    if file is not None:
        prompts = _prompts_in(file)
        if stream or show_thinking:
            raise InputError("--stream and --show-thinking are for one prompt; leave them out with --file")
        options = _options(chosen, "low", use_cache=not no_cache)
        failed = asyncio.run(_ask_all(settings, prompts, parameters, options, as_json=as_json))
    else:
        text = _read_prompt(prompt or "")
        printing = _Printing(stream=stream, as_json=as_json, show_thinking=show_thinking)
        options = _options(chosen, "high", use_cache=not no_cache)
        failed = asyncio.run(_ask(settings, text, parameters, options, printing))
    raise typer.Exit(1 if failed else 0)


def _preset(name: str | None) -> Preset | None:
    from r1.presets import preset

    return None if name is None else preset(name)


def _parameters(chosen: Preset | None, given: dict[str, Any]) -> InferParameters:
    from dataclasses import replace

    from r1 import InferParameters

    return replace(chosen.parameters if chosen else InferParameters(), **given)


def _read_prompt(prompt: str) -> str:
    from pipeline.errors import InputError

    text = _standard_input() if prompt == "-" else prompt
    if not text.strip():
        raise InputError("the prompt is empty; write what to ask, such as infer 'What is seventeen times three?'")
    return text


def _standard_input() -> str:
    import sys

    from pipeline.errors import InputError

    if sys.stdin is None:
        raise InputError("standard input is closed; give the prompt as an argument instead of -")
    try:
        return sys.stdin.read().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError("standard input: this is no UTF-8 text; send plain text") from error


def _prompts_in(file: Path) -> list[str]:
    from pipeline.errors import InputError

    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: this is no UTF-8 text; save it as plain text with one prompt a line") from error
    except OSError as error:
        raise InputError(f"{file}: this cannot be read ({error.strerror}); name a text file") from error
    prompts = [line.strip() for line in lines if line.strip()]
    if not prompts:
        raise InputError(f"{file}: there is no prompt in it; write one a line")
    return prompts


class _Printing:
    """What is shown of one call, while it runs and after it."""

    def __init__(self, *, stream: bool, as_json: bool, show_thinking: bool) -> None:
        self._stream = stream
        self._as_json = as_json
        self._show_thinking = show_thinking
        self._last = ""
        self._ended_line = False

    def heard(self, kind: str, text: str) -> None:
        """A piece came."""
        from commands.terminal import say_piece

        if not self._stream or (kind == "thought" and not self._show_thinking):
            return
        if self._last == "thought" and kind == "answer":
            say_piece("\n" if self._ended_line else "\n\n")
        say_piece(text, style="dim" if kind == "thought" else "")
        self._last, self._ended_line = kind, text.endswith("\n")

    def broke_off(self) -> None:
        """No more comes: what is said of it begins a line."""
        from commands.terminal import say_piece

        if self._last and not self._ended_line:
            say_piece("\n")

    def ended(self, completion: Completion) -> None:
        """The whole of it."""
        from commands.terminal import print_object, say, say_piece

        if self._as_json:
            print_object(completion_object(completion))
            return
        if self._stream:
            say_piece("\n")
        else:
            if self._show_thinking and completion.thoughts:
                say(completion.thoughts.strip(), style="dim")
                say("")
            say(completion.answer.strip())
        say(summary(completion), style="dim")


def _options(chosen: Preset | None, priority: Priority, *, use_cache: bool) -> CallOptions:
    from r1 import CallOptions

    if chosen is None:
        return CallOptions(priority, use_cache=use_cache)
    return CallOptions(priority, patience_s=chosen.patience_s, use_cache=use_cache, thinking=chosen.thinking)


async def _ask(
    settings: Settings, prompt: str, parameters: InferParameters, options: CallOptions, printing: _Printing
) -> bool:
    """Whether it failed to give an answer."""
    from commands.assembly import Workshop
    from r1 import Completion

    async with Workshop(settings) as workshop:
        client = await workshop.client()
        await workshop.ready()
        try:
            async for item in client.stream(prompt, parameters, options=options):
                if isinstance(item, Completion):
                    printing.ended(item)
                    return item.fallback
                printing.heard(item.kind, item.text)
        except BaseException:
            printing.broke_off()
            raise
    return True


async def _ask_all(
    settings: Settings, prompts: list[str], parameters: InferParameters, options: CallOptions, *, as_json: bool
) -> bool:
    """Whether any of them failed."""
    from commands.assembly import Workshop
    from commands.terminal import counted, print_object
    from r1 import BatchOptions

    results: list[BatchResult] = []
    async with Workshop(settings) as workshop:
        client = await workshop.client()
        await workshop.ready()
        with counted("prompts", len(prompts)) as one_more:
            async for result in client.infer_many(prompts, parameters, options, BatchOptions(in_order=True)):
                results.append(result)
                one_more()
                if not as_json:
                    _print_result(result)
    if as_json:
        print_object({"results": [_result_object(result) for result in results]})
    return any(result.completion is None or result.completion.fallback for result in results)


def _print_result(result: BatchResult) -> None:
    from commands.terminal import say

    said = result.completion.answer.strip() if result.completion else f"failed: {result.error}"
    say(f"{result.index + 1:>4}  {said}")


def _result_object(result: BatchResult) -> dict[str, Any]:
    entry: dict[str, Any] = {"prompt": result.prompt, "error": str(result.error) if result.error else None}
    return entry | (completion_object(result.completion) if result.completion else {})


def completion_object(completion: Completion) -> dict[str, Any]:
    """The object that `infer --json` prints."""
    parameters = completion.parameters
    return {
        "answer": completion.answer,
        "thoughts": completion.thoughts,
        "finish_reason": completion.finish_reason,
        "usage": usage_object(completion.usage),
        "spent": usage_object(completion.spent),
        "served_by": completion.served_by,
        "attempts": [
            {
                "upstream": attempt.upstream,
                "outcome": attempt.outcome,
                "ms": round(attempt.seconds * 1000, 3),
                "usage": None if attempt.usage is None else usage_object(attempt.usage),
            }
            for attempt in completion.attempts
        ],
        "parameters": {
            "applied": list(parameters.applied),
            "ignored": list(parameters.ignored),
            "rejected": list(parameters.rejected),
            "adjusted": dict(parameters.adjusted),
        },
        "timing": timing_object(completion),
        "redacted": dict(completion.redacted),
    }


def usage_object(usage: Usage) -> dict[str, int | bool]:
    """Token counts, and whether they are an estimate."""
    return usage.counts() | {"estimated": usage.estimated}


def timing_object(completion: Completion) -> dict[str, float | None]:
    """Milliseconds from the start of the call, and how fast it thought."""
    timing = completion.timing

    def ms(seconds: float | None) -> float | None:
        return None if seconds is None else round(seconds * 1000, 3)

    return {
        "queued_ms": ms(timing.queued_s),
        "first_event_ms": ms(timing.first_event_s),
        "first_answer_ms": ms(timing.first_answer_s),
        "thinking_ms": ms(timing.thinking_s),
        "thinking_tokens_per_s": completion.thinking_rate,
        "total_ms": ms(timing.total_s),
    }


def summary(completion: Completion) -> str:
    """One line about who answered and how long it took."""
    from commands.terminal import duration

    usage, timing = completion.usage, completion.timing
    about = "about " if usage.estimated else ""
    parts = [f"served by {completion.served_by}", duration(timing.total_s)]
    if usage.reasoning_tokens:
        parts.append(f"thought for {duration(timing.thinking_s)} in {about}{usage.reasoning_tokens} tokens")
    parts.append(f"{about}{usage.completion_tokens - usage.reasoning_tokens} tokens of answer")
    if completion.finish_reason != "stop":
        parts.append(f"ended by {completion.finish_reason}")
    told = (("ignored", completion.parameters.ignored), ("rejected", completion.parameters.rejected))
    parts += [f"{what}: {', '.join(fields)}" for what, fields in told if fields]
    parts += [f"{name} changed, {change}" for name, change in completion.parameters.adjusted.items()]
    if completion.redacted:
        kinds = ", ".join(f"{count} {kind}" for kind, count in completion.redacted.items())
        parts.append(f"kept back: {kinds}")
    return "; ".join(parts)
