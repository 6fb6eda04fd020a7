"""A client for reasoning models behind the R1 API, or behind OpenAI chat completions. Useful alone:

    async with R1Client(options_for("https://r1.example.com", api_key, api_secret)) as client:
        async for item in client.stream("Why is the sky blue?"):
            ...  # Delta("thought" | "answer", text), and last a Completion

It imports nothing of the project but `text/`.
"""

from r1.admission import Admission, AdmissionLimits
from r1.batch import BatchOptions, BatchResult
from r1.cache import open_cache
from r1.call import CallPolicy
from r1.client import ClientParts, R1Client
from r1.credentials import Credentials, Secret, read_credentials
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
from r1.presets import Preset, preset
from r1.request import Caller, CallOptions, Priority
from r1.results import Attempt, Completion, Delta, ParameterReport, Status, Timing, Usage
from r1.thinking_budget import ThinkingBudget
from r1.tls import TlsOptions

__all__ = [
    "Admission",
    "AdmissionLimits",
    "Attempt",
    "AuthenticationError",
    "BatchOptions",
    "BatchResult",
    "CallOptions",
    "CallPolicy",
    "Caller",
    "ClientParts",
    "Completion",
    "Credentials",
    "Delta",
    "InferParameters",
    "OverloadedError",
    "ParameterError",
    "ParameterReport",
    "Preset",
    "Priority",
    "ProtocolError",
    "R1Client",
    "R1Error",
    "R1Options",
    "RateLimitedError",
    "RedactionError",
    "RequestRefusedError",
    "RetryPolicy",
    "Secret",
    "SettingsError",
    "Status",
    "ThinkingBudget",
    "TimedOutError",
    "Timeouts",
    "Timing",
    "TlsOptions",
    "UnreachableError",
    "UpstreamError",
    "Usage",
    "open_cache",
    "options_for",
    "preset",
    "read_credentials",
]
