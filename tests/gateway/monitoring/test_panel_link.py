from __future__ import annotations

import asyncio

import httpx
import pytest

from gateway.monitoring.panel_link import panel_link
from gateway.roles import Role
from r1.errors import AuthenticationError, ProtocolError, R1Error, UnreachableError
from r1.options import R1Options
from tests.gateway.engine import SECRET
from tests.gateway.monitoring.served import Served


def options(role: Role = "auditor", base: str = "http://gateway.test/") -> R1Options:
    return R1Options(base, role, SECRET)


def test_the_link_opens_the_panel_once() -> None:
    """Its pass stands behind `#`, where no server and no log sees it."""

    async def main() -> None:
        served = Served()
        link = await panel_link(options(), httpx.ASGITransport(served.app))
        page, pass_ = link.url.reveal().split("#")
        assert page == "http://gateway.test/panel"
        assert link.expires_in_s == 120
        assert pass_ not in repr(link)
        async with served.client() as client:
            reply = await client.post("/panel/session", headers={"Authorization": f"Bearer {pass_}"})
            assert reply.status_code == 200

    asyncio.run(main())


def test_a_client_that_may_not_watch_gets_none() -> None:
    """It is said why."""

    async def main() -> None:
        with pytest.raises(AuthenticationError, match="needs the permission panel"):
            await panel_link(options("developer"), httpx.ASGITransport(Served().app))

    asyncio.run(main())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.ConnectError("no"), UnreachableError),
        (httpx.Response(200, json={"pass": "x"}), ProtocolError),
        (httpx.Response(200, json={"pass": "<script>", "expires_in": 5}), ProtocolError),
        (httpx.Response(200, json=[]), ProtocolError),
        (httpx.Response(200, text="<html>"), ProtocolError),
        (httpx.Response(404, json={}), R1Error),
    ],
)
def test_what_is_no_gateway_gives_none(answer: httpx.Response | Exception, error: type[R1Error]) -> None:
    """With an error of the client, which names the address."""

    def reply(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            return httpx.Response(200, json={"access_token": "token-canary", "expires_in": 60})
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def main() -> None:
        with pytest.raises(error, match=r"gateway\.test") as raised:
            await panel_link(options(), httpx.MockTransport(reply))
        assert "canary" not in str(raised.value)

    asyncio.run(main())
