"""What each role may do: one table, and nothing that is not in it.

A developer's client belongs to its tenant, and sees nothing of another. Who watches or rules does so for the whole
gateway: an auditor reads the log, the metrics and the panel of all tenants, and an administrator may export and erase
the data of any (`?tenant=`). Where tenants must not see each other's figures, they need a gateway each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Role = Literal["administrator", "developer", "auditor"]
"""The guide's three (part 5.2). A client has one; it is looked up here and never taken from a token."""
ROLES: tuple[Role, ...] = get_args(Role)

Permission = Literal[
    "infer",  # ask, also as chat completions
    "models",  # list the models
    "feedback",  # hand in a correction
    "own_data",  # export and erase what is kept of the caller's own users
    "own_token",  # give back the access token that the caller holds
    "status",
    "audit",  # search the log
    "metrics",
    "panel",
    "clients",  # register, rotate and revoke; revoke anybody's token
    "all_data",  # export and erase what is kept of any user
    "retention",  # remove old rows of the log
]

_EVERYONE: frozenset[Role] = frozenset(ROLES)
_CALLING: frozenset[Role] = frozenset({"developer", "administrator"})
_WATCHING: frozenset[Role] = frozenset({"auditor", "administrator"})
_RULING: frozenset[Role] = frozenset({"administrator"})

PERMITTED: Mapping[Permission, frozenset[Role]] = {
    "infer": _CALLING,
    "models": _CALLING,
    "feedback": _CALLING,
    "own_data": _CALLING,
    "own_token": _EVERYONE,
    "status": _EVERYONE,
    "audit": _WATCHING,
    "metrics": _WATCHING,
    "panel": _WATCHING,
    "clients": _RULING,
    "all_data": _RULING,
    "retention": _RULING,
}


def may(role: Role, permission: Permission) -> bool:
    """Whether `role` has `permission`; a permission that is not in the table is nobody's."""
    return role in PERMITTED.get(permission, frozenset())
