"""`conversations`: what is kept of them: list, show, export, delete; their documents: list, drop."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.flags import AsJson

app = typer.Typer(
    help="Stored conversations: list, show, export, delete.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `conversations list` shows it.")]


class Format(StrEnum):
    """What `export` writes."""

    MARKDOWN = "markdown"
    JSON = "json"


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """All conversations, the latest first."""
    from commands.conversation_report import entry_object, print_entries
    from commands.keeping import opened_store
    from commands.terminal import print_object

    with opened_store() as store:
        entries = store.entries()
    if as_json:
        print_object({"conversations": [entry_object(entry) for entry in entries]})
    else:
        print_entries(entries)


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """A conversation as it was, turn by turn."""
    from commands.conversation_report import conversation_object, print_conversation
    from commands.keeping import opened_store
    from commands.terminal import print_object

    with opened_store() as store:
        conversation = store.load(name)
    if as_json:
        print_object(conversation_object(conversation))
    else:
        print_conversation(conversation)


@app.command()
def export(
    name: Name,
    form: Annotated[Format, typer.Option("--format", help="Of what is written.")] = Format.MARKDOWN,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="F", readable=False, help="Where to; without it, to stdout.")
    ] = None,
) -> None:
    """Write a conversation with its documents as a file."""
    from commands.conversation_report import conversation_json, conversation_markdown, conversation_object
    from commands.keeping import opened_store
    from commands.terminal import print_object, say
    from pipeline.errors import InputError
    from stages.audio_files import check_writable

    if out is not None:
        check_writable(out)
    with opened_store() as store:
        conversation = store.load(name)
    if out is None and form is Format.JSON:
        print_object(conversation_object(conversation))
        return
    text = conversation_json(conversation) if form is Format.JSON else conversation_markdown(conversation)
    if out is None:
        say(text.rstrip("\n"))
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out {out}: this cannot be written ({error.strerror}); name another place") from error


@app.command()
def documents(name: Name, as_json: AsJson = False) -> None:
    """The documents that are attached to a conversation."""
    from commands.conversation_report import print_documents
    from commands.keeping import opened_store
    from commands.report import document_objects
    from commands.terminal import print_object

    with opened_store() as store:
        pages = store.load(name).context.pages
    if as_json:
        print_object({"documents": document_objects(pages)})
    else:
        print_documents(pages)


@app.command()
def drop(
    name: Name, document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="As `conversations documents` says.")]
) -> None:
    """Detach a document from a conversation. What was said about it stays."""
    from commands.keeping import opened_store
    from commands.terminal import escaped, remark
    from pipeline.errors import InputError

    with opened_store() as store:
        attached = store.load(name).context.documents
        if document not in attached:
            there = f"there are: {', '.join(attached)}" if attached else "none is attached"
            raise InputError(f"no document '{document}' is attached to '{name}'; {there}")
        with store.open(name) as conversation:
            conversation.drop_document(document)
            conversation.fresh(conversation.context.without_document(document))
    remark(f"'{escaped(document)}' is no longer attached to '{escaped(name)}'")


@app.command()
def delete(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False
) -> None:
    """Remove a conversation with its turns, summary and documents."""
    import sys

    from commands.keeping import opened_store
    from commands.terminal import escaped, remark
    from pipeline.errors import InputError

    with opened_store() as store:
        turns = len(store.load(name).turns)
        if not yes:
            if not sys.stdin.isatty():
                raise InputError(f"deleting '{name}' cannot be undone; add --yes when it is meant")
            typer.confirm(f"Delete '{escaped(name)}' with its {turns} turns?", abort=True, err=True)
        store.delete(name)
    remark(f"deleted '{escaped(name)}' ({turns} turns)")
