"""By whose name things are kept, and which calls under way may keep nothing more, since it was erased meanwhile."""

from __future__ import annotations

from weakref import WeakValueDictionary

from gateway.calls import Caller

_CLIENT = "\x1f"
"""Before a client's id. It cannot be printed, and no user id that is accepted has such a character."""


def owner_of(caller: Caller, user_id: str) -> str:
    """The user, or for a call that names none the client itself: another client's are another's."""
    return user_id or client_owner(caller.client_id)


def client_owner(client_id: str) -> str:
    """The name under which a client's own things are kept; no user's."""
    return f"{_CLIENT}{client_id}"


class Fence:
    """Shared by the calls of one owner that began after the last erasure of theirs."""

    __slots__ = ("__weakref__", "erased")

    def __init__(self) -> None:
        self.erased = False
        """What these calls would keep must not be kept."""


class Erasures:
    """The fences of calls under way; one is forgotten with the last call that holds it. For this process alone."""

    def __init__(self) -> None:
        self._fences: WeakValueDictionary[tuple[str, str], Fence] = WeakValueDictionary()

    def fence(self, tenant: str, owner: str) -> Fence:
        """For a call that begins now; to be held until it has kept what it keeps."""
        fence = self._fences.get((tenant, owner))
        if fence is None:
            fence = self._fences[tenant, owner] = Fence()
        return fence

    def erase(self, tenant: str, owner: str) -> None:
        """Calls of this owner that have begun keep nothing from now on."""
        fence = self._fences.pop((tenant, owner), None)
        if fence is not None:
            fence.erased = True
