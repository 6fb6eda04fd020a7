"""`feedback`: corrections of answers: give one, count them, export them, hand them to a fine-tune API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.feedback_places import LOCAL_TENANT, LOCAL_USER, DatabaseUrl, Tenant
from commands.flags import AsJson

if TYPE_CHECKING:
    from gateway.feedback.form import Form

app = typer.Typer(
    help="Corrections of answers: give, count, export, submit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

FormOption = Annotated[
    str, typer.Option("--form", metavar="NAME", help="chat: question and right answer; preference: right and wrong.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DAY", help="From this day on (UTC), such as 2026-11-24.")
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="URL", envvar="FINE_TUNE_URL", help="The fine-tune API; its key: FINE_TUNE_API_KEY."),
]


@app.command()
def correct(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    corrected: Annotated[
        str | None, typer.Argument(metavar="[ANSWER]", help="The right answer; - reads it; else an editor opens.")
    ] = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="NAME", help="Else the one spoken in last.")
    ] = None,
    turn: Annotated[int | None, typer.Option("--turn", metavar="N", min=1, help="Else its last answer.")] = None,
    consent: Annotated[bool, typer.Option("--consent", help="I agree that it is kept to improve a model.")] = False,
    send: Annotated[
        bool, typer.Option("--send", help="To the gateway R1_BASE_URL instead of keeping it here.")
    ] = False,
    language: Annotated[str | None, typer.Option("--language", metavar="L", help="Of the texts, such as en.")] = None,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Correct an answer of a stored conversation."""
    from commands import feedback_correction as correcting
    from commands.terminal import print_object

    answer = correcting.given_answer(conversation, turn)
    original = answer.turn.outcome.answer
    text = correcting.correction_text(corrected, original)
    if not as_json:
        correcting.print_correction(answer, text)
    body = correcting.feedback_body(answer, text, language, consent=correcting.consented(consent))
    receipt = correcting.post(body) if send else correcting.keep_here(body, database)
    if as_json:
        place = {"conversation": answer.conversation, "turn": answer.turn.number, "answer_id": body.answer_id}
        print_object({**place, "original": original, "corrected": text, "receipt": dict(receipt)})
    else:
        correcting.print_receipt(receipt)
    raise typer.Exit(0 if receipt.get("kept") else 1)


@app.command()
def stats(
    tenant: Annotated[str | None, typer.Option("--tenant", metavar="T", help="Of one tenant; else of all.")] = None,
    since: Since = None,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """How many corrections came in, by reason, language, tenant and day."""
    from commands.feedback_places import opened_database, point_to_tenants
    from commands.feedback_report import print_statistics
    from commands.terminal import print_object
    from gateway.feedback.statistics import read_statistics

    day = _day(since)
    with opened_database(database) as opened:
        statistics = read_statistics(opened, tenant, day)
        if tenant is not None and not statistics.kept:
            point_to_tenants(opened, tenant)
    if as_json:
        print_object(statistics.to_json())
    else:
        print_statistics(statistics, is_whole=tenant is None and since is None)


@app.command()
def export(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    out: Annotated[
        Path, typer.Option("--out", metavar="F", readable=False, help="A JSONL file; its manifest beside it.")
    ],
    form: FormOption = "chat",
    write: Annotated[bool, typer.Option("--write", help="Write; else it is only said what would be written.")] = False,
    language: Annotated[str | None, typer.Option("--language", metavar="L", help="Only these, such as en.")] = None,
    since: Since = None,
    tenant: Tenant = LOCAL_TENANT,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Write corrections as training data; without --write, say what would be written."""
    from commands.feedback_places import opened_database, point_to_tenants
    from commands.feedback_report import print_manifest
    from commands.terminal import print_object
    from gateway.feedback.export import described, manifest_of, write_export
    from gateway.feedback.store import FeedbackStore, Selection
    from pipeline.errors import InputError

    selection, shape = Selection(tenant, language or "", _day(since)), _form(form)
    if out.is_dir() or not out.parent.is_dir():
        raise InputError(f"--out {out}: this is no place for a file; name one in a folder that is there")
    with opened_database(database) as opened:
        point_to_tenants(opened, tenant)
        chosen = FeedbackStore(opened).corrections(selection)
        manifest = write_export(chosen, shape, out) if write else described(chosen, shape)
    if as_json:
        files = {"file": str(out), "manifest_file": str(manifest_of(out)), "written": write}
        print_object({**files, "manifest": manifest.to_json()})
    else:
        print_manifest(manifest, out, written=write)


@app.command()
def submit(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    model: Annotated[str, typer.Option("--model", metavar="M", help="That is to be tuned.")],
    to: To = None,
    form: FormOption = "chat",
    send: Annotated[bool, typer.Option("--send", help="Send; else it is only said what would be sent.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until the jobs have ended.")] = False,
    fewest: Annotated[int, typer.Option("--fewest", metavar="N", min=1, help="Fewer samples wait for more.")] = 10,
    tenant: Tenant = LOCAL_TENANT,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Hand corrections to a fine-tune API, and go on with what was broken off; without --send, say what would be."""
    import asyncio

    from commands import feedback_submitting as submitting
    from commands.feedback_report import print_submissions
    from commands.terminal import print_object, remark, say
    from gateway.feedback.submissions import SubmissionState, Target
    from gateway.feedback.submitting import BatchLimits
    from pipeline.errors import InputError

    options = submitting.fine_tune_options(to)
    if not 0 < len(model) <= 200 or not model.isprintable():
        raise InputError(f"--model {model!r}: this is no name of a model; give the one that the API lists")
    place = submitting.Place(database, Target(tenant, options.upstream().address, model, _form(form)), options)
    limits = BatchLimits(fewest_rows=fewest)
    if not send:
        plan = submitting.planned(place, limits)
        if as_json:
            unfinished = [submission.to_json() for submission in plan.unfinished]
            print_object({"sent": False, "unfinished": unfinished, "batches": list(plan.batches)})
            return
        for submission in plan.unfinished:
            say(f"would go on with {submission.submission_id} ({submission.rows} rows, {submission.state})")
        for rows in plan.batches:
            say(f"would send {rows} rows ({form}) to {place.target.endpoint} for {model}")
        remark("nothing was sent; add --send" if plan.batches or plan.unfinished else f"fewer than {fewest} wait")
        return
    results = asyncio.run(submitting.submitted(place, limits, wait=wait))
    if as_json:
        print_object({"sent": True, "submissions": [submission.to_json() for submission in results]})
    elif results:
        print_submissions(results)
    else:
        remark(f"nothing was sent: fewer than {fewest} samples wait (--fewest)")
    raise typer.Exit(1 if any(result.state is SubmissionState.FAILED for result in results) else 0)


@app.command()
def submissions(
    to: To = None, tenant: Tenant = LOCAL_TENANT, database: DatabaseUrl = None, as_json: AsJson = False
) -> None:
    """What was handed to fine-tune APIs, and how it stands."""
    import asyncio

    from commands import feedback_submitting as submitting
    from commands.feedback_report import print_submissions
    from commands.terminal import print_object

    options = submitting.fine_tune_options(to) if to else None
    known = asyncio.run(submitting.refreshed(database, tenant, options))
    if as_json:
        print_object({"submissions": [submission.to_json() for submission in known]})
    else:
        print_submissions(known)


@app.command()
def cancel(
    submission: Annotated[str, typer.Argument(metavar="ID", help="As `feedback submissions` shows it.")],
    to: To = None,
    tenant: Tenant = LOCAL_TENANT,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Cancel what was handed to a fine-tune API; its corrections may be handed in again."""
    import asyncio

    from commands import feedback_submitting as submitting
    from commands.feedback_report import print_submissions
    from commands.terminal import print_object

    options = submitting.fine_tune_options(to)
    result = asyncio.run(submitting.cancelled(database, tenant, submission, options))
    if as_json:
        print_object(result.to_json())
    else:
        print_submissions([result])


@app.command()
def delete(
    user: Annotated[str, typer.Option("--user", metavar="ID", help="Whose; on this machine: local.")] = LOCAL_USER,
    tenant: Tenant = LOCAL_TENANT,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Remove all corrections of a user; says what had been handed on by then."""
    import asyncio
    import sys

    from commands.feedback_places import opened_database
    from commands.feedback_report import print_erasure
    from commands.terminal import escaped, print_object
    from gateway.feedback.store import FeedbackStore
    from gateway.feedback.subject import FeedbackOfSubject
    from gateway.feedback.submissions import SubmissionStore
    from gateway.privacy import Subject
    from pipeline.errors import InputError

    if not user:
        raise InputError("--user: whose corrections? give the id under which they were handed in")
    if not yes:
        if not sys.stdin or not sys.stdin.isatty():
            raise InputError(f"deleting all corrections of '{user}' cannot be undone; add --yes when it is meant")
        typer.confirm(f"Delete all corrections of '{escaped(user)}' ({escaped(tenant)})?", abort=True, err=True)
    with opened_database(database) as opened:
        kept = FeedbackOfSubject(FeedbackStore(opened), SubmissionStore(opened))
        erasure = asyncio.run(kept.erasure(Subject(tenant, "user", user)))
    if as_json:
        print_object({"tenant": tenant, "user": user, **erasure.to_json()})
    else:
        print_erasure(erasure)


def _form(name: str) -> Form:
    from gateway.feedback.form import Form
    from pipeline.errors import InputError

    try:
        return Form(name.lower())
    except ValueError:
        raise InputError(f"--form {name}: there is no such form; choose chat or preference") from None


def _day(since: str | None) -> str:
    from datetime import date

    from pipeline.errors import InputError

    if since is None:
        return ""
    try:
        return date.fromisoformat(since).isoformat()
    except ValueError as error:
        raise InputError(f"--since {since!r}: this is no day; write it as 2026-11-24") from error
