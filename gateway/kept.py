"""What the result cache and the sessions keep of a user, as `gateway.privacy` asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.privacy.subject import Subject
from gateway.sessions import Sessions
from r1.cache import ResultCache


class CachedAnswers:
    """Answers in the result cache. They can be erased, and not listed: they lie under digests of what was asked."""

    name = "cache"

    def __init__(self, cache: ResultCache) -> None:
        self._cache = cache

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """Nothing: whoever holds the digest of a question may read its answer, and the digest is not kept."""
        return ()

    async def erase(self, subject: Subject) -> int:
        """Remove the answers that this user got."""
        return await self._cache.erase_user(subject.tenant, subject.name) if subject.kind == "user" else 0


class RememberedSessions:
    """Exchanges of sessions that are remembered."""

    name = "sessions"

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """Each session with its exchanges."""
        if subject.kind != "user":
            return ()
        kept = await self._sessions.of_user(subject.tenant, subject.name)
        return [
            {
                "session": key.rpartition(":")[2],
                "exchanges": [{"question": question, "answer": answer} for question, answer in exchanges],
            }
            for key, exchanges in kept.items()
        ]

    async def erase(self, subject: Subject) -> int:
        """Forget them; how many sessions that were."""
        return await self._sessions.forget_user(subject.tenant, subject.name) if subject.kind == "user" else 0
