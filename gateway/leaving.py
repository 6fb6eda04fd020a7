"""A caller who goes away: what is done for it stops at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.types import Receive

Result = TypeVar("Result")


class ClientGone(Exception):  # noqa: N818  it is no error: nobody is left to be told
    """The caller closed the connection."""


async def unless_gone(receive: Receive, work: Awaitable[Result]) -> Result:
    """The result of `work`, which is broken off when the caller leaves first: `ClientGone` is raised then.

    `receive` is that of a request whose body has been read. The work is done by this task; another one watches.
    """
    task = asyncio.current_task()
    assert task is not None
    cancellations, gone, over = task.cancelling(), False, False

    def left(watching: asyncio.Task[None]) -> None:
        nonlocal gone
        if not over and not watching.cancelled() and watching.exception() is None:
            gone = True
            task.cancel()

    watching = asyncio.ensure_future(_left(receive))
    watching.add_done_callback(left)
    try:
        return await work
    except asyncio.CancelledError:
        if gone and task.uncancel() <= cancellations:
            raise ClientGone from None
        raise
    finally:
        over = True  # the callback may be on its way already
        watching.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
