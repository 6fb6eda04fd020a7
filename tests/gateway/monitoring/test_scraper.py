from __future__ import annotations

import base64
import time

import pytest

from gateway.access import Access, Patience
from gateway.access.patience import CYCLE_SECONDS
from gateway.errors import ApiError
from gateway.monitoring.scraper import MOST_KEPT, Scrapers
from tests.gateway.engine import KEY, SECRET, assertion


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def test_key_and_secret_open_the_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """As HTTP Basic, the way Prometheus sends them; a token is got once and serves on."""
    access = Access({KEY: SECRET})
    scrapers = Scrapers(access)
    assert scrapers.caller(basic(KEY, SECRET)).client_id == KEY
    monkeypatch.delattr(Access, "exchange")
    assert scrapers.caller(basic(KEY, SECRET)).client_id == KEY


def test_an_access_token_does_too() -> None:
    """As everywhere."""
    access = Access({KEY: SECRET})
    assert Scrapers(access).caller(f"Bearer {access.exchange(assertion())}").client_id == KEY


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Basic", "Basic !!!", basic("", SECRET), basic(KEY, ""), basic(KEY, "short"),
        basic(KEY, SECRET + "x"), basic("nobody", SECRET), "Basic " + "A" * 10_000,
        "Basic /w==", "Digest x", "Bearer x",
    ],
)  # fmt: skip
def test_anything_else_is_refused(header: str | None) -> None:
    """With 401, and without repeating any of it."""
    with pytest.raises(ApiError) as refused:
        Scrapers(Access({KEY: SECRET})).caller(header)
    assert refused.value.status == 401
    assert SECRET not in str(refused.value)


def test_guessing_is_slowed_down() -> None:
    """As at the token endpoint: wrong secrets are counted by the same patience."""
    scrapers = Scrapers(Access({KEY: SECRET}, patience=Patience(lambda: CYCLE_SECONDS / 2)))
    statuses = []
    for number in range(50):
        with pytest.raises(ApiError) as refused:
            scrapers.caller(basic(KEY, f"{number:040}"), "192.0.2.7")
        statuses.append(refused.value.status)
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_a_revoked_token_is_got_anew() -> None:
    """What is kept is checked at each call, and replaced when it no longer counts."""
    now = time.time()
    access = Access({KEY: SECRET}, clock=lambda: now)
    scrapers = Scrapers(access, lambda: now)
    scrapers.caller(basic(KEY, SECRET))
    now += 25 * 3600
    assert scrapers.caller(basic(KEY, SECRET)).client_id == KEY


def test_little_is_kept() -> None:
    """Of many clients the latest."""
    secrets = {f"key-{number}": SECRET for number in range(MOST_KEPT * 2)}
    scrapers = Scrapers(Access(secrets))
    for key in secrets:
        scrapers.caller(basic(key, SECRET))
    assert len(scrapers._tokens) == MOST_KEPT
