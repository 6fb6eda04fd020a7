"""Whose data it is, and what every store that keeps some must be able to do for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

SubjectKind = Literal["user", "client", "nobody"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A person or a program, within one tenant: the same user id at another tenant is somebody else."""

    tenant: str
    kind: SubjectKind
    """"user" is whom a caller asks for; "client" the caller itself, when it named no user; "nobody" is behind calls
    without a credential that holds.
    """
    name: str
    """The user's id, by the caller's own name for them, or the client's id."""


def subject_of(tenant: str, client_id: str, user_id: str) -> Subject:
    """Whose a call is."""
    if user_id and tenant:
        return Subject(tenant, "user", user_id)
    return Subject(tenant, "client", client_id) if client_id else Subject("", "nobody", "")


class SubjectData(Protocol):
    """A store that keeps something of users. Each is asked in turn for an export, and for an erasure."""

    @property
    def name(self) -> str:
        """One word for receipts, such as "cache" or "feedback"."""
        ...

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """All that is kept of `subject`, as objects that JSON can hold."""
        ...

    async def erase(self, subject: Subject) -> int:
        """Remove it; how many entries that were. To erase again is no error, and gives 0."""
        ...


@runtime_checkable
class HeldHere(Protocol):
    """A store that holds something in this process, or of calls under way in it."""

    async def forget(self, subject: Subject) -> None:
        """Let go of it, since another gateway erased the subject."""
        ...


@runtime_checkable
class HandsOn(Protocol):
    """A store that also hands data on to others, from whom it cannot be taken back."""

    async def submitted(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        """What was handed on, and to whom; asked before the erasure, for the receipt."""
        ...
