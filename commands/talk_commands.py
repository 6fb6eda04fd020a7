"""What can be typed in `talk` besides questions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from commands.report import remark_blank_pages
from commands.talk_lines import tell
from commands.talk_room import TalkRoom, new_name
from commands.talk_status import Phase, TalkStatus
from commands.terminal import complain, duration, escaped, remark, say

if TYPE_CHECKING:
    from commands.talk_devices import TalkEnds
    from pipeline.events import Document, Page
    from pipeline.latency import LatencyLedger


class Loop(Protocol):
    """What a command may ask of the conversation's loop."""

    @property
    def last_ledger(self) -> LatencyLedger | None:
        """Of the last turn that was answered."""
        ...

    def leave(self, exit_code: int = 0) -> None:
        """End the conversation."""
        ...

    async def during(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Do `work` with an eye on the keyboard; False when the user broke it off."""
        ...

    async def stop_hearing(self) -> None:
        """Wait no more for somebody to speak, until the next time."""
        ...


@dataclass(frozen=True, slots=True)
class Devices:
    """Opens the sound ends anew: the same one (None), or one by number or name. Raises `InputError`, `SetupError`."""

    open_microphone: Callable[[str | None], Awaitable[None]]
    open_speaker: Callable[[str | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Command:
    usage: str
    about: str
    act: Callable[[str, Loop], Awaitable[None]]


class TalkCommands:
    """Runs the lines that begin with a slash."""

    def __init__(self, room: TalkRoom, ends: TalkEnds, status: TalkStatus, devices: Devices) -> None:
        self._room = room
        self._ends = ends
        self._status = status
        self._devices = devices
        self._commands = {
            "doc": _Command("/doc FILE...", "attach pictures, PDFs, or those in a folder", self._attach),
            "docs": _Command("/docs", "list the attached documents, with their numbers", self._list_documents),
            "use": _Command("/use NAME|N", "ask about this document; /use all: about any", self._use),
            "drop": _Command("/drop NAME|N", "detach a document; /drop all: all of them", self._drop),
            "latency": _Command("/latency", "where the time of the last turn went", self._latency),
            "new": _Command("/new", "begin a new conversation", self._new),
            "microphone": _Command("/microphone [D]", "open the microphone again, or another one", self._microphone),
            "speaker": _Command("/speaker [D]", "open the loudspeaker again, or another one", self._speaker),
            "help": _Command("/help", "this list", self._help),
            "quit": _Command("/quit", "leave; the conversation is kept", self._quit),
        }

    async def run(self, line: str, loop: Loop) -> None:
        """Run a line such as `/doc invoice.png`. What is wrong with it is said; the conversation goes on."""
        from pipeline.errors import PipelineError, StageError

        name, _, argument = line[1:].partition(" ")
        name = _ALSO.get(name, name)
        command = self._commands.get(name)
        if command is None:
            there = ", ".join(f"/{each}" for each in self._commands)
            complain(f"/{name}: there is no such command; there are: {there}")
            return
        try:
            await command.act(argument.strip(), loop)
        except StageError as error:
            complain(str(error.cause) or type(error.cause).__name__)
        except PipelineError as error:
            complain(str(error))

    async def attach(self, documents: Sequence[Document], loop: Loop) -> None:
        """Read documents and attach them: all, or none. One alone is in use from then on.

        Raises `StageError` when one cannot be read.
        """
        from pipeline.testing import scripted

        session = self._room.session
        before = session.context.documents
        pages: list[Page] = []
        self._status.enter(Phase.READING)

        async def read() -> None:
            pages.extend(await session.attach(scripted(*((0.0, document) for document in documents))))

        if not await loop.during(read()):
            known = any(document.name in before for document in documents)
            left = "what was attached before stays" if known else "not attached"
            remark(f"{_names(documents)}: reading was broken off; {left}")
            return
        if len(documents) == 1 and len(session.context.documents) > 1:
            session.use_document(documents[0].name)
        remark_blank_pages(pages)
        for document in documents:
            own = [page for page in pages if page.document == document.name]
            lines = sum(len(page.lines) for page in own)
            again = " (read again)" if document.name in before else ""
            read_of_it = f"{_count(len(own), 'page')}, {_count(lines, 'line')}{again}"
            tell("attached", f"{escaped(document.name)}: {read_of_it}", "cyan")

    async def _attach(self, argument: str, loop: Loop) -> None:
        from commands.turn import documents_at
        from pipeline.errors import InputError

        if not argument:
            raise InputError("/doc: name a picture or PDF, such as /doc invoice.png")
        await self.attach(documents_at(_paths(argument), self._room.passwords), loop)

    async def _list_documents(self, _: str, loop: Loop) -> None:
        context = self._room.session.context
        several = len(context.documents) > 1
        for number, name in enumerate(context.documents, start=1):
            pages = [page for page in context.pages if page.document == name]
            using = ", in use" if name == context.document_in_use and several else ""
            counted = f"{number}. " if several else ""
            tell("document", f"{counted}{escaped(name)}: {_count(len(pages), 'page')}{using}", style="cyan")
        if not context.documents:
            remark("no document is attached; /doc FILE attaches one")

    async def _use(self, said: str, loop: Loop) -> None:
        session = self._room.session
        whole = said.lower() in _ALL
        name = "" if whole and session.context.documents else self._meant("/use", said)
        session.use_document(name)
        tell("in use", escaped(name) if name else "all documents", style="cyan")

    async def _drop(self, said: str, loop: Loop) -> None:
        session = self._room.session
        attached = session.context.documents
        whole = said.lower() in _ALL and said not in attached
        for name in attached if attached and whole else (self._meant("/drop", said),):
            session.drop_document(name)
            tell("detached", escaped(name), style="cyan")

    def _meant(self, command: str, said: str) -> str:
        """The one attached document that is called so. Raises `InputError` when none is, or several are."""
        from pipeline.errors import InputError
        from text.document_names import named

        attached = self._room.session.context.documents
        if not attached:
            raise InputError(f"{command}: no document is attached; /doc FILE attaches one")
        if said.isdecimal() and said not in attached:
            return self._numbered(command, said)
        found = named(attached, said)
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(f"{command} {said}: this may be {' or '.join(found)}; give more of the name")
        there = ", ".join(attached) or "none"
        what = f"{command} {said}: no document of that name is attached" if said else f"{command}: name a document"
        raise InputError(f"{what}; there are: {there}")

    def _numbered(self, command: str, said: str) -> str:
        """The document with that number in `/docs`. Raises `InputError` when there is none."""
        from pipeline.errors import InputError

        attached = self._room.session.context.documents
        if len(said) > _LONGEST_NUMBER or not 1 <= int(said) <= len(attached):
            there = "1" if len(attached) == 1 else f"1 to {len(attached)}"
            raise InputError(f"{command} {said}: there is no document of that number, only {there}; /docs lists them")
        return attached[int(said) - 1]

    async def _latency(self, _: str, loop: Loop) -> None:
        from commands.ledger_table import print_ledger

        if loop.last_ledger is None:
            remark("no turn has been answered yet")
            return
        print_ledger(loop.last_ledger)
        if self._ends.microphone is not None:
            lost = self._ends.microphone.overruns
            remark(f"microphone: {lost.count} overruns, {duration(lost.lost_s)} lost")
        if self._ends.speaker is not None:
            gaps = self._ends.speaker.underruns
            remark(
                f"loudspeaker: {gaps.count} underruns, {duration(gaps.silent_s)} of gaps, "
                f"{duration(self._ends.speaker.latency_s)} behind"
            )
        remark(f"all turns of this conversation: run_agent.py latency --conversation '{escaped(self._room.name)}'")

    async def _new(self, _: str, loop: Loop) -> None:
        if not self._room.kept:
            remark("this conversation is new: nothing has been asked in it yet")
            return
        await self._room.enter(new_name())
        remark(f"a new conversation: '{escaped(self._room.name)}'")

    async def _microphone(self, device: str, loop: Loop) -> None:
        await loop.stop_hearing()
        await self._devices.open_microphone(device or None)
        remark("the microphone is open")

    async def _speaker(self, device: str, loop: Loop) -> None:
        await self._devices.open_speaker(device or None)
        remark("the loudspeaker is open")

    async def _help(self, _: str, loop: Loop) -> None:
        for command in self._commands.values():
            say(f"{command.usage:<17}{command.about}")
        say(f"{'anything else':<17}is a question; Enter or Ctrl-C stops an answer")

    async def _quit(self, _: str, loop: Loop) -> None:
        loop.leave()


_LONGEST_NUMBER = 6
"""Digits; Python converts no endless ones."""
_ALSO = {"documents": "docs", "document": "doc", "exit": "quit"}
"""What else some commands are called."""
_ALL = frozenset(("all", "all documents", "all of them", "所有", "全部", "所有文件", "全部文件"))


def _paths(argument: str) -> list[Path]:
    """The files that were typed, or dropped on the terminal: then with quotes or backslashes, as for a shell.

    What is the name of a file as it stands is that file, spaces and all.
    """
    import shlex
    from os.path import exists, expanduser

    typed = expanduser(argument)  # noqa: PTH111  # `Path`'s raises for a user that there is not
    if exists(typed):  # noqa: PTH110  # `Path`'s raises for a name that is too long
        return [Path(typed)]
    try:
        words = [expanduser(word) for word in shlex.split(argument)]  # noqa: PTH111  # as above
    except ValueError:  # a quote that is not closed is part of the name
        words = []
    several = len(words) > 1 and any(map(exists, words))  # else it is one name, mistyped
    return [Path(word) for word in words] if several or len(words) == 1 else [Path(typed)]


def _names(documents: Sequence[Document]) -> str:
    return ", ".join(escaped(document.name) for document in documents)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
