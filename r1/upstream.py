"""One server that R1 may be asked at: its connection, what is known of it, and whether it is worth asking now."""

from __future__ import annotations

import hashlib

import httpx

from r1.auth import R1Auth
from r1.breaker import Breaker
from r1.connection import open_connection
from r1.dialects import dialect_named
from r1.errors import SettingsError
from r1.learned import LearnedModels, ModelKey
from r1.options import R1Options, ThinkingMode
from r1.profiles import OPENAI, profile_for, profile_named
from r1.reply import Reply
from r1.request import Request
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
        self.infer_url = httpx.URL(options.base_url.rstrip("/") + self.dialect.infer_path)
        self.auth = self.dialect.auth(options)
        if isinstance(self.auth, R1Auth):
            self.auth.send = self.http.send  # renews the token beside the calls
        self.breaker = Breaker(options.breaker)
        self.profile = (
            profile_named(options.profile) if options.profile else profile_for(options.dialect, options.base_url)
        )
        self.model = options.model
        self.left_out: frozenset[str] = frozenset()
        """Fields that it does not know."""
        self._asked = False
        self._learned = learned

    @property
    def address(self) -> str:
        """As a message may name it."""
        return self.options.address

    @property
    def identity(self) -> list[str]:
        """All of it that can change an answer; of the key a digest, since accounts may be answered differently."""
        options = self.options
        account = hashlib.sha256(options.api_key.encode(errors="surrogateescape")).hexdigest()[:16]
        return [self.address, options.dialect, self.model, account, options.thinking, self.profile.name]

    @property
    def needs_model(self) -> bool:
        """Whether a request must name a model, and none is known."""
        return not self.model and self.options.dialect != "guide"

    @property
    def of_unknown_kind(self) -> bool:
        """Whether nothing tells yet what kind of OpenAI-style server it is."""
        return self.profile is OPENAI and not self.options.profile and not self._asked

    def heard(self, status: Status) -> None:
        """Take over what its status tells: the kind of server, and the only model it has."""
        self._asked = True
        if status.profile is not None and not self.options.profile:
            self.profile = status.profile
        if not self.needs_model:
            return
        names = [name for name in status.engine.split(", ") if name]
        if len(names) != 1:
            listed = ", ".join(names[:_LISTED_MODELS]) or "none"
            raise SettingsError(f"R1 at {self.address} has these models: {listed}; choose one with --model or R1_MODEL")
        self.model = names[0]

    @property
    def thinks(self) -> bool:
        """Whether its model is believed to think; an unknown one is."""
        return self._learned.shown(self.model_key) != "plain"

    @property
    def model_key(self) -> ModelKey:
        """Under which its model is remembered."""
        return ModelKey(self.address, self.model)

    def learn(self, request: Request, reply: Reply) -> None:
        """Remember what a complete reply has shown. One that was asked for without thoughts shows nothing.

        R1 behind the guide's API is never taken for a model that does not think, though it may say nothing of thoughts.
        """
        if reply.stray:
            self._learned.forget(self.model_key)
        elif reply.shown is None or request.closed or request.parameters.reasoning_budget == 0:
            return
        elif reply.shown == "field" or self.options.dialect != "guide":
            self._learned.note(self.model_key, reply.shown)

    def mode(self, request: Request) -> ThinkingMode:
        """Where the text of a reply to `request` starts.

        With thoughts in a field nothing is held back once the first of them has come; a reply that is asked for without
        any is held back only until a server has shown where it puts them.
        """
        if self.options.thinking != "auto":
            return self.options.thinking
        shown = self._learned.shown(self.model_key)
        if shown == "field":
            closed = request.closed or request.parameters.reasoning_budget == 0
            return "tagged" if closed and self.options.dialect != "guide" else "auto"
        return "tagged" if shown == "plain" else "auto"

    async def close(self) -> None:
        """Close the connections."""
        if isinstance(self.auth, R1Auth):
            await self.auth.aclose()
        await self.http.aclose()
