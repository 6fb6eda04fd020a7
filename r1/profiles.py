"""What is known of the servers that speak OpenAI chat completions and its like: how each takes what we ask of it.

They share an API and differ in all that concerns thinking. A profile is chosen by the address, by what the server's
list of models says of its owner, or by name in `R1Options.profile`. Sources: the servers' documentation and issue
trackers as of November 2026; where a server changed, both ways are covered by leaving out what it refuses (see
`r1.adjustment`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

from r1.errors import SettingsError
from r1.parameters import DEFAULT_REASONING_BUDGET
from r1.request import Request

Closing = Literal["field", "prefill"]
"""How a reply without thinking is had: by fields of the request, or by an answer that begins with an empty thought."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of server."""

    name: str
    ignored: frozenset[str] = frozenset()
    """Parameters that it accepts and does not heed."""
    budget_field: str = ""
    """Takes the tokens that thinking may use; empty when there is none, and our own budget ends it."""
    closing_fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Added to a request that is to be answered without thinking."""
    prefill_fields: Mapping[str, Any] | None = None
    """Added to a request whose last message is the beginning of the answer; None when the server refuses such."""
    counts_thoughts: bool = True
    """Whether `max_tokens` counts the thoughts."""
    takes_lists: bool = False
    """Whether one request may hold several prompts."""
    usage_on_request: bool = True
    """Whether `stream_options` must ask for the usage."""

    def closing(self, model: str) -> Closing:
        """How to close thinking. R1 and its distillates know no switch: their template always opens a thought."""
        family = model.lower()
        switchless = "r1" in family or "qwq" in family
        return "prefill" if self.prefill_fields is not None and (switchless or not self.closing_fields) else "field"


_NOTHING: Mapping[str, Any] = MappingProxyType({})
_CLOSED_TEMPLATE = MappingProxyType({"chat_template_kwargs": {"enable_thinking": False, "thinking": False}})
_GO_ON = MappingProxyType({"add_generation_prompt": False, "continue_final_message": True})

GUIDE = Profile(
    "guide",
    budget_field="reasoning_budget",
    closing_fields=MappingProxyType({"reasoning_budget": 0}),
    takes_lists=True,
)
OPENAI = Profile("openai", prefill_fields=_NOTHING)
OLLAMA = Profile("ollama", closing_fields=MappingProxyType({"think": False}))

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            GUIDE,
            OPENAI,
            OLLAMA,
            Profile(
                "deepseek",
                # Accepted without effect by the reasoning models (DeepSeek API documentation, "Reasoning Model").
                ignored=frozenset({"temperature", "top_p"}),
                closing_fields=MappingProxyType({"thinking": {"type": "disabled"}}),
            ),
            Profile(
                "vllm",
                budget_field="thinking_token_budget",
                closing_fields=_CLOSED_TEMPLATE,
                prefill_fields=_GO_ON,
            ),
            Profile(
                "sglang",
                closing_fields=_CLOSED_TEMPLATE,
                prefill_fields=MappingProxyType({"continue_final_message": True}),
            ),
            Profile(
                "llama.cpp",
                budget_field="thinking_budget_tokens",
                # It refuses an answer that has begun while its template thinks (ggml-org/llama.cpp #21889).
                closing_fields=MappingProxyType({**_CLOSED_TEMPLATE, "thinking_budget_tokens": 0}),
            ),
            Profile("ollama/v1", closing_fields=MappingProxyType({"reasoning_effort": "none"})),
        )
    }
)

_BY_OWNER = {
    "vllm": "vllm",
    "sglang": "sglang",
    "llamacpp": "llama.cpp",
    "library": "ollama/v1",
    "deepseek": "deepseek",
}
"""What stands as `owned_by` in a server's list of models."""


def profile_named(name: str) -> Profile:
    """Raises `SettingsError`."""
    if name not in PROFILES:
        raise SettingsError(f"profile {name!r} is unknown: use one of {', '.join(PROFILES)}")
    return PROFILES[name]


def profile_for(dialect: str, base_url: str) -> Profile:
    """What the address tells."""
    if dialect == "guide":
        return GUIDE
    if dialect == "ollama":
        return OLLAMA
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    if host == "deepseek.com" or host.endswith(".deepseek.com"):
        return PROFILES["deepseek"]
    return PROFILES["ollama/v1"] if parts.port == 11434 else OPENAI


def profile_of_owner(owner: str) -> Profile | None:
    """What a server's list of models tells; None when it tells nothing that we know."""
    name = _BY_OWNER.get(owner.lower())
    return None if name is None else PROFILES[name]


def tokens_sent(request: Request, profile: Profile) -> int:
    """What `max_tokens` must say so that the answer has its own share."""
    parameters = request.parameters
    if request.closed or not request.thinks or not profile.counts_thoughts:
        return parameters.max_tokens
    budget = parameters.reasoning_budget
    return parameters.max_tokens + (DEFAULT_REASONING_BUDGET if budget is None else budget)


def thinking_fields(request: Request, profile: Profile) -> dict[str, Any]:
    """The fields of a request that govern thinking, less those that the server refuses."""
    fields: dict[str, Any] = {}
    budget = request.parameters.reasoning_budget
    if request.closed or budget == 0:
        if profile.closing(request.model) == "field":
            fields |= profile.closing_fields
    elif budget is not None and profile.budget_field:
        fields[profile.budget_field] = budget
    return {name: value for name, value in fields.items() if name not in request.left_out}


def without(body: dict[str, Any], left_out: frozenset[str]) -> dict[str, Any]:
    """The body less the fields that the server refuses."""
    return {name: value for name, value in body.items() if name not in left_out} if left_out else body
