"""What the caches and the sessions keep of a user, or of a client that names none, as `gateway.privacy` asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gateway.erasures import client_owner
from gateway.privacy.subject import Subject

if TYPE_CHECKING:
    from gateway.asking import Asking
    from gateway.sessions import Sessions
    from r1.cache import ResultCache

_UNLISTED = (
    "answers lie under digests of what was asked, and cannot be listed: they end by themselves within an hour or so, "
    "and an erasure removes them at once"
)
_UNLISTED_REPEATS = (
    "replies to calls with an Idempotency-Key lie under digests of what was asked, and cannot be listed: they end by "
    "themselves within ten minutes, and an erasure removes them at once"
)


class CachedAnswers:
    """Answers in the result cache. They can be erased, and not listed: they lie under digests of what was asked."""

    name = "cache"

    def __init__(self, cache: ResultCache) -> None:
        self._cache = cache

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """That they cannot be listed: whoever holds a question's digest may read its answer, and it is not kept."""
        return ({"note": _UNLISTED},) if _owner(subject) else ()

    async def erase(self, subject: Subject) -> int:
        """Remove the answers that this user got."""
        owner = _owner(subject)
        return await self._cache.erase_user(subject.tenant, owner) if owner else 0

    async def forget(self, subject: Subject) -> None:
        """As another gateway did."""
        await self.erase(subject)


class RepeatedCalls:
    """Replies for those who send an Idempotency-Key again. To be asked before all others that keep something of calls:
    an erasure here lets calls under way keep nothing, there either.
    """

    name = "repeats"

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """That they cannot be listed."""
        return ({"note": _UNLISTED_REPEATS},) if _owner(subject) else ()

    async def erase(self, subject: Subject) -> int:
        """Remove them; how many there were."""
        owner = _owner(subject)
        return await self._asking.erase(subject.tenant, owner) if owner else 0

    async def forget(self, subject: Subject) -> None:
        """As another gateway did."""
        await self.erase(subject)


class RememberedSessions:
    """Exchanges of sessions that are remembered."""

    name = "sessions"

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """Each session with its exchanges."""
        from gateway.sessions import session_name

        owner = _owner(subject)
        if not owner:
            return ()
        kept = await self._sessions.of_user(subject.tenant, owner)
        return [
            {
                "session": session_name(key),
                "exchanges": [{"question": question, "answer": answer} for question, answer in exchanges],
            }
            for key, exchanges in kept.items()
        ]

    async def erase(self, subject: Subject) -> int:
        """Forget them; how many sessions that were."""
        owner = _owner(subject)
        return await self._sessions.forget_user(subject.tenant, owner) if owner else 0

    async def forget(self, subject: Subject) -> None:
        """As another gateway did."""
        await self.erase(subject)


def _owner(subject: Subject) -> str:
    """The name under which the subject's things are kept; empty for nobody."""
    if subject.kind == "user":
        return subject.name
    return client_owner(subject.name) if subject.kind == "client" else ""
