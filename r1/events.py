"""Lines and server-sent events out of bytes that come in any pieces.

Events are those of the HTML standard, 9.2.6 ("Interpreting an event stream"): UTF-8, perhaps with a byte order mark,
lines that end in any of three ways, and an event for each blank line. Only its name and data are kept; what stands
after the last blank line is no event.
"""

from __future__ import annotations

from dataclasses import dataclass

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Event:
    """One event."""

    data: str
    name: str = "message"


class Lines:
    """Splits bytes into lines, without their ends: LF, CR LF, or CR."""

    def __init__(self) -> None:
        self._begun = False
        self._rest = b""
        self._after_return = False
        """The last line ended in a CR that was the last byte: an LF that comes now belongs to it."""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that are complete after `chunk`."""
        if not self._begun:
            chunk, self._rest = self._rest + chunk, b""
            if len(chunk) < len(_MARK) and _MARK.startswith(chunk):
                self._rest = chunk
                return []
            chunk, self._begun = chunk.removeprefix(_MARK), True
        if self._after_return and chunk:
            chunk, self._after_return = chunk.removeprefix(b"\n"), False
        lines = (self._rest + chunk if self._rest else chunk).splitlines(keepends=True)
        self._rest = b""
        if not lines:
            return lines
        if not lines[-1].endswith((b"\n", b"\r")):
            self._rest = lines.pop()
        elif lines[-1].endswith(b"\r"):
            self._after_return = True
        return [line.rstrip(b"\r\n") for line in lines]

    def finish(self) -> list[bytes]:
        """What came after the last end of a line."""
        rest, self._rest = self._rest, b""
        return [rest] if rest else []


class Events:
    """Makes events of bytes."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._data: list[bytes] = []
        self._name = b""

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that are complete after `chunk`."""
        found: list[Event] = []
        for line in self._lines.feed(chunk):
            if not line:
                if self._data:
                    data = b"\n".join(self._data).decode(errors="replace")
                    found.append(Event(data, self._name.decode(errors="replace") or "message"))
                self._data, self._name = [], b""
                continue
            field, _, value = line.partition(b":")
            if field == b"data":
                self._data.append(value.removeprefix(b" "))
            elif field == b"event":
                self._name = value.removeprefix(b" ")
        return found
