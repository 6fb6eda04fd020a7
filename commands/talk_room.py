"""The conversation that `talk` is in at the moment: its session, its place on disk, and what is said about both."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime
from itertools import chain, count
from types import TracebackType
from typing import TYPE_CHECKING

from commands.keeping import opened_conversation, opened_store
from commands.settings import Settings
from commands.terminal import duration, escaped, remark

if TYPE_CHECKING:
    from commands.assembly import Assembly
    from commands.document_passwords import Passwords
    from commands.talk_devices import TalkEnds
    from pipeline.errors import StageError
    from pipeline.events import Speech
    from pipeline.session import Session

TALK = "talk "
"""Begins the names of conversations that were not given one."""

_NO_ANSWER = {
    "en": "I could not get an answer. The screen says why.",
    "zh": "我没有得到回答，原因写在屏幕上。",
}
_NO_MORE = {
    "en": "I could not finish. The screen says why.",
    "zh": "我没能说完，原因写在屏幕上。",
}


class TalkRoom:
    """Holds one conversation at a time; an async context manager."""

    def __init__(self, assembly: Assembly, settings: Settings) -> None:
        self._assembly = assembly
        self._settings = settings
        self._open = AsyncExitStack()
        self._session: Session | None = None
        self._cold_start_ns = assembly.cold_start_ns
        self._told: dict[str, str] = {}
        self.name = ""
        """Of the conversation, as `conversations list` shows it."""

    async def __aenter__(self) -> TalkRoom:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    @property
    def passwords(self) -> Passwords:
        """What opens encrypted documents. Nobody is asked for more: what is typed here is read by the conversation."""
        from commands.document_passwords import Passwords, given_passwords

        return Passwords(given_passwords(None, self._settings).known, may_ask=False)

    @property
    def session(self) -> Session:
        """The conversation under way."""
        assert self._session is not None, "enter a conversation first"
        return self._session

    @property
    def turns_before(self) -> int:
        """How many turns it remembers."""
        return self.session.context.covers_turns + len(self.session.context.recent)

    @property
    def kept(self) -> bool:
        """True when there is something in the conversation that can be gone on with."""
        with opened_store() as store:
            return any(entry.name == self.name and (entry.turns or entry.documents) for entry in store.entries())

    async def enter(self, name: str) -> None:
        """Leave the conversation under way and take up or begin `name`.

        Raises `InputError` for a name that none can have, `SetupError` when another process holds it; then the one
        under way goes on.
        """
        from pipeline.session import Session

        opened = AsyncExitStack()
        try:
            journal = opened.enter_context(opened_conversation(name))
            session = await opened.enter_async_context(
                Session(self._assembly.pipeline, self._assembly.memory, journal, self._cold_start_ns)
            )
        except BaseException:
            await opened.aclose()
            raise
        self._cold_start_ns = 0
        before, self._open = self._open, opened
        self._session, self.name = session, name
        await before.aclose()

    async def apology(self, failure: StageError, *, begun: bool) -> list[Speech]:
        """What to say aloud after a failure, `begun` telling that the answer had; nothing when the voice failed."""
        from pipeline.errors import PipelineError
        from pipeline.events import Sentence, Speech
        from pipeline.runner import Pipeline
        from pipeline.testing import scripted

        voice = self._assembly.voice
        if failure.stage == voice.name:
            return []
        text = (_NO_MORE if begun else _NO_ANSWER)["zh" if self._settings.language.startswith("zh") else "en"]
        try:
            said = await Pipeline(voice, inputs=(Sentence,)).collect(scripted((0.0, Sentence(text, 0))))
        except PipelineError as error:
            remark(f"this could not be said aloud either ({escaped(str(error))})")
            return []
        return [speech for speech in said if isinstance(speech, Speech)]

    def remark_troubles(self, ends: TalkEnds) -> None:
        """Say, once, what went wrong beside the conversation since the last time."""
        self._tell("disk", self.session.journal_trouble, "not on disk yet: {}; it is tried again with the next turn")
        self._tell("summary", self.session.summary_trouble, "no summary could be made: {}; it is tried again")
        if ends.microphone is not None and ends.microphone.overruns.count:
            lost = ends.microphone.overruns
            self._tell("input", f"{lost.count} times, {duration(lost.lost_s)} lost", "the microphone was overrun: {}")
        if ends.speaker is not None and ends.speaker.underruns.count:
            gaps = ends.speaker.underruns
            self._tell("output", f"{gaps.count} gaps, {duration(gaps.silent_s)}", "the loudspeaker ran dry: {}")

    def _tell(self, subject: str, trouble: str, sentence: str) -> None:
        if trouble and self._told.get(subject) != trouble:
            remark(sentence.format(escaped(trouble)))
        self._told[subject] = trouble


def new_name() -> str:
    """A name for a conversation that was not given one; no conversation has it yet."""
    stem = TALK + datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
    taken = _names()
    return next(name for name in chain((stem,), (f"{stem} {number}" for number in count(2))) if name not in taken)


def last_name() -> str:
    """The conversation that was spoken last. Raises `InputError` when there is none."""
    from pipeline.errors import InputError

    with opened_store() as store:
        entries = store.entries()
    if not entries:
        raise InputError("--resume: no conversation has been kept yet; start one without it")
    return entries[0].name


def check_free(name: str) -> None:
    """Find out, before anything is loaded, whether `name` can be entered. Makes no conversation.

    Raises `InputError` for a name that none can have, `SetupError` when another process holds it.
    """
    from pipeline.store import check_name

    check_name(name)
    if name in _names():
        with opened_conversation(name):
            pass


def _names() -> set[str]:
    with opened_store() as store:
        return {entry.name for entry in store.entries()}
