"""A correction is handed to a real gateway of ours, over its socket, with an R1 client's key and token."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from gateway.access import Access
from gateway.app import create_app
from gateway.feedback.intake import Feedback
from gateway.feedback.posting import post_correction
from gateway.feedback.store import FeedbackStore, Selection
from gateway.parts import GatewayParts
from r1.errors import AuthenticationError, RequestRefusedError, SettingsError
from r1.options import R1Options
from tests.gateway.engine import KEY, SECRET, ScriptedEngine
from tests.gateway.feedback.corrections import feedback_body
from tests.gateway.feedback.fine_tune_server import QuietServer


@pytest.fixture
def gateway(store: FeedbackStore) -> Iterator[str]:
    """The address of one that takes feedback."""
    parts = GatewayParts(ScriptedEngine(()), Access({KEY: SECRET}), feedback=Feedback(store))
    with _serving(create_app(parts)) as address:
        yield address


def test_posted_and_kept(gateway: str, store: FeedbackStore) -> None:
    """Under the tenant and the key of whoever posts, whatever the body says; the same again is the same."""
    options = R1Options(gateway, KEY, SECRET)
    receipt = asyncio.run(post_correction(options, feedback_body()))
    assert receipt["kept"] and asyncio.run(post_correction(options, feedback_body())) == receipt
    (kept,) = [kept for tenant in ("default", "embedded") for kept in store.corrections(Selection(tenant))]
    assert (kept.correction_id, kept.correction.author.client_id) == (receipt["id"], KEY)


def test_not_kept_is_no_error(gateway: str) -> None:
    """The receipt says why."""
    options = R1Options(gateway, KEY, SECRET)
    receipt = asyncio.run(post_correction(options, feedback_body(corrected="wrong")))
    assert (receipt["kept"], receipt["reason"]) == (False, "complaint")


def test_a_wrong_secret_and_another_kind_of_server(gateway: str) -> None:
    """Each is said with what to do."""
    with pytest.raises(AuthenticationError):
        asyncio.run(post_correction(R1Options(gateway, KEY, SECRET[::-1]), feedback_body()))
    with pytest.raises(SettingsError, match="takes no feedback"):
        asyncio.run(post_correction(R1Options(gateway, KEY, dialect="openai"), feedback_body()))


def test_a_gateway_that_takes_none() -> None:
    """It has no such route."""
    app = create_app(GatewayParts(ScriptedEngine(()), Access({KEY: SECRET})))
    with _serving(app) as address, pytest.raises(RequestRefusedError, match="gateway of this project"):
        asyncio.run(post_correction(R1Options(address, KEY, SECRET), feedback_body()))


class _serving:  # noqa: N801  it reads as what it does
    def __init__(self, app: Any) -> None:
        self._server = QuietServer(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> str:
        self._thread.start()
        assert self._server.ready.wait(30)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def __exit__(self, *_failure: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
