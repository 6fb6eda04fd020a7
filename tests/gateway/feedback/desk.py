"""A process that submits, in the place of `feedback submit`: what waits is handed on, and each pause noted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from gateway.feedback.fine_tune_api import FineTuneApi, FineTuneOptions
from gateway.feedback.form import Form
from gateway.feedback.store import FeedbackStore
from gateway.feedback.submissions import Submission, SubmissionStore, Target
from gateway.feedback.submitting import BatchLimits, Submitter, unfinished
from r1.options import RetryPolicy
from tests.gateway.feedback.fine_tune_server import KEY, FineTuneServer

Result = TypeVar("Result")


@dataclass
class Desk:
    """Everything that is needed to submit, and what it did while it waited."""

    server: FineTuneServer
    store: SubmissionStore
    feedback: FeedbackStore
    pauses: list[float] = field(default_factory=list)
    limits: BatchLimits = field(default_factory=lambda: BatchLimits(fewest_rows=1))
    key: str = KEY
    form: Form = Form.CHAT
    now_s: float = 1000.0
    while_pausing: Callable[[], None] = lambda: None

    @property
    def target(self) -> Target:
        return Target("north", self.server.url, "r1-distill", self.form)

    def do(self, work: Callable[[Submitter], Awaitable[Result]]) -> Result:
        """Run `work` as a process of its own would."""

        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)
            self.while_pausing()

        async def main() -> Result:
            options = FineTuneOptions(self.server.url, self.key, retry=RetryPolicy(attempts=4))
            async with FineTuneApi(options, pause, lambda: 0.5) as api:
                return await work(Submitter(self.store, api, self.limits, pause, lambda: self.now_s))

        return asyncio.run(main())

    def submit(self) -> list[Submission]:
        """What `feedback submit --send` does."""

        async def work(submitter: Submitter) -> list[Submission]:
            broken_off = unfinished(self.store.submissions("north"), self.target)
            return [
                await submitter.go_on(submission)
                for submission in [*broken_off, *await submitter.prepared(self.target)]
            ]

        return self.do(work)

    @property
    def only(self) -> Submission:
        """As it is stored."""
        (submission,) = self.store.submissions("north")
        return submission
