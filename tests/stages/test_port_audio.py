"""What PortAudio's faults mean. The library itself is tested on the virtual sound card."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from stages.port_audio import DriverFault, ShapeRefused, _fault


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (Exception("Error opening: Invalid sample rate", -9997), ShapeRefused, "Error opening: Invalid sample rate"),
        (Exception("Error opening: Device unavailable", -9985), DriverFault, "Error opening: Device unavailable"),
        (
            Exception("Unanticipated host error", -9999, (0, -16, "busy\n")),
            DriverFault,
            "Unanticipated host error: busy",
        ),
        (ValueError("no such device"), DriverFault, "no such device"),
    ],
)
def test_faults_are_told_apart(error: Exception, kind: type[DriverFault], words: str) -> None:
    """A rate that a device does not take leads to another attempt, everything else to a message."""
    codes = SimpleNamespace(paInvalidChannelCount=-9998, paInvalidSampleRate=-9997, paSampleFormatNotSupported=-9994)
    library: Any = SimpleNamespace(_lib=codes)
    fault = _fault(library, error)
    assert type(fault) is kind and str(fault) == words
