"""Assertions as a client signs them, by PyJWT."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import jwt

from gateway.access.clients import Client
from r1.credentials import Secret


def assertion_of(client: Client, secret: Secret, clock: Callable[[], float] = time.time, **claims: Any) -> str:
    """Signed now, good for five minutes and once; `claims` replace the usual ones."""
    now = int(clock())
    usual = {"iss": client.client_id, "iat": now, "exp": now + 300, "aud": "r1", "jti": uuid.uuid4().hex}
    return jwt.encode(usual | claims, secret.reveal(), algorithm="HS256")
