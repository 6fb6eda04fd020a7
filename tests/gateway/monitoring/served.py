"""A gateway that is watched, with a client of each role."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import httpx

from gateway.access import Access
from gateway.access.fixed import FixedClients
from gateway.app import create_app
from gateway.monitoring.monitoring import Monitoring
from gateway.parts import GatewayParts
from gateway.roles import ROLES, Role
from gateway.routes.monitoring import add_monitoring
from r1.admission import Admission
from tests.gateway.engine import SECRET, TOTAL, ScriptedEngine, assertion


class RoleClients(FixedClients):
    """A client for each role, called by it, all with the same secret."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(ROLES, SECRET))
        self._clients = {role: FixedClients({role: SECRET}, role=role)._clients[role] for role in ROLES}

    def revoke(self, role: Role) -> None:
        """That client is no more."""
        del self._clients[role]


class Served:
    """The application, its directory, and ways to speak to it."""

    def __init__(self, monitoring: Monitoring | None = None) -> None:
        self.clients = RoleClients()
        self.access = Access(self.clients)
        admission = Admission()
        self.monitoring = monitoring or Monitoring("scripted", admission)
        engine = ScriptedEngine(TOTAL)
        self.app = create_app(GatewayParts(engine, self.access, admission, sinks=(self.monitoring,)))
        add_monitoring(self.app, self.access, self.monitoring)

    def client(self) -> httpx.AsyncClient:
        """HTTP straight to the application."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://gateway.test")

    def bearer(self, role: Role) -> Mapping[str, str]:
        """The header with an access token of this role's client."""
        return {"Authorization": f"Bearer {self.access.exchange(assertion(iss=role))}"}

    def basic(self, role: Role) -> Mapping[str, str]:
        """The header with its key and secret."""
        return {"Authorization": f"Basic {base64.b64encode(f'{role}:{SECRET}'.encode()).decode()}"}
