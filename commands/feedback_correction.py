"""The answer of a stored conversation that is to be corrected, and where its correction goes."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commands.terminal import escaped, remark, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.feedback.body import FeedbackBody
    from pipeline.records import StoredTurn


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as it was given in a conversation."""

    conversation: str
    turn: StoredTurn

    @property
    def answer_id(self) -> str:
        """By which it is known."""
        identity = self.turn.turn_id
        return identity if identity and identity.isprintable() else f"turn-{self.turn.number}"

    @property
    def prompt(self) -> str:
        """The question, under the lines of documents that the answer rests on: without those it has no answer."""
        from text.marks import mark

        places = self.turn.outcome.citations
        lines = [f"{mark(place.document, place.page, place.line)} {place.quote}" for place in places]
        return "\n".join([*dict.fromkeys(lines), "", self.turn.question] if lines else [self.turn.question])


def given_answer(name: str | None, number: int | None) -> GivenAnswer:
    """The last answer that was heard to its end, of the conversation `name` or else of the one spoken in last; or the
    answer of the turn `number`.

    Raises `InputError` when there is none.
    """
    from commands.keeping import opened_store
    from pipeline.errors import InputError
    from pipeline.records import TurnState

    with opened_store() as store:
        if name is None:
            latest = next(iter(store.entries()), None)
            if latest is None:
                raise InputError("no conversation has been kept yet; begin one with `ask --conversation NAME`")
            name = latest.name
        conversation = store.load(name)
    answered = [
        turn for turn in conversation.turns if turn.outcome.state is TurnState.DONE and turn.outcome.answer.strip()
    ]
    chosen = [turn for turn in answered if number in {None, turn.number}]
    if chosen:
        return GivenAnswer(conversation.name, chosen[-1])
    if number is None:
        raise InputError(f"no answer has been given in '{conversation.name}' yet; name another with --conversation")
    there = ", ".join(str(turn.number) for turn in answered) or "none"
    raise InputError(f"--turn {number}: '{conversation.name}' has no answer there; turns with one: {there}")


def correction_text(given: str | None, original: str) -> str:
    """What the user gave: as an argument, on standard input for "-", or in an editor that opens with the answer.

    Raises `InputError` where there is nothing.
    """
    from pipeline.errors import InputError

    text: str | None = given
    if given == "-":
        text = _standard_input()
    elif given is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise InputError("give the right answer, in quotes, or - to read it from standard input")
        import click

        text = click.edit(original, extension=".txt")
    if text is None or not text.strip():
        raise InputError("there is no correction; write what the answer should have been")
    return text.strip()


def consented(given: bool) -> bool:
    """Whether the user agrees, asked if that was not said. Raises `InputError` where nobody can be asked."""
    import typer

    from pipeline.errors import InputError

    if given:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        raise InputError("a correction is kept only with your consent; add --consent when you agree")
    return typer.confirm(
        "May question, answer and correction be kept, without addresses and numbers of persons, to improve a model?",
        err=True,
    )


def feedback_body(answer: GivenAnswer, corrected: str, language: str | None, *, consent: bool) -> FeedbackBody:
    """The correction as it is handed in. Raises `InputError` for what is no text."""
    from pydantic import ValidationError

    from commands.feedback_places import LOCAL_USER
    from gateway.feedback.body import FeedbackBody
    from pipeline.errors import InputError

    outcome = answer.turn.outcome
    try:
        return FeedbackBody(
            answer_id=answer.answer_id,
            original=outcome.answer,
            corrected=corrected,
            consent=consent,
            prompt=answer.prompt,
            user_id=LOCAL_USER,
            language=language or "",
            served_by=outcome.served_by,
        )
    except ValidationError as error:
        fault = error.errors()[0]
        raise InputError(f"the correction's {fault['loc'][0]}: {fault['msg']}; write it as plain text") from None


def keep_here(body: FeedbackBody, url: str | None) -> Mapping[str, Any]:
    """Keep it on this machine. The receipt."""
    from commands.feedback_places import LOCAL_CLIENT, LOCAL_TENANT, opened_database
    from gateway.feedback.correction import Author
    from gateway.feedback.intake import Feedback
    from gateway.feedback.store import FeedbackStore

    with opened_database(url) as database:
        feedback = Feedback(FeedbackStore(database))
        author = Author(LOCAL_TENANT, LOCAL_CLIENT, body.user_id)
        return feedback.judge_and_keep(author, body).body()


def post(body: FeedbackBody) -> Mapping[str, Any]:
    """Hand it to the configured gateway, redacted if it leaves this machine. The receipt."""
    import asyncio
    import os

    from commands.settings import load_settings
    from gateway.feedback.correction import Texts
    from gateway.feedback.posting import post_correction
    from gateway.feedback.redacting import redacted
    from pipeline.errors import InputError
    from r1.redaction import Redactor

    settings = load_settings(os.environ)
    if not settings.r1:
        raise InputError("no gateway is configured; set R1_BASE_URL, R1_API_KEY and R1_API_SECRET, or leave --send out")
    options = settings.r1_options()[0]
    if options.redacts:
        texts, _ = redacted(Redactor(), Texts(body.original, body.corrected, body.prompt))
        changed = {"original": texts.original, "corrected": texts.corrected, "prompt": texts.prompt}
        body = body.model_copy(update=changed)
    return asyncio.run(post_correction(options, body))


def print_correction(answer: GivenAnswer, corrected: str) -> None:
    """Both texts, before anything is done with them."""
    where = f"{escaped(answer.conversation)}, turn {answer.turn.number}"
    for label, text in (
        ("question", answer.turn.question),
        ("answer", answer.turn.outcome.answer),
        ("right", corrected),
    ):
        say(f"{label:<10}{_indented(text)}", style="bold" if label == "right" else "")
    say(where, style="dim")


def print_receipt(receipt: Mapping[str, Any]) -> None:
    """What became of it; why it was not kept goes to stderr."""
    if not receipt.get("kept"):
        remark(f"not kept: {receipt.get('message') or receipt.get('reason') or 'the gateway does not say why'}")
        return
    taken = receipt.get("redacted")
    counts = ", ".join(f"{count} {kind}" for kind, count in taken.items()) if isinstance(taken, dict) else ""
    say(f"kept as {receipt.get('id')}" + (f"; taken out: {counts}" if counts else ""))


def _standard_input() -> str:
    from pipeline.errors import InputError

    if sys.stdin is None:
        raise InputError("standard input is closed; give the right answer as an argument instead of -")
    try:
        return sys.stdin.read().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError("standard input: this is no UTF-8 text; send plain text") from error


def _indented(text: str) -> str:
    return f"\n{' ' * 10}".join(text.splitlines())
