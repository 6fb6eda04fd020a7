from __future__ import annotations

import pytest

from r1 import R1Options, SettingsError, Timeouts, options_for
from tests.r1.upstream import KEY, SECRET


def test_the_short_form_names_the_api() -> None:
    """`--r1` takes a gateway's address, `openai:URL`, `ollama:URL` and `ollama` for its usual address."""
    guide = options_for("https://r1.example.com", KEY, SECRET)
    assert (guide.dialect, guide.base_url) == ("guide", "https://r1.example.com")
    vllm = options_for(" openai:http://gpu:8000/v1", model="deepseek-ai/DeepSeek-R1")
    assert (vllm.dialect, vllm.base_url, vllm.model) == ("openai", "http://gpu:8000/v1", "deepseek-ai/DeepSeek-R1")
    ollama = options_for("ollama", model="deepseek-r1")
    assert (ollama.dialect, ollama.base_url, ollama.model) == ("ollama", "http://localhost:11434", "deepseek-r1")
    assert options_for("ollama:http://gpu:11434").base_url == "http://gpu:11434"


@pytest.mark.parametrize(
    "target",
    ["", "r1.example.com", "ftp://r1.example.com", "openai:", "http://", "openai:8000", "openai:http://localhost:99999/v1",
     "openai:http://localhost:abc/v1", "http://[::1/v1", "https://r1.example.com\x07", "https://r1.example.com/v1?x=1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(target: str) -> None:
    """The message shows what an address looks like."""
    with pytest.raises(SettingsError, match="https://r1"):
        options_for(target, KEY, SECRET)


def test_the_guide_s_api_needs_key_and_secret() -> None:
    """The message says which variables to set, and what to write for servers without keys."""
    with pytest.raises(SettingsError, match=r"R1_API_KEY and R1_API_SECRET.*openai:URL"):
        options_for("https://r1.example.com")


def test_credentials_in_an_address_are_refused_and_not_repeated() -> None:
    """A password in a URL would end up in logs."""
    with pytest.raises(SettingsError) as caught:
        R1Options(f"https://me:{SECRET}@r1.example.com", KEY, SECRET)
    assert SECRET not in str(caught.value)


def test_a_key_that_cannot_stand_in_a_header_is_refused() -> None:
    """A key with a line break was copied badly."""
    with pytest.raises(SettingsError, match="R1_API_KEY"):
        R1Options("https://r1.example.com", f"{KEY}\n", SECRET)


def test_secrets_stay_out_of_repr() -> None:
    """Options may be printed."""
    shown = repr(R1Options("https://r1.example.com", KEY, SECRET))
    assert KEY not in shown
    assert SECRET not in shown


def test_a_timer_must_be_positive() -> None:
    """Zero would make every call fail."""
    with pytest.raises(SettingsError, match="idle_s"):
        Timeouts(idle_s=0)


@pytest.mark.parametrize("field", ["dialect", "thinking"])
def test_unknown_names_are_refused(field: str) -> None:
    """The message lists the names there are."""
    with pytest.raises(SettingsError, match="unknown: use"):
        R1Options("https://r1.example.com", KEY, SECRET, **{field: "esperanto"})  # type: ignore[arg-type]  # the very mistake
