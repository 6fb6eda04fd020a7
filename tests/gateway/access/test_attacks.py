"""Attacks on the exchange and on tokens, at `Access` and through the application."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gateway.access import Access, MemoryReplays, Patience, SigningKey
from gateway.access.fixed import FixedClients
from gateway.access.patience import CYCLE_SECONDS, FREE_FAILURES, OPEN_SECONDS
from gateway.access.registry import Registry
from gateway.access.registry_watch import WatchedRegistry
from gateway.access.sealing import Seal
from gateway.access.signed import sign, signature_holds
from gateway.app import create_app
from gateway.errors import ApiError
from gateway.parts import GatewayParts
from tests.gateway.access.clock import Clock
from tests.gateway.access.signing import assertion_of
from tests.gateway.engine import KEY, SECRET, TOTAL, ScriptedEngine, assertion

OURS = SigningKey("k1", b"gateway-canary-0123456789abcdef0123456789")
OPEN = CYCLE_SECONDS * 1000
"""A moment at which all doors are open."""
QUIET = CYCLE_SECONDS * 1000 + OPEN_SECONDS
"""A moment at which doors close at once."""


def refused(access: Access, token: str, complaint: str | None = None) -> None:
    """As an assertion and as an access token, with 401 and nothing of it in the words."""
    for attempt in (access.exchange, access.caller):
        with pytest.raises(ApiError, match=complaint) as caught:
            attempt(token)
        assert caught.value.status == 401
        assert "canary" not in str(caught.value)


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join((*parts, signature))


def claims(**more: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": KEY, "sub": KEY, "aud": "r1", "iat": now, "exp": now + 300, "jti": "j"}
    return usual | more


@pytest.mark.parametrize("name", ["none", "None", "NONE", "", "nOnE"])
@pytest.mark.parametrize("kid", [None, "k1"])
def test_alg_none(name: str, kid: str | None) -> None:
    """With a signature or without one, written in any way."""
    header = {"alg": name, "typ": "JWT"} | ({"kid": kid} if kid else {})
    for signature in ("", "AAAA"):
        refused(Access({KEY: SECRET}, OURS), unsigned(header, claims(), signature))
        refused(Access({KEY: SECRET}, OURS), unsigned(header, claims(iss="r1-gateway"), signature))


def test_algorithm_confusion() -> None:
    """RS256, and HS256 signed with whatever may be public: the key id, the client id, a public key."""
    private = rsa.generate_private_key(65537, 2048)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = private.public_key().public_bytes(serialization.Encoding.PEM, form)
    access = Access({KEY: SECRET}, OURS, patience=Patience(Clock(OPEN)))
    refused(access, jwt.encode(claims(), private, algorithm="RS256", headers={"kid": "k1"}))
    for guess in (public, b"k1".ljust(32), KEY.encode().ljust(32), b"\0" * 32):
        # Not by PyJWT, which refuses to sign with a public key.
        refused(access, sign(claims(iss="r1-gateway"), guess, "k1"))
        refused(access, sign(claims(), guess, "k1"))
    for algorithm in ("HS384", "HS512"):
        refused(access, jwt.encode(claims(), SECRET, algorithm=algorithm))


@pytest.mark.parametrize("hint", ["jku", "x5u", "jwk", "x5c", "kid"])
def test_key_hints_in_an_assertion_are_ignored(hint: str) -> None:
    """They fetch nothing and choose nothing: the client's secret alone counts."""
    key = {"kty": "oct", "k": base64.urlsafe_b64encode(b"x" * 32).decode()}
    value = key if hint == "jwk" else "http://127.0.0.1:9/keys"
    access = Access({KEY: SECRET}, OURS)
    assert access.exchange(assertion(headers={hint: value}))
    with pytest.raises(ApiError):
        access.exchange(assertion("x" * 32, headers={hint: value}))


@pytest.mark.parametrize("kid", ["../../etc/passwd", "' OR 1=1 --", "k1\0", "k2", "", ["k1"], {"a": 1}, None])
def test_a_kid_picks_one_of_our_keys_or_nothing(kid: Any) -> None:
    """It is no path and no query."""
    text = unsigned({"alg": "HS256", "kid": kid}, claims(iss="r1-gateway"), "AAAA")
    with pytest.raises(ApiError, match="another key"):
        Access({KEY: SECRET}, OURS).caller(text)


def test_a_replayed_assertion() -> None:
    """The second time it is refused, also after its token was revoked; one that names itself differently is not."""
    access = Access({KEY: SECRET}, OURS)
    once = assertion(jti="one")
    access.revoke(access.exchange(once))
    with pytest.raises(ApiError, match="used before") as caught:
        access.exchange(once)
    assert caught.value.status == 401
    assert access.exchange(assertion(jti="two"))


def test_an_assertion_without_a_name_is_the_guide_s() -> None:
    """Its example has no jti, so that nothing can tell a second use."""
    access = Access({KEY: SECRET}, OURS)
    once = assertion()
    assert access.exchange(once) != access.exchange(once)


def test_a_replay_is_not_opened_by_a_clock_that_is_set_back() -> None:
    """Not within an hour."""
    clock, steady = Clock(), Clock(0)
    access = Access({KEY: SECRET}, OURS, MemoryReplays(steady), clock=clock)
    now = int(clock.now)
    once = assertion(jti="one", iat=now, exp=now + 300)
    access.exchange(once)
    for now_s, steady_s in ((now + 3000.0, 3000.0), (now + 10.0, 3100.0), (now - 50.0, 3400.0)):
        clock.now, steady.now = now_s, steady_s
        with pytest.raises(ApiError):
            access.exchange(once)


def test_a_forged_jti_takes_no_memory() -> None:
    """Only what a client signed is remembered."""
    replays = MemoryReplays()
    access = Access({KEY: SECRET}, OURS, replays, Patience(Clock(0)))
    for number in range(100):
        with pytest.raises(ApiError):
            access.exchange(assertion("another-secret-0123456789abcdef0", jti=str(number)))
    assert len(replays) == 0


def test_a_clock_that_jumps() -> None:
    """Back: old tokens are refused rather than prolonged, and a new one is to be had. Ahead: all are expired."""
    clock = Clock()
    access = Access({KEY: SECRET}, OURS, clock=clock)

    def fresh() -> str:
        return access.exchange(assertion(iat=int(clock.now), exp=int(clock.now) + 300))

    token = fresh()
    clock.now -= 30  # within the leeway
    access.caller(token)
    clock.now -= 86_400
    with pytest.raises(ApiError, match="future"):
        access.caller(token)
    access.caller(fresh())
    clock.now += 10 * 365 * 86_400
    with pytest.raises(ApiError, match="expired"):
        access.caller(token)
    access.caller(fresh())


@pytest.mark.parametrize(
    "text",
    [
        "x" * 9000,
        "a.b.c",
        "....",
        "a." * 4000,
        unsigned({"alg": "HS256", "kid": "k1"}, {"iss": KEY, "pad": "x" * 9000}),
        unsigned({"alg": "HS256", "kid": "k1"}, {"iss": KEY, "exp": float("inf"), "iat": float("nan")}),
        f"e30.{base64.urlsafe_b64encode(b'[' * 5000).decode()}.AAAA",
        "\x00\x01.\x02.\x03",
        "令牌.令牌.令牌",
    ],
)
def test_oversized_and_malformed_tokens(text: str) -> None:
    """A refusal each, quickly, and never a failure."""
    started = time.perf_counter()
    refused(Access({KEY: SECRET}, OURS), text)
    assert time.perf_counter() - started < 1


def test_tokens_of_another_gateway_and_of_another_use() -> None:
    """The same kid with another key; an assertion as a token; a token as an assertion."""
    theirs, ours = Access({KEY: SECRET}, SigningKey("k1", b"t" * 32)), Access({KEY: SECRET}, OURS)
    refused(ours, theirs.exchange(assertion()))
    with pytest.raises(ApiError):
        ours.caller(assertion(headers={"kid": "k1"}))
    with pytest.raises(ApiError):
        ours.exchange(ours.exchange(assertion()))


def test_a_client_cannot_speak_for_another(registry: Registry, clock: Clock) -> None:
    """Its secret signs for itself alone; role and tenant in an assertion are passed over."""
    one, secret = registry.add("one", "developer", "here")
    two, _ = registry.add("two", "administrator", "there")
    access = Access(WatchedRegistry(registry, clock=clock, wall_clock=clock), clock=clock)
    with pytest.raises(ApiError):
        access.exchange(assertion_of(one, secret, clock, iss=two.client_id))
    wish = {"role": "administrator", "tenant": "there", "sub": two.client_id, "gen": 99, "scope": "admin"}
    caller = access.caller(access.exchange(assertion_of(one, secret, clock, **wish)))
    assert (caller.client_id, caller.role, caller.tenant) == (one.client_id, "developer", "here")


def test_what_a_token_claims_about_its_holder_is_passed_over(registry: Registry, clock: Clock) -> None:
    """Even if the gateway's own key had signed it."""
    client, _ = registry.add("one", "developer", "here")
    watch = WatchedRegistry(registry, clock=clock, wall_clock=clock)
    key, now = watch.signs_with(), int(clock.now)
    said = {"iss": "r1-gateway", "sub": client.client_id, "aud": "r1", "iat": now, "exp": now + 60, "jti": "j"}
    token = jwt.encode(said | {"role": "administrator", "tenant": "*"}, key.secret, headers={"kid": key.kid})
    caller = Access(watch, clock=clock).caller(token)
    assert (caller.role, caller.tenant) == ("developer", "here")


def test_an_unknown_client_costs_the_work_of_a_wrong_secret(
    registry: Registry, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two secrets are opened and two signatures computed for either, and the words are the same."""
    client, _ = registry.add("one", "developer")
    registry.rotate("one")
    two, _ = registry.add("two", "developer")
    work: list[str] = []

    def counted(token: str, key: bytes) -> bool:
        work.append("signature")
        return signature_holds(token, key)

    def opened(seal: Seal, sealed: bytes, place: str) -> bytes:
        work.append("opened")
        return opens(seal, sealed, place)

    opens = Seal.open
    watch = WatchedRegistry(registry, clock=clock, wall_clock=clock)
    monkeypatch.setattr("gateway.access.access.signature_holds", counted)
    monkeypatch.setattr(Seal, "open", opened)
    said = set()
    for name in (client.client_id, two.client_id, "r1-0123456789abcdef"):
        work.clear()
        with pytest.raises(ApiError) as caught:
            Access(watch, clock=clock).exchange(jwt.encode(claims(iss=name), "wrong" * 8))
        said.add(str(caught.value))
        assert work == ["opened"] * 2 + ["signature"] * 2
    assert len(said) == 1


def test_guessing_is_slowed_down_and_told_so() -> None:
    """429 with Retry-After after a few; the right secret is in when it says so, and with a bounded wait at that."""
    clock = Clock(QUIET)
    access = Access({KEY: SECRET}, OURS, patience=Patience(clock))
    for _ in range(FREE_FAILURES):
        with pytest.raises(ApiError) as caught:
            access.exchange(assertion("wrong-" * 8), "192.0.2.1")
        assert caught.value.status == 401
    with pytest.raises(ApiError) as caught:
        access.exchange(assertion(), "192.0.2.1")
    assert caught.value.status == 429
    assert caught.value.retry_after_s is not None
    clock.now += caught.value.retry_after_s
    assert access.exchange(assertion(), "192.0.2.1")


def test_whoever_holds_the_secret_is_not_slowed_down() -> None:
    """A device with a wrong clock, or one that replays, guesses nothing."""
    access = Access({KEY: SECRET}, OURS, patience=Patience(Clock(QUIET)))
    for _ in range(FREE_FAILURES * 3):
        with pytest.raises(ApiError, match="expired"):
            access.exchange(assertion(exp=1), "192.0.2.1")
    assert access.exchange(assertion(), "192.0.2.1")


# Through the application


def call(access: Access, ask: Callable[[httpx.AsyncClient], Any]) -> Any:
    """What `ask` gets from a gateway with this access."""

    async def main() -> Any:
        app = create_app(GatewayParts(ScriptedEngine(TOTAL), access))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
            return await ask(client)

    return asyncio.run(main())


@pytest.mark.parametrize("name", ["X-Role", "Role", "X-Forwarded-User", "X-Tenant", "X-Api-Key", "Cookie"])
def test_a_role_in_a_header_or_body_is_none(name: str) -> None:
    """An auditor that says it is an administrator may ask for nothing."""
    access = Access(FixedClients({KEY: SECRET}, OURS, "auditor"))
    token = access.exchange(assertion())

    async def ask(client: httpx.AsyncClient) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", name: "administrator"}
        body = {"prompt": "Why?", "role": "administrator", "tenant": "other"}
        return await client.post("/v1/models/r1/infer", headers=headers, json=body)

    assert call(access, ask).status_code in {400, 403}


def test_a_token_in_a_query_or_body_is_none() -> None:
    """Where logs and histories would keep it."""
    access = Access({KEY: SECRET}, OURS)
    token = access.exchange(assertion())

    async def ask(client: httpx.AsyncClient) -> httpx.Response:
        body = {"prompt": "Why?", "access_token": token}
        return await client.post(f"/v1/models/r1/infer?access_token={token}", json=body)

    assert call(access, ask).status_code == 401


def test_brute_force_over_http_gets_429_with_retry_after() -> None:
    """From one address, whatever ids it tries."""
    access = Access({KEY: SECRET}, OURS, patience=Patience(Clock(QUIET)))

    async def ask(client: httpx.AsyncClient) -> list[httpx.Response]:
        signed = (assertion("wrong-" * 8, iss=f"id {number}") for number in range(FREE_FAILURES + 3))
        return [await client.post("/auth/token", headers={"Authorization": f"Bearer {one}"}) for one in signed]

    replies = call(access, ask)
    assert [reply.status_code for reply in replies] == [401] * FREE_FAILURES + [429] * 3
    assert all(int(reply.headers["Retry-After"]) >= 1 for reply in replies[-3:])


def test_no_secret_and_no_token_is_ever_said(
    registry: Registry,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """In no log at any level, no error, no representation, no file: with good and bad exchanges and calls."""
    caplog.set_level(logging.DEBUG)
    client, secret = registry.add("one", "developer")
    watch = WatchedRegistry(registry, clock=clock, wall_clock=clock)
    access = Access(watch, clock=clock, patience=Patience(clock))
    token = access.exchange(assertion_of(client, secret, clock))
    said = [
        repr(part) for part in (registry, watch, access, client, watch.signs_with(), watch.secrets(client.client_id))
    ]
    said.append(repr(registry.snapshot()))
    attempts = (secret.reveal(), token[:-2], token, assertion_of(client, secret, clock, iss=secret.reveal()))
    for text in attempts * 10:
        clock.now += CYCLE_SECONDS
        for attempt in (access.exchange, access.caller, access.revoke):
            try:
                attempt(text)
            except ApiError as error:
                said.append(f"{error!r} {error.body()}")
    printed = capfd.readouterr()
    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    everything = "\n".join([caplog.text, printed.out, printed.err, *said]).encode() + files
    for canary in (secret.reveal().encode(), token.encode(), token.split(".")[2].encode(), watch.signs_with().secret):
        assert canary not in everything
