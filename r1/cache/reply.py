"""A stored answer, and its form as bytes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from r1.results import ParameterReport, Usage


@dataclass(frozen=True, slots=True)
class CachedReply:
    """A complete answer as it was given once. Its texts are kept out of `repr`."""

    answer: str = field(repr=False)
    thoughts: str = field(repr=False)
    finish_reason: str
    usage: Usage
    served_by: str
    """The engine or model that answered at the time."""
    parameters: ParameterReport = field(default_factory=ParameterReport, hash=False)
    """What became of them at the time."""

    def to_bytes(self) -> bytes:
        """JSON in UTF-8."""
        parameters = {name: getattr(self.parameters, name) for name in ParameterReport.__slots__}
        parameters["adjusted"] = dict(self.parameters.adjusted)
        parts = {name: getattr(self, name) for name in self.__slots__}
        whole = parts | {"usage": asdict(self.usage), "parameters": parameters}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    @classmethod
    def from_bytes(cls, stored: bytes) -> CachedReply:
        """What `to_bytes` gave. Raises `ValueError`, without repeating anything of it, for what is no stored answer."""
        try:
            parsed = json.loads(stored)
            usage = parsed["usage"]
            counts = {name: usage[name] for name in Usage.__slots__}
            texts = {name: parsed[name] for name in cls.__slots__ if name not in ("usage", "parameters")}
            parameters = _parameters(parsed["parameters"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ValueError("this is no stored answer") from None
        if not all(isinstance(text, str) for text in texts.values()):
            raise ValueError("a stored answer's texts are no texts")
        if not (type(counts.pop("estimated")) is bool and all(type(count) is int for count in counts.values())):
            raise ValueError("a stored answer's usage is no usage")
        return cls(**texts, usage=Usage(**counts, estimated=usage["estimated"]), parameters=parameters)


def _parameters(stored: Any) -> ParameterReport:
    """Raises `KeyError`, `TypeError`, `AttributeError` or `ValueError` for what is none."""
    names = {name: tuple(map(str, stored[name])) for name in ("applied", "ignored", "rejected")}
    adjusted = MappingProxyType({str(name): str(change) for name, change in stored["adjusted"].items()})
    return ParameterReport(**names, adjusted=adjusted)
