"""Every route called in every way that the OpenAPI document allows, and in some that it does not (schemathesis)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.gateway.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # of schemathesis and what it brings

EXAMPLES = 60
"""Of each operation."""
ALLOWED = {200, 201, 207, 400, 401, 403, 404, 405, 413, 422, 429}
"""A call that makes no sense is the caller's fault, never a 5xx of ours."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("gateway"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def administrator(service: Service) -> dict[str, str]:
    """The header of somebody who may do everything."""

    async def main() -> dict[str, str]:
        async with service.client() as client:
            return await service.header(client, "administrator")

    return asyncio.run(main())


def test_no_call_breaks_the_gateway(service: Service, administrator: dict[str, str]) -> None:
    """Whatever the document allows is answered or refused; nothing is a failure of the gateway."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", service.app)
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # none is invalid
    assert len(operations) >= 15
    for operation in operations:
        if (operation.method.upper(), operation.path) == ("DELETE", "/v1/clients/{client_id}"):
            continue  # it might revoke the caller
        _try(operation, administrator)


def _try(operation: Any, headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def call(case: Any) -> None:
        reply = case.call(headers=headers)
        told = (case.method, operation.path, case.body, reply.status_code, reply.text[:500])
        assert reply.status_code in ALLOWED, told
        if reply.status_code >= 400 and reply.status_code != 405:
            assert "error" in reply.json(), told

    call()
