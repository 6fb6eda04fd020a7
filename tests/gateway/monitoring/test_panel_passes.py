from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.access import Client, Directory, SigningKey
from gateway.access.clients import ClientSecrets
from gateway.errors import ApiError
from gateway.monitoring.panel_passes import MOST, PASS_SECONDS, SESSION_SECONDS, PanelPasses, is_pass, is_session
from tests.gateway.monitoring.clock import Clock


class OneClient:
    """A directory of one client, which can be changed."""

    def __init__(self) -> None:
        self.known: Client | None = Client("key", "watcher", "auditor", "default")

    def client(self, client_id: str) -> Client | None:
        return self.known if client_id == "key" else None

    def secrets(self, client_id: str) -> ClientSecrets:
        raise NotImplementedError

    def signing_key(self, kid: str) -> SigningKey | None:
        raise NotImplementedError

    def signs_with(self) -> SigningKey:
        raise NotImplementedError

    def token_revoked(self, token_id: str) -> bool:
        raise NotImplementedError

    def revoke_token(self, token_id: str, dead_at: int) -> None:
        raise NotImplementedError


@pytest.fixture
def directory() -> OneClient:
    return OneClient()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def passes(directory: Directory, clock: Clock) -> PanelPasses:
    return PanelPasses(directory, clock)


def new_pass(passes: PanelPasses, directory: OneClient) -> str:
    assert directory.known is not None
    return passes.new_pass(directory.known.caller())


def test_a_pass_opens_one_session(passes: PanelPasses, directory: OneClient) -> None:
    """Once; the session sees the panel as the client that the pass was for."""
    text = new_pass(passes, directory)
    session = passes.redeem(text)
    assert is_pass(text) and not is_session(text)
    assert is_session(session) and not is_pass(session)
    assert passes.guest(session).name == "watcher"
    with pytest.raises(ApiError, match="used before"):
        passes.redeem(text)


def test_a_pass_is_no_session_and_a_session_no_pass(passes: PanelPasses, directory: OneClient) -> None:
    """Each serves for its own."""
    text = new_pass(passes, directory)
    with pytest.raises(ApiError):
        passes.guest(text)
    with pytest.raises(ApiError):
        passes.redeem(passes.redeem(text))


def test_both_end(passes: PanelPasses, directory: OneClient, clock: Clock) -> None:
    """A pass after two minutes, a session after twelve hours."""
    late, session = new_pass(passes, directory), passes.redeem(new_pass(passes, directory))
    clock.now_s += PASS_SECONDS
    with pytest.raises(ApiError, match="is over"):
        passes.redeem(late)
    clock.now_s += SESSION_SECONDS - PASS_SECONDS - 1
    assert passes.guest(session).name == "watcher"
    clock.now_s += 1
    with pytest.raises(ApiError, match="is over"):
        passes.guest(session)


@pytest.mark.parametrize("change", ["revoked", "role", "rotated"])
def test_a_session_ends_with_the_client_s_right(
    passes: PanelPasses, directory: OneClient, clock: Clock, change: str
) -> None:
    """At once: revoked, another role, or another secret than the one it came with; its passes too."""
    session, text = passes.redeem(new_pass(passes, directory)), new_pass(passes, directory)
    assert directory.known is not None
    changed = {
        "revoked": None,
        "role": replace(directory.known, role="developer"),
        "rotated": replace(directory.known, generation=2),
    }
    directory.known = changed[change]
    with pytest.raises(ApiError):
        passes.guest(session)
    with pytest.raises(ApiError):
        passes.redeem(text)


def test_there_are_never_many(passes: PanelPasses, directory: OneClient) -> None:
    """Of thousands that nobody used, the oldest make room."""
    texts = [new_pass(passes, directory) for _ in range(MOST + 1)]
    with pytest.raises(ApiError):
        passes.redeem(texts[0])
    assert passes.redeem(texts[-1])


@pytest.mark.parametrize("text", ["", "panel-pass-", "panel-session-x", "\ud800", "x" * 9000])
def test_what_is_none_is_refused(passes: PanelPasses, text: str) -> None:
    """With 401, whatever it is."""
    for refuses in (passes.redeem, passes.guest):
        with pytest.raises(ApiError) as refused:
            refuses(text)
        assert refused.value.status == 401
