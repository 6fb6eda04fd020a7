"""Whose word on a caller's address is believed."""

from __future__ import annotations

import pytest

from commands.gateway_settings import load_gateway_settings
from pipeline.errors import InputError


@pytest.mark.parametrize("listed", ["abc", "10.0.0.0/8, proxy.local", "10.0.0.1/8", "10.0.0.300", "::1/200"])
def test_a_proxy_that_is_no_address_is_refused(listed: str) -> None:
    """A name would be believed by nobody, without a word; the setting is named."""
    with pytest.raises(InputError, match="GATEWAY_TRUSTED_PROXIES"):
        load_gateway_settings({"GATEWAY_TRUSTED_PROXIES": listed})


@pytest.mark.parametrize("listed", ["", "127.0.0.1", "10.0.0.0/8, ::1,fd00::/8", "*"])
def test_addresses_and_networks_are_taken(listed: str) -> None:
    """Of both kinds."""
    assert load_gateway_settings({"GATEWAY_TRUSTED_PROXIES": listed}).trusted_proxies == listed
