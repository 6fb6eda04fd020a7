"""The table of faults, each row played against the real client over a real socket."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest

from r1 import Admission, ClientParts, open_cache
from tests.r1.faults.case import PROMPT, Case, Run
from tests.r1.faults.cases import CASES
from tests.r1.faults.page import PAGE, page
from tests.r1.faults.server import GOOD_ANSWERS
from tests.r1.upstream import KEY, SECRET


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_ends_as_the_table_says(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    """The outcome, in time, without text lost or said twice, and with nothing secret told."""
    caplog.set_level(logging.DEBUG)
    run = asyncio.run(case.run())
    case.check(run)
    assert {request.path for request in run.server.requests} <= set(GOOD_ANSWERS), "it asks for nothing else"
    _check_secrets(run, caplog.text)


@pytest.mark.parametrize("case", [case for case in CASES if case.calls == 1], ids=lambda case: case.name)
def test_cache_and_admission_change_nothing_of_that(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    """The parts that the program itself builds a client with: faults pass through them as they are."""
    caplog.set_level(logging.DEBUG)
    run = asyncio.run(case.run(ClientParts(cache=open_cache("memory"), admission=Admission())))
    case.check(run)
    _check_secrets(run, caplog.text)


def _check_secrets(run: Run, logged: str) -> None:
    """Key, secret, prompt and every credential that the server was shown stay out of logs, errors and `repr`."""
    told = [logged, repr(run.client), repr(run.client.options)]
    if run.error is not None:
        told += [repr(run.error), *traceback.format_exception(run.error)]
    if run.completion is not None:
        told.append(repr(run.completion))
    shown = {request.headers.get("authorization", "").removeprefix("Bearer ") for request in run.server.requests}
    for secret in {KEY, SECRET, PROMPT, "prompt-canary", "token-canary", *shown} - {""}:
        assert not [text for text in told if secret in text], f"{secret[:12]}… was told"


@pytest.mark.parametrize("name", ["caller-leaves", "caller-leaves-early"])
def test_leaving_reaches_the_server_within_100_ms(name: str) -> None:
    """From closing the stream to the end of the connection, as the server sees it; the best of three runs."""
    case = next(case for case in CASES if case.name == name)
    took = []
    for _ in range(3):
        run = asyncio.run(case.run())
        closed_at = run.server.requests[-1].closed_at
        assert closed_at is not None
        took.append(closed_at - run.left_at)
    assert min(took) < 0.1


def test_every_case_has_a_name_of_its_own() -> None:
    """So that a failing one can be told from the others."""
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 45


def test_the_page_is_up_to_date() -> None:
    """`python -m tests.r1.faults` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()
