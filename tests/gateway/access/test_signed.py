"""Tokens: PyJWT, which shares no code with ours, agrees on every one; nothing that is sent makes reading one fail."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.signed import LONGEST_TOKEN_CHARACTERS, claims_of, key_name, sign, signature_holds

KEY = b"0123456789abcdef0123456789abcdef"

texts = st.text(st.characters(codec="utf-8"), max_size=20)
claim_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3),
)
claim_sets = st.dictionaries(
    st.sampled_from(["iss", "sub", "jti", "aud", "iat", "exp", "nbf", "gen", "role"]), claim_values
)


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: bytes, key: bytes = KEY) -> str:
    """A token with this header, truly signed by HS256, whatever the header says."""
    text = f"{part(json.dumps(header).encode())}.{part(claims)}"
    return f"{text}.{part(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


@given(texts, texts, st.integers(0, 10**11), st.binary(min_size=32, max_size=64))
def test_pyjwt_reads_what_we_sign(issuer: str, token_id: str, at: int, key: bytes) -> None:
    """Header, claims and signature."""
    token = sign({"iss": issuer, "jti": token_id, "iat": at}, key, "k1")
    read = jwt.decode(token, key, algorithms=["HS256"], options={"verify_iat": False, "verify_jti": False})
    assert read == {"iss": issuer, "jti": token_id, "iat": at}
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    assert key_name(token) == "k1"


@given(texts, st.integers(0, 10**11), st.binary(min_size=32, max_size=64), st.binary(min_size=32, max_size=64))
def test_we_read_what_pyjwt_signs(issuer: str, at: int, key: bytes, other: bytes) -> None:
    """And only with the key that it was signed with."""
    token = jwt.encode({"iss": issuer, "exp": at, "aud": ["a", "b"]}, key, algorithm="HS256")
    assert signature_holds(token, key)
    # HMAC fills keys up with zeros (RFC 2104), so that these two would be one key.
    assert signature_holds(token, other) == (key.rstrip(b"\0") == other.rstrip(b"\0"))
    claims = claims_of(token)
    assert claims is not None
    assert (claims.issuer, claims.expires_at, claims.audience, claims.issued_at) == (issuer, at, ("a", "b"), None)


@given(st.text(max_size=200) | st.text("abAB01-_.=", max_size=60))
def test_no_text_makes_reading_fail(text: str) -> None:
    """Whatever is sent as a token is one or is none."""
    claims_of(text)
    assert key_name(text) == "" or claims_of(text) is not None or "." in text
    assert not signature_holds(text, KEY)


@given(claim_sets)
def test_claims_are_of_their_types_or_the_token_is_none(said: dict[str, Any]) -> None:
    """So that nothing after it meets a text where a number belongs, or a number that is none."""
    claims = claims_of(signed({"alg": "HS256"}, json.dumps(said).encode()))
    if claims is not None:
        assert all(isinstance(text, str) for text in (claims.issuer, claims.subject, claims.token_id))
        for moment in (claims.issued_at, claims.expires_at, claims.not_before):
            assert moment is None or 0 <= moment <= 1e12


@pytest.mark.parametrize(
    "claims",
    [
        b"[" * 5000,
        b'{"exp": 1e400}',
        b'{"exp": NaN}',
        b'{"exp": -1}',
        b'{"exp": true}',
        b'{"exp": "1800000000"}',
        b'{"exp": ' + b"9" * 5000 + b"}",
        b'{"iss": ["a"]}',
        b'{"aud": [1]}',
        b'{"gen": "1"}',
        b"[]",
        b"null",
        b"\xff\xfe",
        b"",
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
    ],
)
def test_bombs_and_nonsense_are_no_claims(claims: bytes) -> None:
    """Deep nesting, numbers out of bounds, other types, other encodings."""
    assert claims_of(signed({"alg": "HS256"}, claims)) is None or claims.startswith(b'{"a"')


@pytest.mark.parametrize(
    "header",
    [{"alg": "none"}, {"alg": "HS512"}, {"alg": "RS256"}, {}, {"alg": None}, {"alg": "HS256", "crit": ["exp"]}],
)
def test_a_header_that_asks_for_anything_else_is_refused(header: dict[str, Any]) -> None:
    """Even where the signature is a true HS256 one."""
    assert not signature_holds(signed(header, b"{}"), KEY)


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c", "kid", "typ", "cty"])
def test_key_hints_in_a_header_decide_nothing(name: str) -> None:
    """They are passed over: the key is ours to choose."""
    assert signature_holds(signed({"alg": "HS256", name: "http://127.0.0.1:9/key"}, b"{}"), KEY)
    assert not signature_holds(signed({"alg": "HS256", name: "x"}, b"{}", b"another key" * 4), KEY)


@given(st.integers(0, 300), st.integers(1, 255))
def test_a_token_with_one_byte_changed_does_not_hold(place: int, change: int) -> None:
    """Anywhere in it, the last character of the signature included."""
    token = sign({"iss": "a", "iat": 1_800_000_000}, KEY, "k1")
    at = place % len(token)
    changed = token[:at] + chr((ord(token[at]) + change) % 256) + token[at + 1 :]
    assert signature_holds(token, KEY)
    assert not signature_holds(changed, KEY)


def test_a_token_that_is_too_long_is_not_looked_at() -> None:
    """However well it is signed."""
    token = sign({"iss": "a" * LONGEST_TOKEN_CHARACTERS}, KEY, "k1")
    assert not signature_holds(token, KEY)
    assert claims_of(token) is None


def test_lone_surrogates_in_claims_are_only_text() -> None:
    """JSON can write them, UTF-8 cannot."""
    claims = claims_of(signed({"alg": "HS256"}, b'{"iss": "\\ud800"}'))
    assert claims is not None
    assert claims.issuer == "\ud800"
