"""Which stage each event goes to: by exact type, the nearest later stage that accepts it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.errors import WiringError
from pipeline.stage import Stage

SOURCE = -1
"""The source's place in the chain."""


class Wiring:
    """The routes of a pipeline, checked once when it is built."""

    def __init__(self, stages: Sequence[Stage[Any]], inputs: tuple[type, ...]) -> None:
        self._stages = tuple(stages)
        self.inputs = inputs
        self._check_names()
        self._routes = {
            (producer, kind): consumer
            for producer in range(SOURCE, len(self._stages))
            for kind in self.made_by(producer)
            if (consumer := self._nearest(producer, kind)) is not None
        }
        for position in range(len(self._stages)):
            self._check_reachable(position)

    def made_by(self, producer: int) -> tuple[type, ...]:
        """Event types that the worker at `producer` may send."""
        return self.inputs if producer == SOURCE else self._stages[producer].emits

    def consumer_of(self, producer: int, kind: type) -> int | None:
        """The place of the stage that takes `kind` from `producer`; None when only the caller sees it."""
        return self._routes.get((producer, kind))

    def producers_of(self, consumer: int) -> list[int]:
        """Places of the workers that may send to `consumer`; its inbox closes when all of them have ended."""
        return sorted({producer for (producer, _), taker in self._routes.items() if taker == consumer})

    def consumers_of(self, producer: int) -> list[int]:
        """Places of the stages that `producer` may send to."""
        return sorted({taker for (maker, _), taker in self._routes.items() if maker == producer})

    def _nearest(self, producer: int, kind: type) -> int | None:
        later = range(producer + 1, len(self._stages))
        return next((place for place in later if kind in self._stages[place].accepts), None)

    def _check_names(self) -> None:
        if not self._stages:
            raise WiringError("a pipeline needs at least one stage")
        seen: set[str] = set()
        for stage in self._stages:
            if stage.name in seen or stage.name == "source":
                raise WiringError(f"two workers are named '{stage.name}'; give each stage a name of its own")
            seen.add(stage.name)

    def _check_reachable(self, position: int) -> None:
        if self.producers_of(position):
            return
        stage = self._stages[position]
        wanted = " or ".join(kind.__name__ for kind in stage.accepts) or "nothing"
        for kind in stage.accepts:
            if any(kind in self.made_by(producer) for producer in range(SOURCE, position)):
                taker = next(s for s in self._stages[:position] if kind in s.accepts)
                raise WiringError(
                    f"stage '{stage.name}' accepts {wanted}, but stage '{taker.name}' before it takes every "
                    f"{kind.__name__} and does not emit it"
                )
        raise WiringError(f"stage '{stage.name}' accepts {wanted}, but nothing before it emits one")
