"""The store of conversations as the commands use it: in the data folder, with what happened to it said on stderr."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from commands.settings import data_folder
from commands.terminal import escaped, remark

if TYPE_CHECKING:
    from pipeline.open_conversation import OpenConversation
    from pipeline.store import ConversationStore


@contextmanager
def opened_store() -> Iterator[ConversationStore]:
    """The store, closed on leaving. Raises `SetupError` when it cannot be used."""
    from pipeline.store import ConversationStore

    with ConversationStore(data_folder()) as store:
        if store.set_aside is not None:
            remark(f"the conversations were damaged; they are set aside in {store.set_aside}, and a new file is begun")
        yield store


@contextmanager
def opened_conversation(name: str | None) -> Iterator[OpenConversation | None]:
    """The conversation `name`, held until leaving; None for None.

    Raises `InputError` for a name that none can have, `SetupError` when another process holds it.
    """
    if name is None:
        yield None
        return
    with opened_store() as store, store.open(name) as conversation:
        if conversation.broken_off:
            remark(
                f"the last turn of '{escaped(name)}' was broken off when its process ended; it is kept as unfinished"
            )
        yield conversation
