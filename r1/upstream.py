"""One server that R1 may be asked at: its connection, what is known of it, and whether it is worth asking now."""

from __future__ import annotations

import hashlib

import httpx

from r1.auth import R1Auth
from r1.breaker import Breaker
from r1.connection import open_connection
from r1.dialects import dialect_named
from r1.errors import SettingsError
from r1.learned import LearnedModels, ModelKey, Shown
from r1.options import R1Options, ThinkingMode
from r1.profiles import profile_for, profile_named
from r1.results import Status

_LISTED_MODELS = 8


class Upstream:
    """Serves concurrent calls; they share what it learns."""

    def __init__(
        self, options: R1Options, learned: LearnedModels, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.options = options
        self.dialect = dialect_named(options.dialect)
        self.http = open_connection(options, transport)
        self.auth = self.dialect.auth(options)
        if isinstance(self.auth, R1Auth):
            self.auth.send = self.http.send  # renews the token beside the calls
        self.breaker = Breaker(options.breaker)
        self.profile = (
            profile_named(options.profile) if options.profile else profile_for(options.dialect, options.base_url)
        )
        self.model = options.model
        self.left_out: frozenset[str] = frozenset()
        """Fields that it has refused."""
        self._learned = learned

    @property
    def address(self) -> str:
        """As a message may name it."""
        return self.options.address

    @property
    def account(self) -> str:
        """Tells one key from another and shows neither: two accounts at one address may be answered differently."""
        return hashlib.sha256(self.options.api_key.encode()).hexdigest()[:16]

    @property
    def needs_model(self) -> bool:
        """Whether a request must name a model, and none is known."""
        return not self.model and self.options.dialect != "guide"

    def heard(self, status: Status) -> None:
        """Take over what its status tells: the kind of server, and the only model it has."""
        if status.profile is not None and not self.options.profile:
            self.profile = status.profile
        if not self.needs_model:
            return
        names = [name for name in status.engine.split(", ") if name]
        if len(names) != 1:
            listed = ", ".join(names[:_LISTED_MODELS]) or "none"
            raise SettingsError(f"R1 at {self.address} has these models: {listed}; choose one with R1_MODEL")
        self.model = names[0]

    @property
    def thinks(self) -> bool:
        """Whether its model is believed to think; an unknown one is."""
        return self._learned.shown(self.model_key) != "plain"

    @property
    def model_key(self) -> ModelKey:
        """Under which its model is remembered."""
        return ModelKey(self.address, self.model)

    def learn(self, shown: Shown | None) -> None:
        """Remember what a complete reply has shown."""
        if shown is not None:
            self._learned.note(self.model_key, shown)

    @property
    def mode(self) -> ThinkingMode:
        """Where the text of a reply starts. Asking for no thoughts proves nothing: not every server heeds it."""
        if self.options.thinking != "auto":
            return self.options.thinking
        shown = self._learned.shown(self.model_key)
        if self.options.dialect == "guide" and shown == "field":
            return "auto"  # each reply says so again, and then its text is taken as it is, whatever it looks like
        return "auto" if shown is None else "tagged"

    async def close(self) -> None:
        """Close the connections."""
        if isinstance(self.auth, R1Auth):
            await self.auth.aclose()
        await self.http.aclose()
