"""Where an R1 is and how to speak to it: frozen options, and the short form that `--r1` takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import SplitResult, urlsplit

from r1.breaker import BreakerPolicy
from r1.errors import SettingsError
from r1.tls import TlsOptions

DialectName = Literal["guide", "openai", "ollama"]
"""Which API the upstream speaks: the guide's infer, OpenAI chat completions, or Ollama's own."""

ThinkingMode = Literal["auto", "open", "tagged", "field"]
"""Where the thoughts stand in the text channel: see `r1.thinking`."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

OLLAMA_URL = "http://localhost:11434"
"""Where an Ollama server answers by default (its FAQ)."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The five timers, in seconds. Keep-alives and empty events reset none of them but `connect`."""

    connect_s: float = 5.0
    """To have a connection."""
    first_event_s: float = 120.0
    """From the request sent to the first piece of thought or answer: queue and prefill."""
    first_answer_s: float = 300.0
    """From the request sent to the first piece of the answer: thinking too."""
    idle_s: float = 60.0
    """Between two pieces."""
    total_s: float = 600.0
    """The whole call with all its attempts."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise SettingsError(f"timeout {name} must be above 0 seconds, not {getattr(self, name)!r}")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is tried, and how long it waits between: full jitter, as the guide's backoff plus chance."""

    attempts: int = 3
    """Tries in all; 1 means no retry."""
    first_wait_s: float = 1.0
    """Upper bound of the first wait; it doubles each time (the guide: 1 s)."""
    longest_wait_s: float = 60.0
    """Upper bound of any wait that the server did not ask for (the guide: 60 s)."""
    longest_retry_after_s: float = 120.0
    """A server that asks for a longer wait than this is not waited for."""


@dataclass(frozen=True, slots=True)
class R1Options:
    """One upstream. Key and secret are kept out of `repr`."""

    base_url: str
    """For the guide's API the address before `/auth/token`; for OpenAI the one before `/chat/completions`."""
    api_key: str = field(default="", repr=False)
    api_secret: str = field(default="", repr=False)
    """Signs the guide's assertion; OpenAI servers have none."""
    dialect: DialectName = "guide"
    model: str = ""
    """For OpenAI servers. Empty: the one model that the server has."""
    unix_socket: str = ""
    """Path of a socket to connect to instead of the host in `base_url`."""
    audience: str = "r1"
    """The assertion's `aud`. Empty leaves it out, for a server that cannot deal with one."""
    thinking: ThinkingMode = "auto"
    profile: str = ""
    """The kind of server, one of `r1.profiles.PROFILES`. Empty: found out from the address and its list of models."""
    redact: bool | None = None
    """Whether personal and secret values stay here. None: yes for another machine, no for this one."""
    timeouts: Timeouts = field(default_factory=Timeouts)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    tls: TlsOptions = field(default_factory=TlsOptions)

    def __post_init__(self) -> None:
        parts = _parts(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not _is_address(self.base_url):
            raise SettingsError(f"R1 address {self.base_url!r} is no URL: give one such as https://r1.example.com")
        if parts.username or parts.password:
            raise SettingsError(f"R1 address of {parts.hostname} carries credentials: set R1_API_KEY instead")
        if self.dialect not in get_args(DialectName):
            raise SettingsError(f"dialect {self.dialect!r} is unknown: use one of {', '.join(get_args(DialectName))}")
        if self.thinking not in get_args(ThinkingMode):
            raise SettingsError(f"thinking mode {self.thinking!r} is unknown: use {', '.join(get_args(ThinkingMode))}")
        if not (self.api_key.isascii() and self.api_key.isprintable()):
            raise SettingsError("R1_API_KEY holds characters that no key has: copy it again, without line breaks")
        if self.dialect == "guide" and not (self.api_key and self.api_secret):
            raise SettingsError(
                f"R1 at {self.address} needs a key and a secret: set R1_API_KEY and R1_API_SECRET, or "
                "R1_CREDENTIALS_FILE (for Ollama and other OpenAI-style servers write openai:URL)"
            )

    @property
    def remote(self) -> bool:
        """Whether requests leave this machine."""
        return not self.unix_socket and urlsplit(self.base_url).hostname not in LOOPBACK

    @property
    def redacts(self) -> bool:
        """Whether personal and secret values are kept from it."""
        return self.remote if self.redact is None else self.redact

    @property
    def address(self) -> str:
        """The upstream as a message may name it."""
        return f"unix:{self.unix_socket}" if self.unix_socket else self.base_url.rstrip("/")


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # such as a bracket that nothing closes
        return SplitResult("", "", "", "", "")


def _is_address(address: str) -> bool:
    """Whether a path can be put behind it: a port that there is, no query, nothing invisible."""
    try:
        port = urlsplit(address).port
    except ValueError:
        return False
    plain = address.isprintable() and not any(character in address for character in " ?#")
    return plain and port != 0


def options_for(target: str, api_key: str = "", api_secret: str = "", model: str = "") -> R1Options:
    """Options for the short form of an upstream, as `--r1` takes it.

    `https://r1.example.com` speaks the guide's API, `openai:http://localhost:8000/v1` OpenAI chat completions,
    `ollama:http://gpu:11434` Ollama's own, and `ollama` alone stands for its usual address. Raises `SettingsError`.
    """
    target = target.strip()
    if target == "ollama" or target.startswith("ollama:"):
        return R1Options(
            target.removeprefix("ollama").lstrip(":") or OLLAMA_URL, api_key, dialect="ollama", model=model
        )
    if target.startswith("openai:"):
        return R1Options(target.removeprefix("openai:"), api_key, dialect="openai", model=model)
    return R1Options(target, api_key, api_secret, model=model)
