"""What a client may be called and may be held to."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.clients import (
    LARGEST_LIMIT,
    LONGEST_NAME,
    Client,
    ClientError,
    ClientLimits,
    checked_name,
    checked_role,
    checked_tenant,
)
from gateway.roles import PERMITTED, ROLES, Permission, may


@pytest.mark.parametrize("name", ["kitchen", "厨房 2 号", "Wohnzimmer (links)", "a", "x" * LONGEST_NAME, "é"])
def test_names_may_be_of_any_script(name: str) -> None:
    """Spaces and signs too."""
    assert checked_name(f"  {name} ") == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name", ["", "  ", "a\nINFO forged", "a\rb", "\x1b[31mred", "a\x00", "\u202eevil", "a\u2028b", "x" * 65, "\ud800"]
)
def test_names_that_a_log_should_not_hold_are_refused(name: str) -> None:
    """Line ends, escapes, direction marks, surrogates: and the message itself holds none of them."""
    with pytest.raises(ClientError, match="printable") as caught:
        checked_name(name)
    assert str(caught.value).isprintable()


@given(st.text(max_size=80))
def test_an_accepted_name_is_one_printable_line(name: str) -> None:
    """And stays what it is when it is checked again."""
    with suppress(ClientError):
        accepted = checked_name(name)
        assert accepted.isprintable()
        assert 0 < len(accepted) <= LONGEST_NAME
        assert checked_name(accepted) == accepted


@pytest.mark.parametrize("tenant", ["default", "家", "a-b_c.d", "7"])
def test_tenants_are_words(tenant: str) -> None:
    """Of any script."""
    assert checked_tenant(tenant) == tenant


@pytest.mark.parametrize("tenant", ["", "a b", "a:b", "a/b", "-a", ".", "*", "a\n", "a\nb", "x" * 65, "a{b}"])
def test_tenants_hold_nothing_that_keys_and_paths_are_made_of(tenant: str) -> None:
    """No colon, slash, star, space or brace."""
    if tenant == "a\n":
        assert checked_tenant(tenant) == "a"
        return
    with pytest.raises(ClientError, match="tenant"):
        checked_tenant(tenant)


@pytest.mark.parametrize("role", ["root", "Administrator", "", "developer "])
def test_there_are_three_roles(role: str) -> None:
    """Any other is refused with those there are."""
    with pytest.raises(ClientError, match="administrator, developer, auditor"):
        checked_role(role)
    assert [checked_role(known) for known in ROLES] == list(ROLES)


@pytest.mark.parametrize("value", [0, -1, LARGEST_LIMIT + 1, True, 1.5, "60"])
@pytest.mark.parametrize("name", ["requests_per_minute", "tokens_per_minute", "tokens_per_day", "calls_at_once"])
def test_limits_are_whole_numbers(name: str, value: object) -> None:
    """From 1; the message names the limit."""
    with pytest.raises(ClientError, match=name.replace("_", " ")):
        ClientLimits(**{name: value})  # type: ignore[arg-type]  # that is the fault


def test_an_old_secret_counts_for_a_while() -> None:
    """The one before the last, until its time; no older one, and none to come."""
    client = Client("k", "k", "developer", generation=3, previous_until=1000)
    assert [client.accepts(generation, 999) for generation in (1, 2, 3, 4)] == [False, True, True, False]
    assert [client.accepts(generation, 1000) for generation in (1, 2, 3, 4)] == [False, False, True, False]


_EVERY: dict[Permission, str] = {
    "infer": "AD",
    "models": "AD",
    "feedback": "AD",
    "own_data": "AD",
    "own_token": "ADU",
    "status": "ADU",
    "audit": "AU",
    "metrics": "AU",
    "panel": "AU",
    "clients": "A",
    "all_data": "A",
    "retention": "A",
}
"""A: administrator, D: developer, U: auditor. Written out here once more, so that a slip in the table shows."""


@pytest.mark.parametrize("permission", PERMITTED)
def test_each_role_may_do_what_the_guide_says(permission: Permission) -> None:
    """Every role, every permission."""
    letters = {"administrator": "A", "developer": "D", "auditor": "U"}
    assert "".join(letters[role] for role in ROLES if may(role, permission)) == _EVERY[permission]


def test_what_stands_in_no_table_is_nobody_s() -> None:
    """Deny by default: unknown permissions and unknown roles."""
    assert not any(may(role, "delete everything") for role in ROLES)  # type: ignore[arg-type]  # there is none
    assert not any(may("root", permission) for permission in PERMITTED)  # type: ignore[arg-type]  # nor is there this
    assert set(_EVERY) == set(PERMITTED)
