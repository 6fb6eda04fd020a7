"""A gateway's audit log in a process of its own, for tests that end it: `python -m … URL KEY [PAUSE_S]`.

Notes call after call, and says on stdout the number and time of each when `note` has returned. SIGTERM closes the log.
"""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType

from gateway.audit import open_audit_log
from gateway.database import open_database
from gateway.privacy.gateway_key import GatewayKey
from tests.gateway.audit.records import record


def main(url: str, secret: str, pause_s: str = "0.002") -> None:
    """Note calls until told to stop."""
    going = True

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, stop)
    with open_database(url) as database:
        log = open_audit_log(database, GatewayKey(bytes.fromhex(secret)))
        number = 0
        while going:
            number += 1
            log.note(record(number))
            sys.stdout.write(f"{number} {time.monotonic()}\n")
            sys.stdout.flush()
            time.sleep(float(pause_s))
        log.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
