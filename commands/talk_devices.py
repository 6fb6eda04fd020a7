"""The sound ends of `talk`: opened at the start, lost on the way, opened again on request."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from commands.terminal import remark

if TYPE_CHECKING:
    from stages.listening import UtteranceListener
    from stages.sound_ports import SoundInput, SoundOutput
    from stages.sound_system import SoundSystem
    from stages.vad import VoiceModel


class TalkEnds:
    """What there is of sound at the moment. Each end can be lost while the conversation goes on."""

    def __init__(self) -> None:
        self.microphone: SoundInput | None = None
        self.listener: UtteranceListener | None = None
        """Hears at the microphone when somebody speaks; None when recording on a key."""
        self.speaker: SoundOutput | None = None

    def listen(self) -> None:
        """Let the microphone hear."""
        if self.microphone is not None:
            self.microphone.resume()

    def stop_listening(self) -> None:
        """Make the microphone deaf: the assistant speaks, or is about to."""
        if self.microphone is not None:
            self.microphone.pause()


@dataclass(frozen=True, slots=True)
class SoundChoice:
    """Which ends are wanted."""

    microphone: str | None = None
    """A device; None is the system's default."""
    questions: tuple[Path, ...] = ()
    """Sound files instead of a microphone."""
    speaker: str | None = None
    out: Path | None = None
    """A sound file instead of a loudspeaker."""
    push_to_talk: bool = False


class TalkDevices:
    """Opens the ends and closes them in the end; an async context manager."""

    def __init__(self, choice: SoundChoice) -> None:
        self.ends = TalkEnds()
        self._choice = choice
        self._microphone_parts = AsyncExitStack()
        self._speaker_parts = AsyncExitStack()
        self._system: SoundSystem | None = None
        self._voices: VoiceModel | None = None
        self._file: SoundOutput | None = None

    async def __aenter__(self) -> TalkDevices:
        """Open both; what is missing or busy is said, and left out. Raises `InputError` for a device that none is."""
        from pipeline.errors import SetupError

        try:
            await self.open_microphone()
        except SetupError as error:
            remark(f"{error}. Type your questions; /microphone tries again")
        try:
            await self.open_speaker()
        except SetupError as error:
            remark(f"{error}. The answers are shown; /speaker tries again")
        except BaseException:
            await self._microphone_parts.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._microphone_parts.aclose()
        finally:
            await self._speaker_parts.aclose()

    def wait_for_speech(self, voices: VoiceModel) -> None:
        """Hear, from now on, when somebody speaks; without this the microphone only records when told to."""
        self._voices = voices
        self._attach_listener()

    async def open_microphone(self, device: str | None = None) -> None:
        """Open it anew, or another one; it begins paused. Nobody may be waiting at the listener.

        Raises `InputError` or `SetupError`; then there is none.
        """
        self.ends.microphone = self.ends.listener = None
        await self._microphone_parts.aclose()
        microphone = await self._microphone_parts.enter_async_context(self._new_microphone(device))
        microphone.pause()
        self.ends.microphone = microphone
        self._attach_listener()

    async def open_speaker(self, device: str | None = None) -> None:
        """Open it anew, or another one. Raises `InputError` or `SetupError`; then there is none."""
        if self._file is not None:  # it holds the replies so far
            self.ends.speaker = self._file
            return
        self.ends.speaker = None
        await self._speaker_parts.aclose()
        self.ends.speaker = await self._speaker_parts.enter_async_context(self._new_speaker(device))

    def _attach_listener(self) -> None:
        from stages.listening import UtteranceListener

        if self._voices is not None and self.ends.microphone is not None:
            listener = self.ends.listener = UtteranceListener(self.ends.microphone, self._voices)
            self._microphone_parts.push_async_callback(listener.aclose)

    def _new_microphone(self, device: str | None) -> SoundInput:
        from stages.microphone import Microphone
        from stages.sound_files import FileMicrophone

        if self._choice.questions and device is None:
            return FileMicrophone(self._choice.questions)
        return Microphone(self._sound_system(), device or self._choice.microphone)

    def _new_speaker(self, device: str | None) -> SoundOutput:
        from stages.sound_files import FileSpeaker
        from stages.speaker import Speaker

        if self._choice.out is not None:
            self._file = FileSpeaker(self._choice.out)
            return self._file
        return Speaker(self._sound_system(), device or self._choice.speaker)

    def _sound_system(self) -> SoundSystem:
        from stages.sound_system import SoundSystem

        if self._system is None:
            self._system = SoundSystem()
        return self._system


def print_devices() -> None:
    """The microphones and loudspeakers of this machine as a table. Raises `SetupError` when sound does not work."""
    from rich.table import Table
    from rich.text import Text

    from commands.terminal import delivery, escaped, screen
    from stages.sound_devices import list_devices

    devices = list_devices()
    if not devices:
        remark("there is no sound device on this machine; talk works with --from F and --out F, or typed")
        return
    table = Table(box=None)
    table.add_column("number", justify="right")
    for heading in ("name", "microphone", "loudspeaker"):
        table.add_column(heading)
    for device in devices:
        heard = _channels(device.inputs, "default" if device.is_default_input else "")
        played = _channels(device.outputs, "default" if device.is_default_output else "")
        table.add_row(str(device.number), Text(escaped(device.name)), heard, played)
    with delivery():
        screen().print(table)


def _channels(count: int, note: str) -> str:
    if not count:
        return ""
    return f"{count} channel{'s' if count > 1 else ''}{f', {note}' if note else ''}"
