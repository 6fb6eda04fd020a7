"""What is kept of a call, before it is written."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.pending import LONGEST_TEXT, cleaned, milliseconds, moment, pending_from, pending_of, truncated
from gateway.calls import CallTiming, CallTokens
from tests.gateway.audit.records import CANARY, START, START_MS, record


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("2001:db8:aaaa:bbbb::1", "2001:db8:aaaa::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("testclient", ""),
        ("203.0.113.77, 10.0.0.1", ""),
    ],
)
def test_addresses_lose_their_last_part(address: str, network: str) -> None:
    """/24 of IPv4 and /48 of IPv6 stay; what is no address leaves nothing."""
    assert truncated(address) == network


def test_a_call_keeps_no_content_and_no_name_in_its_fields_of_text() -> None:
    """Prompt and answer become hashes at once; only user and session go on, and these become pseudonyms."""
    kept = pending_of(record(1))
    told = replace(kept, user_id="", session_id="")
    assert CANARY not in repr(told)
    assert kept.started_ms == START_MS + 1000


def test_a_call_of_nobody_keeps_no_user() -> None:
    """Who has no credential cannot speak for a user: anyone could have put the name there."""
    kept = pending_of(replace(record(1), caller=None))
    assert (kept.client_id, kept.tenant, kept.role, kept.user_id, kept.session_id) == ("", "", "", "", "")
    assert kept.subject.kind == "nobody"


def test_a_call_without_a_user_is_the_clients_own() -> None:
    """Its digests are made with the client's key."""
    assert pending_of(record(1, user="")).subject.kind == "client"


@given(st.text(max_size=400))
def test_text_is_one_line_that_every_database_holds(text: str) -> None:
    """No control character, line end or half character stays, and no text grows."""
    clean = cleaned(text)
    assert clean.isprintable() and len(clean) <= LONGEST_TEXT
    assert "\0" not in clean.encode().decode()
    if text.isprintable():
        assert clean == text[:LONGEST_TEXT]


@given(st.text(max_size=50, alphabet=st.characters(codec=None)), st.integers(-5, 10**12))
def test_every_call_can_be_kept_on_disk(user: str, tokens: int) -> None:
    """Through JSON and back it is the same call, whatever the caller sent as a name."""
    kept = pending_of(replace(record(1), user_id=user, tokens=CallTokens(prompt=tokens)))
    assert pending_from(json.loads(json.dumps(kept.to_list()))) == kept
    assert 0 <= kept.prompt_tokens < 2**31


def test_a_method_that_is_none_is_not_kept_as_sent() -> None:
    """A caller that sends ever new words does not fill the table of kinds."""
    assert pending_of(replace(record(1), method="BREW")).method == "OTHER"


@given(st.datetimes(START.replace(tzinfo=None, year=1960)), st.integers(-14, 14))
def test_times_are_utc_whatever_zone_they_come_in(naive: datetime, hours: int) -> None:
    """Milliseconds are cut, never rounded up into the next second."""
    local = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    told = datetime.fromisoformat(moment(milliseconds(local)))
    assert timedelta(0) <= local - told < timedelta(milliseconds=1)


def test_a_moment_is_told_with_milliseconds() -> None:
    """ISO 8601 with three digits and a Z."""
    assert moment(milliseconds(START)) == "2026-03-01T12:00:00.123Z"
    assert moment(milliseconds(datetime(2026, 1, 1, tzinfo=UTC))) == "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -1.0])
def test_a_time_that_is_none_loses_no_call(nonsense: float) -> None:
    """It counts as 0: the rest of the call is worth keeping."""
    assert pending_of(replace(record(1), timing=CallTiming(nonsense, nonsense))).latency_us == 0
