"""A client for reasoning models behind the R1 API, or behind OpenAI chat completions. Useful alone:

    async with R1Client(options_for("https://r1.example.com", api_key, api_secret)) as client:
        async for item in client.stream("Why is the sky blue?"):
            ...  # Delta("thought" | "answer", text), and last a Completion

It imports nothing of the project but `text/`.
"""

from r1.client import R1Client
from r1.errors import (
    AuthenticationError,
    OverloadedError,
    ParameterError,
    ProtocolError,
    R1Error,
    RateLimitedError,
    RedactionError,
    RequestRefusedError,
    SettingsError,
    TimedOutError,
    UnreachableError,
    UpstreamError,
)
from r1.options import R1Options, RetryPolicy, Timeouts, options_for
from r1.parameters import InferParameters
from r1.results import Attempt, Completion, Delta, ParameterReport, Status, Timing, Usage

__all__ = [
    "Attempt",
    "AuthenticationError",
    "Completion",
    "Delta",
    "InferParameters",
    "OverloadedError",
    "ParameterError",
    "ParameterReport",
    "ProtocolError",
    "R1Client",
    "R1Error",
    "R1Options",
    "RateLimitedError",
    "RedactionError",
    "RequestRefusedError",
    "RetryPolicy",
    "SettingsError",
    "Status",
    "TimedOutError",
    "Timeouts",
    "Timing",
    "UnreachableError",
    "UpstreamError",
    "Usage",
    "options_for",
]
