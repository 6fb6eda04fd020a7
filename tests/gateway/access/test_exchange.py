from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from gateway.access import TOKEN_SECONDS, Access, SigningKey, bearer
from gateway.errors import ApiError, GatewayError
from tests.conftest import ROOT
from tests.gateway.engine import KEY, SECRET, assertion

GATEWAY_KEY = SigningKey("k1", b"gateway-canary-0123456789abcdef0123456789")


def access() -> Access:
    return Access({KEY: SECRET}, GATEWAY_KEY)


def token(key: bytes = GATEWAY_KEY.secret, kid: str = "k1", **claims: Any) -> str:
    """An access token; `claims` replace the usual ones, and None removes one."""
    now = int(time.time())
    full = {"iss": "r1-gateway", "sub": KEY, "aud": "r1", "iat": now, "exp": now + 300, "jti": "t1"} | claims
    kept = {name: value for name, value in full.items() if value is not None}
    return jwt.encode(kept, key, algorithm="HS256", headers={"kid": kid})


def test_an_assertion_becomes_a_token_of_the_gateway_s_own() -> None:
    """Signed with another key, named by kid, for the same client, for a day."""
    issued = access().exchange(assertion())
    assert jwt.get_unverified_header(issued) == {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    claims = jwt.decode(issued, GATEWAY_KEY.secret, algorithms=["HS256"], audience="r1")
    assert claims["sub"] == KEY
    assert claims["exp"] - claims["iat"] == TOKEN_SECONDS
    assert access().caller(issued).client_id == KEY


def test_the_guide_s_own_assertion_is_accepted() -> None:
    """Valid for a day and without an audience, as its example signs it."""
    now = int(time.time())
    assert access().exchange(assertion(aud=None, iat=now, exp=now + 86400))


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (lambda: assertion("another-secret-0123456789abcdef0123456789"), "not valid"),
        (lambda: assertion(iss="a stranger"), "not valid"),
        (lambda: assertion(iss=None), "not valid"),
        (lambda: assertion(exp=None), "not valid"),
        (lambda: assertion(iat=None), "not valid"),
        (lambda: assertion(aud="somebody else"), "not valid"),
        (lambda: assertion(exp=int(time.time()) - 61), "expired"),
        (lambda: assertion(iat=int(time.time()) + 120, exp=int(time.time()) + 300), "future"),
        (lambda: assertion(exp=int(time.time()) + 90_000), "24 hours"),
        (lambda: assertion(algorithm="HS512"), "not valid"),
        (lambda: jwt.encode({"iss": KEY, "iat": 1, "exp": 9e9}, "", algorithm="none"), "not valid"),
        (lambda: "not.a.token", "not valid"),
        (lambda: "", "not valid"),
        (lambda: "é" * 20, "not valid"),
    ],
)
def test_an_assertion_that_does_not_hold_is_refused(made: Callable[[], str], complaint: str) -> None:
    """Wrong secret, stranger, no expiry, expired, from the future, too long, other algorithms, nonsense."""
    with pytest.raises(ApiError, match=complaint) as caught:
        access().exchange(made())
    assert caught.value.status == 401


def test_clocks_may_differ_by_a_minute() -> None:
    """Both ways."""
    now = int(time.time())
    assert access().exchange(assertion(iat=now - 300, exp=now - 50))
    assert access().exchange(assertion(iat=now + 50, exp=now + 300))


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (lambda: token(exp=int(time.time()) - 61), "expired"),
        (lambda: token(aud="somebody else"), "not valid"),
        (lambda: token(aud=None), "not valid"),
        (lambda: token(sub=None), "not valid"),
        (lambda: token(iss="another gateway"), "not valid"),
        (lambda: token(jti=None), "not valid"),
        (lambda: token(exp=None), "expired"),
        (lambda: token(iat=int(time.time()) + 120), "future"),
        (lambda: token(sub="a stranger"), "no longer known"),
        (lambda: token(kid="k0"), "another key"),
        (lambda: token(b"another-key-0123456789abcdef0123456789"), "not valid"),
        (assertion, "another key"),
        (lambda: assertion(headers={"kid": "k1"}, sub=KEY), "not valid"),
        (lambda: "x", "not valid"),
    ],
)
def test_a_token_that_does_not_hold_is_refused(made: Callable[[], str], complaint: str) -> None:
    """An assertion is no token either, even with the right kid."""
    with pytest.raises(ApiError, match=complaint) as caught:
        access().caller(made())
    assert caught.value.status == 401


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc", f"Bearer {'x' * 9000}"])
def test_the_header_must_carry_a_credential(header: str | None) -> None:
    """Anything else is refused before it is parsed."""
    with pytest.raises(ApiError):
        bearer(header)


def test_the_scheme_may_be_written_in_any_case() -> None:
    """RFC 9110 says so."""
    assert bearer("bearer abc") == "abc"


def test_short_secrets_are_refused_at_the_start() -> None:
    """A guessable secret never gets into use, and is not repeated in the message."""
    with pytest.raises(GatewayError, match="32 bytes") as caught:
        Access({KEY: "short-canary"})
    assert "short-canary" not in str(caught.value)


def test_representations_show_no_secret() -> None:
    """The objects may be printed."""
    assert SECRET not in repr(access())
    assert "canary" not in repr(GATEWAY_KEY)


def test_the_embedded_gateway_s_part_loads_nothing_heavy() -> None:
    """No database, no cryptography, no limits library, no Redis: it starts with every command."""
    heavy = ("sqlalchemy", "cryptography", "limits", "redis", "jwt")
    code = f"import sys, gateway.access; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
