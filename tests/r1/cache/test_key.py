"""Keys: nothing that differs shares one, and what is the same does."""

from __future__ import annotations

import hashlib
import math
import re
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from r1.cache import cache_key, canonical
from r1.cache.key import user_prefix
from r1.request import Caller

texts = st.text(st.characters(codec=None), max_size=6) | st.text(":%*? ab\ud83d\ude00", max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
asked = st.tuples(texts, texts, texts, texts, st.dictionaries(texts, values, max_size=4))


def _exact(value: Any) -> Any:
    """A form in which 1, 1.0 and True differ, as they do in JSON."""
    if isinstance(value, dict):
        return sorted((name, _exact(inner)) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    return repr(value)


def _key(question: tuple[str, str, str, str, dict[str, Any]]) -> Any:
    tenant, user, session, prompt, request = question
    return cache_key(Caller(tenant, user, session), prompt, request)


@given(asked, asked)
@example(("", "a:b", "c", "p", {}), ("", "a", "b:c", "p", {}))
@example(("", "a%3Ab", "c", "p", {}), ("", "a:b", "c", "p", {}))
@example(("a", "", "c", "p", {}), ("", "a", "c", "p", {}))
@example(("", "u", "s", "p", {"n": 1}), ("", "u", "s", "p", {"n": "1"}))
@example(("", "u", "s", "p", {"n": 1}), ("", "u", "s", "p", {"n": True}))
@example(("", "u", "s", "p", {"n": "\ud83d\ude00"}), ("", "u", "s", "p", {"n": "\U0001f600"}))
@example(("", "\ud83d\ude00", "s", "p", {}), ("", "\U0001f600", "s", "p", {}))
@example(("", "u", "s", "p", {}), ("", "u", "s", " p", {}))
def test_what_differs_has_another_key(one: Any, other: Any) -> None:
    """Tenant, user, session, prompt and every part of the request count, whatever characters they hold."""
    if _exact(one) == _exact(other):
        assert _key(one) == _key(other)
    else:
        assert _key(one) != _key(other)
        # The field is unique by itself, and the hash belongs to one user of one tenant.
        assert _key(one).field != _key(other).field
    if one[:3] != other[:3]:
        assert _key(one).key != _key(other).key


@given(texts, texts, texts, texts)
def test_the_key_is_ascii_without_patterns(tenant: str, user: str, session: str, prompt: str) -> None:
    """Five parts between colons; nothing in them that SCAN or a range of keys could misread."""
    key = cache_key(Caller(tenant, user, session), prompt, {}).key
    assert re.fullmatch(r"r1(:[A-Za-z0-9_.~@%-]*){3}:[0-9a-f]{32}", key)
    assert key.startswith(user_prefix(tenant, user))


def test_plain_ids_stand_in_the_key_as_the_guide_has_them() -> None:
    """The guide's user:session:md5 of the stripped prompt, after the namespace and the tenant."""
    digest = hashlib.md5("为什么?".encode()).hexdigest()
    assert cache_key(Caller("acme", "user_1", "s-2"), " 为什么?\n", {}).key == f"r1:acme:user_1:s-2:{digest}"
    assert cache_key(Caller(user_id="ann@x.org"), "为什么?", {}).key == f"r1::ann@x.org::{digest}"


def test_the_order_of_parameters_does_not_matter() -> None:
    """Nor whether they come as a tuple or a list, a dictionary or another mapping."""
    one = cache_key(Caller(), "p", {"a": 1, "b": {"c": (1, 2), "d": None}})
    other = cache_key(Caller(), "p", MappingProxyType({"b": MappingProxyType({"d": None, "c": [1, 2]}), "a": 1}))
    assert one == other


def test_a_request_may_be_put_in_its_form_beforehand() -> None:
    """The key is the same; another request's is not."""
    form = canonical({"b": 1, "a": "line\nline"})
    assert cache_key(Caller(), "p", form) == cache_key(Caller(), "p", {"a": "line\nline", "b": 1})
    assert cache_key(Caller(), "p", form) != cache_key(Caller(), "p", {"a": "line line", "b": 1})


@pytest.mark.parametrize("request_", [{"a": {1: 2}}, {"a": {1, 2}}, {"a": b"x"}, {"a": math.nan}, {"a": object()}])
def test_what_has_no_one_form_is_refused(request_: dict[str, Any]) -> None:
    """Rather than guessed at: two requests could look the same."""
    with pytest.raises((TypeError, ValueError)):
        cache_key(Caller(), "p", request_)
