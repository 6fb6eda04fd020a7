"""Memory that is kept for the next picture."""

from __future__ import annotations

import subprocess
import sys

import pytest

FAULTS = """
import resource
import numpy as np
from documents.memory import keep_freed_memory

keep_freed_memory()

def faults_of_a_picture():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(16 << 20, np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

first = faults_of_a_picture()
print(first, faults_of_a_picture())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc is on Linux alone")
def test_the_next_picture_gets_the_memory_of_the_last() -> None:
    """Its pages need not be cleared by the system again."""
    told = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True, timeout=60)
    first, second = map(int, told.stdout.split())
    assert second < first / 10
